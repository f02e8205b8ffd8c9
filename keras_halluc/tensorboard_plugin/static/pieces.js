// A text with its unsupported and contradicted parts marked.

import {element} from "./element.js";
import {count} from "./numbers.js";

const TITLES = {contradicted: "contradicted", other: "unsupported"};

export function markedText({pieces, before, after}) {
  const node = element("span", {className: "text", dir: "auto"});
  if (before) node.append("… ");
  for (const [text, kind] of pieces) {
    if (!kind) {
      node.append(text);
      continue;
    }
    const title = TITLES[kind];
    node.append(element("mark", {className: title, title, textContent: text}));
  }
  if (after) {
    const text = ` … ${count(after)} more characters`;
    node.append(element("span", {className: "cut", textContent: text}));
  }
  return node;
}

// Long outputs are scrolled to their first mark; to be called when the node can be seen.
export function showMarks(node) {
  for (const box of node.querySelectorAll(".box, .fold")) {
    const mark = box.querySelector("mark");
    if (!mark) continue;
    const below = mark.getBoundingClientRect().top - box.getBoundingClientRect().top;
    if (below > box.clientHeight - 30) box.scrollTop += below - 30;
  }
}
