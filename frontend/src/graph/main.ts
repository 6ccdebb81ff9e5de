import { warmUp } from "./layout/elk";
import { MeshGraph } from "./mesh-graph";

warmUp();
// Captions are drawn with the page's face: the first picture waits for it, but not for long.
const face = Promise.all([document.fonts.load('600 12px "Inter"'), document.fonts.load('450 11px "Inter"')]);
const patience = new Promise((resolve) => setTimeout(resolve, 600));
Promise.race([face, patience]).then(() => customElements.define("mesh-graph", MeshGraph));
