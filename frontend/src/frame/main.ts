// The frame that every page stands in.
import { mountAppearance } from "./appearance";
import { mountFind } from "./find";
import { mountKeys } from "./keys";
import { mountTime } from "./range";
import { mountSources } from "./sources";
import { watchSystem } from "./themes";

const byId = (id: string) => document.getElementById(id);

watchSystem();
const time = byId("time-controls");
if (time) mountTime(time);
const foot = document.querySelector(".rail-foot ul");
if (foot) mountAppearance(foot);
const sources = byId("source-state");
if (sources instanceof HTMLButtonElement) mountSources(sources);
const opener = byId("find-open");
if (opener) mountKeys(mountFind(opener));
