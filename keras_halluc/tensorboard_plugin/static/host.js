// What the tab's frame has to do with the TensorBoard page around it: theme, address, reload button.

const PREFIX = "p.hallucination.";
const TAB = "hallucination";
// The page opens in a frame of TensorBoard, or by itself at data/plugin_entry.html.
const framed = window.parent !== window;
const outer = framed ? window.parent : window;

export function watchTheme() {
  const preferred = window.matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const dark = framed
      ? outer.document.body.classList.contains("dark-mode")
      : preferred.matches;
    document.documentElement.dataset.theme = dark ? "dark" : "light";
  };
  apply();
  preferred.addEventListener("change", apply);
  if (framed) {
    const options = {attributes: true, attributeFilter: ["class"]};
    new MutationObserver(apply).observe(outer.document.body, options);
  }
}

// Whether the tab can be seen; a hidden frame has no width.
export function isVisible() {
  return !document.hidden && document.documentElement.clientWidth > 0;
}

// The values of ours in the address, as TensorBoard writes those of a plugin:
// #hallucination&p.hallucination.step=3
export function readAddress() {
  const values = {};
  for (const part of outer.location.hash.slice(1).split("&")) {
    const [name, value = ""] = part.split("=");
    if (name.startsWith(PREFIX)) values[name.slice(PREFIX.length)] = decode(value);
  }
  return values;
}

export function writeAddress(values) {
  if (!isOurs()) return;
  const parts = outer.location.hash.slice(1).split("&");
  const others = parts.filter((part) => part && !part.startsWith(PREFIX));
  const own = Object.entries(values).map(
    ([name, value]) => `${PREFIX}${name}=${encodeURIComponent(wellFormed(value))}`
  );
  const hash = [...others, ...own].join("&");
  const {pathname, search} = outer.location;
  outer.history.replaceState(outer.history.state, "", `${pathname}${search}#${hash}`);
}

// Calls back with the values when somebody edits the address or comes back to the tab.
export function watchAddress(callback) {
  outer.addEventListener("hashchange", () => {
    if (isOurs()) callback(readAddress());
  });
}

// Calls back when TensorBoard's reload button is pressed, or its own timer goes off.
export function watchReload(callback) {
  if (!framed) return;
  const {port1, port2} = new MessageChannel();
  port1.onmessage = ({data}) => {
    const message = JSON.parse(data);
    if (message.isReply) return;
    const reply = {...message, payload: null, error: null, isReply: true};
    port1.postMessage(JSON.stringify(reply));
    if (message.type === "experimental.DataReloaded") callback();
  };
  outer.postMessage("experimental.bootstrap", outer.location.origin, [port2]);
}

function isOurs() {
  return !framed || outer.location.hash.slice(1).split("&")[0] === TAB;
}

// Half of a character, which no address can hold, becomes a replacement character.
function wellFormed(text) {
  return new TextDecoder().decode(new TextEncoder().encode(text));
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
