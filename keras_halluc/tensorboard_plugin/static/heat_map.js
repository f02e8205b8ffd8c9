// The rate of each group at each epoch as a heat map; a click goes to the cases behind it.

import {element} from "./element.js";
import {epochName, percent} from "./numbers.js";

const MOST_NUMBERED = 14; // epochs; with more there is no room for numbers
const DARK = 0.6; // rates from here on have light text

export class HeatMap {
  constructor(change) {
    this.change = change;
    this.head = element("tr");
    this.body = element("tbody");
    this.table = element(
      "table",
      {className: "heat-map"},
      element("caption", {className: "unseen", textContent: "Hallucinated by group and epoch"}),
      element("thead", {}, this.head),
      this.body
    );
    this.table.addEventListener("click", (event) => {
      const cell = event.target.closest("td");
      if (!cell) return;
      const group = this.groups[cell.parentNode.sectionRowIndex];
      this.go(group.name, this.steps[cell.cellIndex - 1]);
    });
    this.node = element("div", {className: "scrolled"}, this.table);
  }

  show(trend) {
    if (this.drawn === trend) return;
    this.drawn = trend;
    this.steps = trend?.steps ?? [];
    this.groups = trend?.groups ?? [];
    this.node.hidden = !this.groups.length;
    const numbered = this.steps.length <= MOST_NUMBERED;
    this.table.classList.toggle("numbered", numbered);
    const every = Math.ceil(this.steps.length / MOST_NUMBERED);
    this.head.replaceChildren(
      element("th", {scope: "col", textContent: "group"}),
      ...this.steps.map((step, number) => {
        const textContent = number % every ? "" : step;
        return element("th", {scope: "col", textContent, title: epochName(step)});
      })
    );
    this.body.replaceChildren(...this.groups.map((group) => this.row(group, numbered)));
  }

  row({name, counts, since}, numbered) {
    const label = name ?? "all cases";
    const total = Math.max(0, ...counts.map(([, count]) => count));
    const pick = element("button", {
      type: "button",
      className: "link",
      textContent: label,
      title: name === null ? "show all cases" : "show the cases of this group",
      on: {click: () => this.go(name, null)},
    });
    const cells = counts.map(([hits, count], number) => {
      const where = `${label}, ${epochName(this.steps[number])}`;
      const cell = element("td");
      if (!count) {
        cell.title = `${where}: not measured`;
        return cell;
      }
      const rate = hits / count;
      cell.title = `${where}: ${percent(rate)}, ${hits} of ${count}`;
      cell.style.setProperty("--rate", rate);
      cell.className = rate >= DARK ? "rate dark" : "rate";
      if (since !== null && this.steps[number] === since) cell.classList.add("since");
      const text = percent(rate, "");
      cell.append(numbered ? text : element("span", {className: "unseen", textContent: text}));
      return cell;
    });
    const count = element("span", {className: "count", textContent: ` ${total}`, title: "cases"});
    const head = element("th", {scope: "row"}, pick, count);
    const className = since === null ? "" : "worse";
    return element("tr", {"data-group": label, className}, head, ...cells);
  }

  go(group, step) {
    const changes = {group, page: 0, open: null};
    this.change(step === null ? changes : {...changes, step});
  }

  showPlace(step, group) {
    const place = this.steps?.indexOf(step) ?? -1;
    [...this.head.children].forEach((cell, number) =>
      cell.classList.toggle("here", number > 0 && number === place + 1)
    );
    [...this.body.children].forEach((line, number) =>
      line.classList.toggle("chosen", group !== null && this.groups[number].name === group)
    );
  }
}
