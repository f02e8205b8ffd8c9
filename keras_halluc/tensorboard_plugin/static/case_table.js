// The cases of one epoch, with what the model said and what the checker thinks of it.

import {element} from "./element.js";
import {historyStrip} from "./history.js";
import {labelClass} from "./labels.js";
import {count, short} from "./numbers.js";
import {markedText, showMarks} from "./pieces.js";

export class CaseTable {
  constructor(change, fillDetails) {
    this.change = change;
    this.fillDetails = fillDetails;
    this.header = element("tr");
    this.body = element("tbody");
    this.caption = element("caption");
    const head = element("thead", {}, this.header);
    this.node = element("table", {className: "cases-table"}, this.caption, head, this.body);
  }

  busy(on) {
    this.node.setAttribute("aria-busy", String(on));
  }

  // other: name of the run compared with, or null
  show(page, open, other) {
    const focused = document.activeElement?.closest?.("tr.case")?.dataset.id;
    const grouped = page.groups.length > 0;
    const names = ["case", "prompt", "output", "verdict", "epochs", "reason"];
    if (grouped) names.splice(1, 0, "group");
    // The reason is in the details of a case.
    if (other) names.splice(names.indexOf("epochs"), 2, "other", "epochs");
    this.header.replaceChildren(
      ...names.map((name) => {
        const text = name === "other" ? `output of ${other}` : name;
        const cell = element("th", {textContent: text, className: name});
        cell.scope = "col";
        return cell;
      })
    );
    this.caption.textContent = `${count(page.found)} of ${count(page.all)} cases`;
    this.body.replaceChildren(
      ...page.rows.flatMap((row) =>
        this.rows(row, page, {grouped, other, open: row.id === open, width: names.length})
      )
    );
    showMarks(this.body);
    this.node.dataset.step = page.step;
    if (focused !== undefined) this.button(focused)?.focus();
  }

  rows(row, page, {grouped, other, open, width}) {
    const toggle = element("button", {
      type: "button",
      className: "open",
      "aria-expanded": String(open),
      on: {click: () => this.change({open: open ? null : row.id})},
    });
    toggle.append(element("span", {"aria-hidden": "true", textContent: open ? "▾ " : "▸ "}), row.id);
    const was = row.was !== row.label && row.was !== "-" ? `was ${row.was}` : "";
    const cells = [
      element("th", {scope: "row", className: "case"}, toggle),
      grouped ? element("td", {className: "group", textContent: row.group ?? ""}) : null,
      element("td", {className: "prompt"}, fold(markedText(row.prompt))),
      element("td", {className: "output"}, fold(markedText(row.output))),
      element(
        "td",
        {className: "verdict"},
        verdict(row.label, row.score),
        element("span", {className: `was ${row.change}`, textContent: was})
      ),
      other ? element("td", {className: "other", "data-run": other}, ...said(row.other)) : null,
      element(
        "td",
        {className: "epochs"},
        historyStrip(row.history, page.steps, page.step, (step) => this.change({step, page: 0}))
      ),
      other ? null : element("td", {className: "reason", textContent: row.reason, dir: "auto"}),
    ];
    const line = element("tr", {className: "case", "data-id": row.id}, ...cells);
    if (!open) return [line];
    const cell = element("td", {colSpan: width, className: "details"});
    this.fillDetails(cell, row.id);
    return [line, element("tr", {className: "more"}, cell)];
  }

  button(id) {
    const lines = [...this.body.querySelectorAll("tr.case")];
    return lines.find((line) => line.dataset.id === id)?.querySelector("button.open");
  }

  // Moves the focus to the next case, or the one before.
  moveFocus(by) {
    const buttons = [...this.body.querySelectorAll("button.open")];
    const line = document.activeElement?.closest?.("tr.case");
    const place = buttons.findIndex((button) => button.closest("tr") === line);
    const next = place < 0 ? 0 : place + by;
    buttons[Math.min(Math.max(next, 0), buttons.length - 1)]?.focus();
  }
}

// A long text is cut off below; it is whole where the case is opened.
function fold(node) {
  return element("div", {className: "fold"}, node);
}

function said(other) {
  if (!other) return ["not asked"];
  return [verdict(other.label, other.score), fold(markedText(other.output))];
}

export function verdict(label, score) {
  const text = score === null ? label : `${label} ${short(score)}`;
  return element("span", {className: `verdict-label ${labelClass(label)}`, textContent: text});
}
