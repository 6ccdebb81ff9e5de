// Text on a canvas: one face, sizes that stay readable, words that fit.
import { middle } from "../parts/format";

const FACE = '"Inter", system-ui, sans-serif';

/** Pixels on the screen: nothing is written smaller while there is room for it. */
const LEAST = 11.3;

/** A size that stays readable when the picture is small, as far as there is room for it. */
export function readable(size: number, zoom: number, most: number): number {
  return Math.min(most, Math.max(size, LEAST / zoom));
}

export interface Face {
  size: number;
  weight: number;
  colour: string;
}

export class Pen {
  constructor(readonly context: CanvasRenderingContext2D) {}

  private take({ size, weight, colour }: Face): void {
    this.context.font = `${weight} ${size}px ${FACE}`;
    this.context.fillStyle = colour;
  }

  width(words: string, face: Face): number {
    this.take(face);
    return this.context.measureText(words).width;
  }

  text(words: string, x: number, y: number, face: Face, most = Number.POSITIVE_INFINITY): void {
    const fitting = this.fitting(words, face, most);
    this.take(face);
    this.context.fillText(fitting, x, y);
  }

  /** With a rim of the ground's colour, so that lines may pass behind. */
  haloed(words: string, x: number, y: number, face: Face, ground: string, most: number): void {
    const fitting = this.fitting(words, face, most);
    this.take(face);
    this.context.lineWidth = 3;
    this.context.lineJoin = "round";
    this.context.strokeStyle = ground;
    this.context.strokeText(fitting, x, y);
    this.context.fillText(fitting, x, y);
  }

  /** As much of the words as fits, their middle left out. */
  private fitting(words: string, face: Face, most: number): string {
    if (most === Number.POSITIVE_INFINITY) return words;
    const whole = this.width(words, face);
    return whole <= most ? words : middle(words, Math.max(4, Math.floor((words.length * most) / whole)));
  }
}
