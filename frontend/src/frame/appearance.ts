// The foot of the rail: theme and keys.
import { radioGroup } from "../parts/choices";
import { el, fill, icon } from "../parts/dom";
import { popover } from "../parts/popover";
import { setTheme, type Theme, theme } from "./themes";

const ICONS: Record<Theme, string> = { system: "monitor", light: "sun", dark: "moon" };

export function mountAppearance(foot: Element): void {
  const anchor = el("button", { type: "button", class: "rail-entry rail-button", title: "Theme" });
  const show = () => fill(anchor, icon(ICONS[theme()]), el("span", {}, "Theme"));
  foot.append(el("li", {}, anchor));
  const options = [
    { value: "system", words: "As the system" },
    { value: "light", words: "Light" },
    { value: "dark", words: "Dark" },
  ];
  const opened = popover(anchor, "Theme", (panel) =>
    fill(
      panel,
      radioGroup("Theme", options, theme(), (value) => {
        setTheme(value as Theme);
        show();
        opened.close();
      }),
    ),
  );
  show();
}
