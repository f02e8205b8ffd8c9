// The charts of the chosen values, side by side, and the buttons that choose them.

import {Chart} from "./chart.js";
import {element} from "./element.js";
import {KeyPicker} from "./key_picker.js";
import {message} from "./message.js";
import {runClass} from "./run_picker.js";

const USUAL = [
  "val_hallucination_rate",
  "heldout_known_accuracy",
  "unknown_fit",
  "val_answer_accuracy",
];
const FEW = 3;
const [HIGH, WIDE] = [900, 1100]; // pixels of the frame

// All keys of some runs, the usual ones first.
export function orderedKeys(runs) {
  const keys = new Set(runs.flatMap((run) => run.keys));
  const usual = USUAL.filter((key) => keys.delete(key));
  return [...usual, ...[...keys].sort()];
}

export function usualKeys(keys) {
  const usual = keys.filter((key) => USUAL.includes(key));
  return (usual.length ? usual : keys).slice(0, FEW);
}

export class Curves {
  constructor(change) {
    this.change = change;
    this.drawn = [];
    this.picker = new KeyPicker((key) => this.press(key));
    this.charts = element("div", {className: "charts"});
    this.node = element(
      "details",
      {className: "curves", "aria-label": "Curves"},
      element("summary", {}, element("h2", {textContent: "Curves"})),
      this.picker.node,
      this.charts,
      element("p", {
        className: "legend",
        textContent:
          "○ best epoch   | stopped   band: 95 % interval   dashed line: the epoch shown below; " +
          "click to go to another",
      })
    );
    this.openWhereThereIsRoom();
  }

  // In a small frame the cases come first.
  openWhereThereIsRoom() {
    this.node.open = window.innerHeight >= HIGH && window.innerWidth >= WIDE;
  }

  busy(on) {
    this.charts.setAttribute("aria-busy", String(on));
  }

  showKeys(keys, chosen) {
    this.keys = keys;
    this.chosen = chosen;
    this.picker.show(keys, chosen);
  }

  press(key) {
    const chosen = this.chosen.includes(key)
      ? this.chosen.filter((other) => other !== key)
      : [...this.chosen, key];
    this.change({keys: this.keys.filter((other) => chosen.includes(other))});
  }

  // Draws the charts; for another step of the same ones, `showStep` is enough.
  show({curves, better, runs, shownRun}) {
    const numbers = new Map(runs.map((run, number) => [run.name, number]));
    const choose = (step) => this.change({step, page: 0});
    this.drawn = [];
    for (const key of this.chosen) {
      const ofKey = curves
        .filter((curve) => curve.key === key && numbers.has(curve.run))
        .map((curve) => ({
          ...curve,
          className: runClass(numbers.get(curve.run)),
          stop: runs[numbers.get(curve.run)].ended ? curve.points.at(-1)[0] : null,
          shown: curve.run === shownRun,
        }))
        .sort((one, two) => Number(one.shown) - Number(two.shown)); // on top: drawn last
      if (ofKey.length) this.drawn.push(new Chart(key, better[key], ofKey, choose));
    }
    const empty = message("No values of the chosen runs yet.", "");
    this.charts.replaceChildren(
      ...(this.drawn.length ? this.drawn.map((chart) => chart.node) : [empty])
    );
  }

  showStep(step) {
    for (const chart of this.drawn) chart.showStep(step);
  }
}
