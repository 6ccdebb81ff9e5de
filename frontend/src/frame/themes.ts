// Light, dark, or as the system says. The class is set before first paint by theme.ts.
import { themeChanged } from "./bus";

export type Theme = "system" | "light" | "dark";

export function theme(): Theme {
  const classes = document.documentElement.classList;
  return classes.contains("dark") ? "dark" : classes.contains("light") ? "light" : "system";
}

export function setTheme(next: Theme): void {
  document.documentElement.classList.remove("light", "dark");
  if (next !== "system") document.documentElement.classList.add(next);
  try {
    localStorage.setItem("meshview-theme", next);
  } catch {
    // Holds for this page only.
  }
  themeChanged.dispatchEvent(new Event("change"));
}

export function watchSystem(): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () =>
    themeChanged.dispatchEvent(new Event("change")),
  );
}
