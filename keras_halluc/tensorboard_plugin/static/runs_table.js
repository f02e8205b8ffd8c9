// The chosen runs, the best first: best epoch, rate there, what was kept, what it cost.

import {element} from "./element.js";
import {epochName, percent, seconds} from "./numbers.js";
import {runClass} from "./run_picker.js";

const COLUMNS = [
  ["run", ""],
  ["best epoch", "the epoch with the lowest rate, not counting the model before training"],
  ["hallucinated", "rate at the best epoch, with its 95 % interval"],
  ["kept", "of what was right before training, the share that is right at the best epoch"],
  ["time", "from the first measurement to the best epoch, and to the last"],
];

export class RunsTable {
  constructor(pickRun) {
    this.pickRun = pickRun;
    this.body = element("tbody");
    const heads = COLUMNS.map(([name, title]) => element("th", {textContent: name, title, scope: "col"}));
    const table = element(
      "table",
      {className: "runs-table"},
      element("caption", {className: "unseen", textContent: "Runs, the best first"}),
      element("thead", {}, element("tr", {}, ...heads)),
      this.body
    );
    this.node = element("div", {className: "scrolled"}, table);
  }

  show(rows, runs, shownRun) {
    const wanted = JSON.stringify([rows, runs.map((run) => run.name), shownRun]);
    if (this.wanted === wanted) return; // the focus stays where it is
    this.wanted = wanted;
    const numbers = new Map(runs.map((run, number) => [run.name, number]));
    this.body.replaceChildren(
      ...rows
        .filter((row) => numbers.has(row.run))
        .map((row) => this.row(row, numbers.get(row.run), row.run === shownRun))
    );
    this.node.hidden = !rows.length;
  }

  row(row, number, shown) {
    const pick = element("button", {
      type: "button",
      className: "link",
      textContent: row.run,
      title: row.best === null ? "show its cases" : `show its cases at epoch ${row.best}`,
      on: {click: () => this.pickRun(row.run, row.best)},
    });
    const swatch = element("span", {className: "swatch", "aria-hidden": "true"});
    const cells = [
      element("th", {scope: "row", className: runClass(number)}, swatch, pick),
      ...[
        row.best === null ? "–" : epochName(row.best),
        withInterval(row.rate),
        withInterval(row.kept),
        cost(row),
      ].map((textContent) => element("td", {textContent})),
    ];
    const line = element("tr", {"data-run": row.run, className: shown ? "shown" : ""}, ...cells);
    if (shown) line.setAttribute("aria-current", "true");
    return line;
  }
}

function withInterval(rate) {
  if (!rate) return "–";
  const [value, low, high] = rate;
  return `${percent(value)} (${percent(low, "")}–${percent(high, "")})`;
}

function cost(row) {
  if (row.seconds === null) return "–";
  const best = row.seconds_to_best;
  if (best === null || best === row.seconds) return seconds(row.seconds);
  return seconds(row.seconds, best);
}
