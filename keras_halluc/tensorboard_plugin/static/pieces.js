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
