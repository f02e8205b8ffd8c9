// Keys for what is done most, and the list of them.

import {element} from "./element.js";

const HELP = [
  ["← →", "epoch before, epoch after"],
  ["Home End", "before training, last epoch"],
  ["↑ ↓", "case before, case after"],
  ["Enter", "open or close the case"],
  ["[ ]", "page before, page after"],
  ["w", "only cases that got worse"],
  ["/", "search"],
  ["Escape", "leave the search, close the case"],
  ["?", "this list"],
];

export class Shortcuts {
  // actions: functions by the `key` of a keyboard event
  constructor(actions) {
    this.dialog = element(
      "dialog",
      {"aria-label": "Keys"},
      element("h2", {textContent: "Keys"}),
      element(
        "dl",
        {},
        ...HELP.flatMap(([keys, text]) => [
          element("dt", {}, ...keys.split(" ").map((key) => element("kbd", {textContent: key}))),
          element("dd", {textContent: text}),
        ])
      ),
      element("form", {method: "dialog"}, element("button", {textContent: "Close"}))
    );
    this.button = element("button", {
      type: "button",
      textContent: "Keys",
      on: {click: () => this.dialog.showModal()},
    });
    const all = {...actions, "?": () => this.dialog.showModal()};
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || this.dialog.open) return;
      if (isControl(event.target) && event.key !== "Escape") return;
      const action = all[event.key];
      if (!action) return;
      event.preventDefault();
      action();
    });
  }
}

// What takes keys itself.
function isControl(node) {
  if (node.matches("select, textarea, .box")) return true;
  return node.matches("input") && node.type !== "checkbox";
}
