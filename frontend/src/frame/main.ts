// The frame that every page stands in.
import { mountAppearance } from "./appearance";
import { mountCopy } from "./copying";
import { mountFind } from "./find";
import { mountKeys } from "./keys";
import { mountLive } from "./live";
import { mountTime } from "./range";
import { mountRows } from "./rows";
import { mountSources } from "./sources";
import { watchSystem } from "./themes";
import { mountTimes } from "./times";

const byId = (id: string) => document.getElementById(id);

watchSystem();
mountTimes();
mountCopy();
mountRows();
const time = byId("time-controls");
if (time) mountTime(time);
const foot = document.querySelector(".rail-foot ul");
if (foot) mountAppearance(foot);
const sources = byId("source-state");
if (sources instanceof HTMLButtonElement) mountSources(sources);
const opener = byId("find-open");
if (opener) mountKeys(mountFind(opener));
mountLive();
