// The cases of one run at one epoch: controls, filters, table and pages.

import {VOID, ask} from "./api.js";
import {CaseFilters} from "./case_filters.js";
import {CaseTable} from "./case_table.js";
import {CompareControl} from "./compare_control.js";
import {DetailsLoader} from "./details_loader.js";
import {element} from "./element.js";
import {ExportLinks} from "./export_links.js";
import {failure, message} from "./message.js";
import {Pager} from "./pager.js";
import {StepControl} from "./step_control.js";

const PAGE = 50; // cases
const LOADING = 150; // milliseconds before a wait is mentioned

export class CaseView {
  // changed: called when another page is there
  constructor(change, changed) {
    this.change = change;
    this.changed = changed;
    this.parts = [];
    this.stepControl = new StepControl(change);
    this.compare = new CompareControl(change);
    this.filters = new CaseFilters(change);
    const loader = new DetailsLoader();
    this.table = new CaseTable(change, (cell, id) =>
      loader.fill(cell, id, this.page.step, this.page.steps.length, this.part, this.parts)
    );
    this.pager = new Pager(change, PAGE);
    this.links = new ExportLinks();
    this.filters.node.append(this.links.node);
    this.notice = element("div", {className: "notice", role: "status"});
    this.node = element(
      "section",
      {className: "cases", "aria-label": "Cases"},
      element("h2", {className: "unseen", textContent: "Cases"}),
      element("div", {className: "controls"}, this.stepControl.node, this.compare.node),
      this.filters.node,
      this.notice,
      this.table.node,
      this.pager.node
    );
  }

  // What is done by keys: functions by the `key` of a keyboard event.
  keys() {
    return {
      ArrowLeft: () => this.stepControl.move(-1),
      ArrowRight: () => this.stepControl.move(1),
      Home: () => this.stepControl.go(0),
      End: () => this.stepControl.go(this.stepControl.steps.length - 1),
      ArrowUp: () => this.table.moveFocus(-1),
      ArrowDown: () => this.table.moveFocus(1),
      "[": () => this.pager.turn(-1),
      "]": () => this.pager.turn(1),
      w: () => this.change({change: this.state.change === "worse" ? "" : "worse", page: 0}),
      "/": () => this.filters.search.focus(),
      Escape: () => this.escape(),
    };
  }

  async load(state, part, parts) {
    Object.assign(this, {state, part, parts});
    if (!part) return this.showNone();
    this.others = parts.filter((one) => one.name === part.name && one.part !== part.part);
    this.other = this.others.find((one) => one.part === state.other) ?? null;
    const query = {
      part: part.part,
      step: state.step,
      against: state.against,
      label: state.labels,
      change: state.change || null,
      group: state.group,
      pair: this.other ? state.pair || null : null,
      other: this.other?.part ?? null,
      other_step: this.other ? state.otherStep : null,
      search: state.search || null,
      sort: state.sort,
      offset: state.page * PAGE,
      limit: PAGE,
    };
    const text = JSON.stringify(query);
    if (this.asked === text) {
      if (this.page) this.show();
      return;
    }
    this.asked = text;
    const late = setTimeout(() => (this.notice.textContent = "Loading the cases …"), LOADING);
    this.table.busy(true);
    try {
      const page = await ask("cases", "cases", query);
      if (page === VOID) return;
      this.page = page;
      this.links.show({...query, step: page.step});
      if (page.steps.length) this.show();
      else this.showNone();
      this.table.busy(false);
      this.changed();
    } catch (error) {
      this.asked = null;
      this.table.busy(false);
      this.notice.replaceChildren(failure(error, () => this.load(state, part, parts)));
    } finally {
      clearTimeout(late);
    }
  }

  show() {
    const {state, page} = this;
    this.node.classList.remove("empty");
    if (state.step !== null) state.step = page.step; // the nearest there is
    this.stepControl.show({
      parts: this.parts.map(({part, text}) => [part, text]),
      part: this.part.part,
      steps: page.steps,
      step: page.step,
      following: state.step === null,
      against: state.against,
    });
    this.compare.show(state, page, this.part, this.other, this.others);
    this.filters.show(state, page);
    this.table.show(page, state.open, this.other?.run ?? null);
    this.pager.show(state.page, page.found);
    this.notice.replaceChildren();
    if (page.rows.length) return;
    const none = {labels: [], change: "", group: null, pair: "", search: "", page: 0};
    this.notice.append(
      message("No case matches.", "", {text: "Clear the filters", run: () => this.change(none)})
    );
  }

  showNone() {
    this.page = null;
    this.node.classList.add("empty");
    this.notice.replaceChildren(
      message(
        "No cases of the chosen runs yet.",
        "They come after the first measurement of a monitor with log_dir."
      )
    );
    this.changed();
  }

  escape() {
    const {search} = this.filters;
    if (document.activeElement === search) search.blur();
    else if (this.state.open !== null) this.change({open: null});
  }
}
