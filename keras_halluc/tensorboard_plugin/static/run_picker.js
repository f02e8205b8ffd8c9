// The list of runs to choose from.

import {element} from "./element.js";

const COLORS = 10;
const WIDE = "(min-width: 1100px)"; // as in style.css

export function runState(run) {
  const last = Math.max(-1, ...run.parts.map((part) => part.last ?? -1));
  if (last < 0) return run.ended ? "ended" : "nothing measured yet";
  const planned = run.epochs ? ` of ${run.epochs}` : "";
  if (!run.ended) return `epoch ${last}${planned} so far`;
  return run.epochs > last ? `stopped at epoch ${last}${planned}` : `epoch ${last}${planned}`;
}

// Runs beyond the number of colours are dashed.
export function runClass(number) {
  return `run-${number % COLORS}${number >= COLORS ? " again" : ""}`;
}

export class RunPicker {
  constructor(change) {
    this.change = change;
    this.list = element("ul", {className: "run-list"});
    this.filter = element("input", {
      type: "search",
      placeholder: "Filter runs",
      "aria-label": "Filter runs",
      on: {input: () => this.applyFilter()},
    });
    const all = (picked) => () => this.pickShown(picked);
    this.title = element("h2", {textContent: "Runs"});
    this.fold = element(
      "details",
      {},
      element("summary", {}, this.title),
      this.filter,
      element(
        "div",
        {className: "buttons"},
        element("button", {type: "button", textContent: "All", on: {click: all(true)}}),
        element("button", {type: "button", textContent: "None", on: {click: all(false)}})
      ),
      this.list
    );
    this.node = element("nav", {className: "runs", "aria-label": "Runs"}, this.fold);
    const wide = window.matchMedia(WIDE);
    const open = () => (this.fold.open = wide.matches);
    wide.addEventListener("change", open);
    open();
  }

  show(runs, picked) {
    this.runs = runs;
    this.picked = new Set(picked);
    this.title.textContent = `Runs: ${picked.length} of ${runs.length}`;
    const names = JSON.stringify(runs.map((run) => run.name));
    if (this.names !== names) {
      this.names = names;
      this.list.replaceChildren(...runs.map((run, number) => this.item(run, number)));
      this.applyFilter();
    }
    runs.forEach((run, number) => {
      const item = this.list.children[number];
      item.querySelector("input").checked = this.picked.has(run.name);
      item.querySelector(".state").textContent = runState(run);
    });
  }

  item(run, number) {
    const box = element("input", {
      type: "checkbox",
      on: {change: () => this.pick([run.name], box.checked)},
    });
    return element(
      "li",
      {},
      element(
        "label",
        {className: runClass(number), title: run.name},
        box,
        element("span", {className: "swatch", "aria-hidden": "true"}),
        element("span", {className: "name", textContent: run.name}),
        element("span", {className: "state"})
      )
    );
  }

  applyFilter() {
    const wanted = this.filter.value.toLowerCase();
    (this.runs ?? []).forEach((run, number) => {
      this.list.children[number].hidden = !run.name.toLowerCase().includes(wanted);
    });
  }

  pickShown(picked) {
    const shown = this.runs.filter((_, number) => !this.list.children[number].hidden);
    this.pick(shown.map((run) => run.name), picked);
  }

  pick(names, picked) {
    for (const name of names) {
      if (picked) this.picked.add(name);
      else this.picked.delete(name);
    }
    const order = this.runs.map((run) => run.name);
    this.change({runs: order.filter((name) => this.picked.has(name))});
  }
}
