// Everything that has a name can be copied: `<button data-copy="text">`.
import { copy } from "../parts/dom";

const SHOWN_MS = 1500;

export function mountCopy(): void {
  document.addEventListener("click", async (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-copy]");
    if (!button) return;
    event.preventDefault();
    const done = await copy(button.dataset["copy"] ?? "");
    const words = button.title;
    button.title = done ? "Copied" : "The browser did not allow it";
    button.classList.toggle("copied", done);
    setTimeout(() => {
      button.title = words;
      button.classList.remove("copied");
    }, SHOWN_MS);
  });
}
