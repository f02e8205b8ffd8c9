// Which values are drawn: a list of all of them, in groups, that opens when it is needed.

import {element} from "./element.js";

const GROUPS = [
  ["Hallucination", /(hallucination_rate|grounding_score|answer_accuracy|abstention_rate|check_coverage)$/],
  ["Knowledge", /(^|[/_])(fit|known_fit|unknown_fit|heldout_known_accuracy|forgetting)([/]|$)|_divergence$/],
  ["Confidence", /(calibration_error|brier_score|aurc|auroc|semantic_entropy|abstention_score_t\d+)$/],
  ["Benchmarks", /_(acc|acc_norm|bits_per_byte|exact_match|f1|perplexity)$/],
  ["Data and attention", /(shift|generalization_gap|lookback_ratio)$/],
];
const REST = "Others";

export function groupOf(key) {
  return GROUPS.find(([, pattern]) => pattern.test(key))?.[0] ?? REST;
}

export class KeyPicker {
  constructor(press) {
    this.press = press;
    this.summary = element("summary");
    this.list = element("div", {className: "key-groups"});
    this.node = element("details", {className: "key-picker"}, this.summary, this.list);
  }

  show(keys, chosen) {
    this.summary.textContent = `Values: ${chosen.length} of ${keys.length}`;
    const wanted = JSON.stringify(keys);
    if (this.wanted !== wanted) {
      this.wanted = wanted;
      const names = [...GROUPS.map(([name]) => name), REST];
      this.list.replaceChildren(
        ...names
          .map((name) => [name, keys.filter((key) => groupOf(key) === name)])
          .filter(([, own]) => own.length)
          .map(([name, own]) => this.group(name, own))
      );
    }
    for (const box of this.list.querySelectorAll("input")) box.checked = chosen.includes(box.value);
  }

  group(name, keys) {
    const boxes = keys.map((key) => {
      const box = element("input", {
        type: "checkbox",
        value: key,
        on: {change: () => this.press(key)},
      });
      return element("label", {}, box, key);
    });
    return element("fieldset", {}, element("legend", {textContent: name}), ...boxes);
  }
}
