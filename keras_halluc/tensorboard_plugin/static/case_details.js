// One case in full: its texts, what was said to it at every epoch, and in the other chosen runs.

import {verdict} from "./case_table.js";
import {element} from "./element.js";
import {epochName} from "./numbers.js";
import {markedText} from "./pieces.js";

export function caseDetails(found, elsewhere) {
  const node = element(
    "div",
    {className: "case-details"},
    section("Prompt", whole(found.prompt)),
    found.references.length
      ? section("References", ...found.references.map((text) => whole(text)))
      : null,
    found.source ? section("Source", whole(found.source)) : null,
    section(`Output, ${epochName(found.step)}`, boxed(markedText(found.output)))
  );
  if (found.reason) node.append(section("Reason", whole(found.reason)));
  if (elsewhere.length) {
    const lines = elsewhere.map(([run, other]) => line(`${run}, ${epochName(other.step)}`, other));
    node.append(section("In the other runs", element("ul", {}, ...lines)));
  }
  const lines = found.history.map((said) => line(epochName(said.step), said));
  node.append(section("Every epoch", element("ul", {}, ...lines)));
  return node;
}

function line(name, said) {
  return element(
    "li",
    {},
    element("span", {className: "where", textContent: name}),
    verdict(said.label, said.score),
    markedText(said.output)
  );
}

function section(title, ...children) {
  return element("section", {}, element("h3", {textContent: title}), ...children);
}

function whole(text) {
  return boxed(element("span", {className: "text", dir: "auto", textContent: text}));
}

function boxed(node) {
  const box = element("div", {className: "box"}, node);
  box.tabIndex = 0; // scrolls with the keys where the text is long
  return box;
}
