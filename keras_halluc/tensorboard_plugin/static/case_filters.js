// Which of the cases are shown: what changed, the verdict, the group, a search.

import {element, fillSelect} from "./element.js";
import {LABELS, labelClass} from "./labels.js";
import {count} from "./numbers.js";
import {Toggles} from "./toggles.js";

const CHANGES = [
  ["worse", "got worse"],
  ["better", "got better"],
];
const SORTS = [
  ["change", "worst change first"],
  ["score", "lowest score first"],
  ["given", "as given"],
];
const TYPING = 200; // milliseconds without a key before the search starts

export class CaseFilters {
  constructor(change) {
    this.change = change;
    this.changes = new Toggles("Change", (value) => {
      change({change: this.state.change === value ? "" : value, page: 0});
    });
    this.labels = new Toggles("Verdict", (value) => {
      const on = this.state.labels.includes(value);
      const labels = LABELS.filter((label) => this.state.labels.includes(label) || label === value);
      change({labels: on ? labels.filter((label) => label !== value) : labels, page: 0});
    });
    this.group = element("select", {
      "aria-label": "Group",
      on: {change: () => change({group: this.groups[this.group.selectedIndex], page: 0})},
    });
    this.sort = element("select", {
      "aria-label": "Order",
      on: {change: () => change({sort: this.sort.value, page: 0})},
    });
    this.search = element("input", {
      type: "search",
      placeholder: "Search prompts and outputs",
      "aria-label": "Search in ids, prompts, outputs and reasons",
      on: {input: () => this.typed()},
    });
    this.node = element(
      "div",
      {className: "row filters"},
      this.changes.node,
      this.labels.node,
      this.group,
      this.sort,
      this.search
    );
  }

  show(state, page) {
    this.state = state;
    this.changes.show(
      CHANGES.map(([value, text]) => ({
        value,
        text: `${text} ${count(page.changes[value] ?? 0)}`,
        on: state.change === value,
        className: value,
      }))
    );
    const present = LABELS.filter((label) => page.labels[label] || state.labels.includes(label));
    this.labels.show(
      present.map((label) => ({
        value: label,
        text: `${label} ${count(page.labels[label] ?? 0)}`,
        on: state.labels.includes(label),
        className: labelClass(label),
      }))
    );
    this.groups = [null, ...page.groups];
    const options = this.groups.map((group) => [group ?? "", group ?? "all groups"]);
    fillSelect(this.group, options, state.group ?? "");
    this.group.hidden = !page.groups.length;
    fillSelect(this.sort, SORTS, state.sort);
    if (document.activeElement !== this.search) this.search.value = state.search;
  }

  typed() {
    clearTimeout(this.timer);
    const search = this.search.value;
    this.timer = setTimeout(() => this.change({search, page: 0}), TYPING);
  }
}
