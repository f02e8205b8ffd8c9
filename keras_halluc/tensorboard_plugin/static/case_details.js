// One case in full: its texts, what was said to it at every epoch, and in the other chosen runs.

import {verdict} from "./case_table.js";
import {element} from "./element.js";
import {count, epochName} from "./numbers.js";
import {markedText} from "./pieces.js";

const LONG = 400; // characters of a prompt that is folded
const START = 200; // characters of it that are shown

export function caseDetails(found, elsewhere, imageAddress) {
  const output = section(`Output, ${epochName(found.step)}`, boxed(markedText(found.output)));
  const node = element(
    "div",
    {className: "case-details"},
    section("Prompt", found.prompt.length > LONG ? folded(found.prompt) : whole(found.prompt)),
    found.image ? section("Picture", picture(found.image, imageAddress)) : null,
    found.references.length
      ? section("References", ...found.references.map((text) => whole(text)))
      : null,
    found.source
      ? element("div", {className: "side-by-side"}, output, section("Source", whole(found.source)))
      : output
  );
  if (found.passages.length) node.append(passages(found.passages));
  if (found.reason) node.append(section("Reason", whole(found.reason)));
  if (found.fields.length) node.append(section("Fields", fields(found.fields)));
  if (elsewhere.length) {
    const lines = elsewhere.map(([run, other]) => line(`${run}, ${epochName(other.step)}`, other));
    node.append(section("In the other runs", element("ul", {}, ...lines)));
  }
  const lines = found.history.map((said) => line(epochName(said.step), said));
  node.append(section("Every epoch", element("ul", {}, ...lines)));
  return node;
}

// A picture that the run's folder holds; of others, where they are or why they are not kept.
function picture(image, src) {
  if (!image.file) return whole(image.path ?? image.text);
  return element("img", {className: "picture", src, alt: "the picture of this case"});
}

function passages(found) {
  const rows = found.map(({span, passage}) => {
    const near = element("span", {className: "text", dir: "auto"});
    for (const [text, kind] of passage) {
      near.append(kind ? element("b", {textContent: text}) : text);
    }
    if (!passage.length) near.append("no sentence of the source shares a word with it");
    const said = element("span", {className: "text", dir: "auto", textContent: span});
    return element("tr", {}, element("td", {}, said), element("td", {}, near));
  });
  const heads = ["marked in the output", "nearest in the source"].map((textContent) =>
    element("th", {textContent, scope: "col"})
  );
  return section(
    "Marked parts and the source",
    element(
      "table",
      {className: "passages"},
      element("caption", {className: "unseen", textContent: "Marked parts and the source"}),
      element("thead", {}, element("tr", {}, ...heads)),
      element("tbody", {}, ...rows)
    )
  );
}

function fields(found) {
  return element(
    "dl",
    {className: "fields"},
    ...found.flatMap(([name, value]) => [
      element("dt", {className: "text", dir: "auto", textContent: name}),
      element("dd", {className: "text", dir: "auto", textContent: value}),
    ])
  );
}

function folded(text) {
  const cut = element("span", {
    className: "cut",
    textContent: ` … ${count(text.length - START)} more characters`,
  });
  const textContent = text.slice(0, START);
  const start = element("span", {className: "text", dir: "auto", textContent});
  const close = element("span", {className: "close", textContent: "fold the prompt"});
  const summary = element("summary", {}, start, cut, close);
  return element("details", {className: "folded"}, summary, whole(text));
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
