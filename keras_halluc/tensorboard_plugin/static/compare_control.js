// The run to compare with, case by case, and which of the cases of the two are shown.

import {element, fillSelect} from "./element.js";
import {count, epochName} from "./numbers.js";
import {Toggles} from "./toggles.js";

const SAME = "";

export class CompareControl {
  constructor(change) {
    this.change = change;
    this.other = element("select", {
      "aria-label": "Compare with",
      on: {
        change: () => change({other: this.other.value, otherStep: null, pair: "", page: 0}),
      },
    });
    this.step = element("select", {
      "aria-label": "Epoch of the run compared with",
      on: {
        change: () =>
          change({otherStep: this.step.value === SAME ? null : Number(this.step.value), page: 0}),
      },
    });
    this.pairs = new Toggles("Pairs", (value) => {
      change({pair: this.state.pair === value ? "" : value, page: 0});
    });
    this.node = element(
      "div",
      {className: "row compare"},
      element("label", {}, "compare with ", this.other),
      this.step,
      this.pairs.node
    );
  }

  // part, other: {part, run, steps}; others: those that can be compared with
  show(state, page, part, other, others) {
    this.state = state;
    this.node.hidden = !others.length;
    const names = others.map((one) => [one.part, one.run]);
    fillSelect(this.other, [["", "no other run"], ...names], other?.part ?? "");
    this.step.hidden = this.pairs.node.hidden = !other || !page.pairs;
    if (this.step.hidden) return;
    const last = other.last ?? page.other_step;
    const steps = Array.from({length: last + 1}, (_, step) => [String(step), epochName(step)]);
    fillSelect(
      this.step,
      [[SAME, `same epoch: ${epochName(page.other_step)}`], ...steps],
      state.otherStep === null ? SAME : String(state.otherStep)
    );
    this.pairs.show(
      [
        ["first", `${part.run} right, ${other.run} wrong`],
        ["second", `${other.run} right, ${part.run} wrong`],
        ["differ", "verdicts differ"],
      ].map(([value, text]) => ({
        value,
        text: `${text} ${count(page.pairs[value] ?? 0)}`,
        on: state.pair === value,
        title: "right: supported; wrong: unsupported or contradicted",
      }))
    );
  }
}
