// Shapes and lines as Cytoscape draws them. Words, glyphs and labels are the painter's.
import type { StylesheetJson } from "cytoscape";
import type { Colours } from "./colours";

/** Shape of each kind; distinct by outline alone. */
const OUTLINES: [string, Record<string, string | number>][] = [
  ["workload", { shape: "ellipse" }],
  ["app", { shape: "round-rectangle", "corner-radius": 8 }],
  ["service", { shape: "diamond" }],
  ["operation", { shape: "round-rectangle", "corner-radius": 13 }],
  ["gateway", { shape: "hexagon" }],
  ["external", { shape: "polygon", "shape-polygon-points": "-0.62 -1 0.62 -1 1 1 -1 1" }],
  ["passthrough", { shape: "rhomboid" }],
  ["blackhole", { shape: "octagon" }],
  ["unknown", { shape: "ellipse", "border-style": "dashed" }],
];

export function lineColour(status: string, colours: Colours): string {
  if (status === "failure") return colours.failure;
  if (status === "degraded" || status === "not_ready") return colours.degraded;
  return status === "healthy" ? colours.okLine : colours.idle;
}

export function stylesheet(colours: Colours): StylesheetJson {
  const state = (selector: string, colour: string, width = 2) => ({
    selector,
    style: { "border-color": colour, "border-width": width },
  });
  const line = (selector: string, colour: string) => ({
    selector,
    style: { "line-color": colour, "target-arrow-color": colour },
  });
  const sheet = [
    {
      selector: "node",
      style: {
        width: "data(w)",
        height: "data(h)",
        "background-color": colours.surface,
        "border-color": colours.lineStrong,
        "border-width": 1.5,
        "z-index": 10,
        "z-index-compare": "manual",
        "overlay-opacity": 0,
        "underlay-opacity": 0,
      },
    },
    ...OUTLINES.map(([kind, style]) => ({ selector: `node.${kind}`, style })),
    state("node.failure", colours.failure),
    state("node.degraded, node.not_ready", colours.degraded),
    {
      selector: "node.box",
      style: {
        shape: "round-rectangle",
        "corner-radius": 10,
        "background-color": colours.box,
        "border-color": colours.lineStrong,
        "border-width": 1,
        "z-index": "data(z)" as unknown as number,
      },
    },
    {
      selector: "node.closed",
      style: { "background-color": colours.surface, "border-width": "data(b)" as unknown as number },
    },
    state("node.closed.failure", colours.failure, 9),
    {
      selector: "edge",
      style: {
        width: "data(width)",
        "curve-style": "unbundled-bezier",
        "edge-distances": "endpoints",
        "control-point-weights": (edge: cytoscape.EdgeSingular) => edge.data("weights"),
        "control-point-distances": (edge: cytoscape.EdgeSingular) => edge.data("distances"),
        "source-endpoint": (edge: cytoscape.EdgeSingular) => edge.data("from"),
        "target-endpoint": (edge: cytoscape.EdgeSingular) => edge.data("to"),
        "target-arrow-shape": "triangle",
        "arrow-scale": 0.85,
        "z-index": 5,
        "z-index-compare": "manual",
        "overlay-opacity": 0,
        "underlay-opacity": 0,
      },
    },
    line("edge", colours.idle),
    line("edge.healthy", colours.okLine),
    line("edge.tcp", colours.tcp),
    { selector: "edge.tcp", style: { "line-style": "dashed", "line-dash-pattern": [6, 4] } },
    line("edge.degraded, edge.not_ready", colours.degraded),
    line("edge.failure", colours.failure),
    { selector: "edge.failure, edge.degraded", style: { "z-index": 6 } },
    { selector: "edge.summed", style: { opacity: 0.5, "arrow-scale": 1.6, "z-index": -30 } },
    {
      selector: "edge.hover",
      style: {
        opacity: 1,
        "underlay-color": colours.lineStrong,
        "underlay-padding": 3,
        "underlay-opacity": 0.6,
        "z-index": 7,
      },
    },
    {
      selector: "node.hover",
      style: {
        "underlay-color": colours.lineStrong,
        "underlay-padding": 5,
        "underlay-opacity": 0.5,
        "underlay-shape": "ellipse",
      },
    },
    { selector: "node.box.hover", style: { "underlay-opacity": 0 } },
    {
      selector: "edge.selected",
      style: {
        opacity: 1,
        "underlay-color": colours.halo,
        "underlay-padding": 5,
        "underlay-opacity": 0.9,
        "z-index": 8,
      },
    },
    {
      selector: "node.selected",
      style: {
        "underlay-color": colours.halo,
        "underlay-padding": 7,
        "underlay-opacity": 0.9,
        "underlay-shape": "ellipse",
      },
    },
    {
      selector: "node.box.selected",
      style: { "border-color": colours.accent, "border-width": 2, "underlay-opacity": 0 },
    },
    { selector: "node.closed.selected", style: { "border-width": 16 } },
    { selector: "node.cursor", style: { "outline-color": colours.accent, "outline-width": 2, "outline-offset": 4 } },
  ];
  return sheet as unknown as StylesheetJson;
}
