// The page: keeps what is chosen, asks the server for it, and hands the answers to the parts.

import {VOID, ask} from "./api.js";
import {caseDetails} from "./case_details.js";
import {CaseFilters} from "./case_filters.js";
import {CaseTable} from "./case_table.js";
import {Curves, orderedKeys, usualKeys} from "./curves.js";
import {element} from "./element.js";
import {isVisible, readAddress, watchAddress, watchReload, writeAddress} from "./host.js";
import {message} from "./message.js";
import {Pager} from "./pager.js";
import {RunPicker} from "./run_picker.js";
import {Shortcuts} from "./shortcuts.js";
import {fromAddress, toAddress} from "./state.js";
import {StepControl} from "./step_control.js";

const POLL = 5000; // milliseconds; TensorBoard itself looks for new events as often
const PAGE = 50; // cases
const FEW_RUNS = 8; // chosen at first
const MOST_OTHERS = 8; // runs whose output is shown beside that of an opened case
const LOADING = 150; // milliseconds before a wait is mentioned

export class App {
  constructor() {
    this.state = fromAddress(readAddress());
    this.runs = [];
    const change = (changes) => this.change(changes);
    this.picker = new RunPicker(change);
    this.curves = new Curves(change);
    this.stepControl = new StepControl(change);
    this.filters = new CaseFilters(change);
    this.table = new CaseTable(change, (cell, id) => this.fillDetails(cell, id));
    this.pager = new Pager(change, PAGE);
    this.shortcuts = new Shortcuts({
      ArrowLeft: () => this.stepControl.move(-1),
      ArrowRight: () => this.stepControl.move(1),
      Home: () => this.stepControl.go(0),
      End: () => this.stepControl.go(this.stepControl.steps.length - 1),
      ArrowUp: () => this.table.moveFocus(-1),
      ArrowDown: () => this.table.moveFocus(1),
      "[": () => this.pager.turn(-1),
      "]": () => this.pager.turn(1),
      w: () => change({change: this.state.change === "worse" ? "" : "worse", page: 0}),
      "/": () => this.filters.search.focus(),
      Escape: () => this.escape(),
    });
    this.filters.node.append(this.shortcuts.button);
    this.notice = element("div", {className: "notice", role: "status"});
    this.cases = element(
      "section",
      {className: "cases", "aria-label": "Cases"},
      element("h2", {textContent: "Cases"}),
      this.stepControl.node,
      this.filters.node,
      this.notice,
      this.table.node,
      this.pager.node
    );
    this.main = element("main", {}, message("Loading the runs …", ""));
    this.node = element("div", {className: "page"}, this.picker.node, this.main);
    this.node.append(this.shortcuts.dialog);
  }

  async start() {
    watchAddress((values) => {
      // Bare when TensorBoard comes back from another tab; what was shown is shown still.
      if (Object.keys(values).length) this.state = fromAddress(values);
      this.refresh();
    });
    watchReload(() => this.load());
    setInterval(() => isVisible() && this.load(), POLL);
    await this.load();
  }

  change(changes) {
    Object.assign(this.state, changes);
    this.refresh();
  }

  // Asks for the runs; all else follows where they changed.
  async load() {
    try {
      const answer = await ask("runs", "runs");
      if (answer === VOID) return;
      const text = JSON.stringify(answer);
      if (text === this.runsText) return;
      this.runsText = text;
      this.runs = answer.runs;
      this.better = answer.better;
      this.asked = {};
      this.refresh();
    } catch (error) {
      this.runsText = null;
      this.main.replaceChildren(this.failure(error, () => this.load()));
    }
  }

  refresh() {
    writeAddress(toAddress(this.state));
    this.picked = this.runs.filter((run, number) =>
      this.state.runs ? this.state.runs.includes(run.name) : number < FEW_RUNS
    );
    const names = this.picked.map((run) => run.name);
    this.picker.show(this.runs, names);
    if (!this.picked.length) {
      this.main.replaceChildren(this.noRuns());
      this.asked = {};
      return;
    }
    if (!this.curves.node.isConnected) this.main.replaceChildren(this.curves.node, this.cases);
    const keys = orderedKeys(this.picked);
    this.keys = this.state.keys ?? usualKeys(keys);
    this.curves.showKeys(keys, this.keys);
    this.parts = this.picked.flatMap((run) =>
      run.parts
        .filter((part) => part.last !== null)
        .map(({part, name}) => ({part, run: run.name, name, text: `${run.name}: ${name}`}))
    );
    this.part = this.parts.find(({part}) => part === this.state.part) ?? this.parts[0];
    this.loadCurves(names);
    this.loadCases();
  }

  async loadCurves(names) {
    const query = {run: names, key: this.keys};
    if (this.isAsked("curves", query)) return this.showCurves();
    this.curves.busy(true);
    try {
      const answer = await ask("curves", "curves", query);
      if (answer === VOID) return;
      this.found = answer.curves;
      this.curves.busy(false);
      this.showCurves();
    } catch (error) {
      this.asked.curves = null;
      this.curves.busy(false);
      this.curves.charts.replaceChildren(this.failure(error, () => this.loadCurves(names)));
    }
  }

  showCurves() {
    if (!this.found) return;
    const shownRun = this.part?.run;
    if (this.drawn?.found !== this.found || this.drawn.shownRun !== shownRun) {
      this.drawn = {found: this.found, shownRun};
      this.curves.show({curves: this.found, better: this.better, runs: this.runs, shownRun});
    }
    this.curves.showStep(this.part && this.page ? this.page.step : null);
  }

  async loadCases() {
    const {state} = this;
    if (!this.part) {
      this.showNoCases();
      return;
    }
    const query = {
      part: this.part.part,
      step: state.step,
      against: state.against,
      label: state.labels,
      change: state.change || null,
      group: state.group,
      search: state.search || null,
      sort: state.sort,
      offset: state.page * PAGE,
      limit: PAGE,
    };
    if (this.isAsked("cases", query)) {
      if (this.page) this.showCases();
      return;
    }
    const late = setTimeout(() => (this.notice.textContent = "Loading the cases …"), LOADING);
    this.table.busy(true);
    try {
      const page = await ask("cases", "cases", query);
      if (page === VOID) return;
      this.page = page;
      if (page.steps.length) this.showCases();
      else this.showNoCases();
      this.table.busy(false);
      this.showCurves();
    } catch (error) {
      this.asked.cases = null;
      this.table.busy(false);
      this.notice.replaceChildren(this.failure(error, () => this.loadCases()));
    } finally {
      clearTimeout(late);
    }
  }

  showCases() {
    const {state, page} = this;
    this.cases.classList.remove("empty");
    if (state.step !== null) state.step = page.step; // the nearest there is
    this.stepControl.show({
      parts: this.parts.map(({part, text}) => [part, text]),
      part: this.part.part,
      steps: page.steps,
      step: page.step,
      following: state.step === null,
      against: state.against,
    });
    this.filters.show(state, page);
    this.table.show(page, state.open);
    this.pager.show(state.page, page.found);
    this.notice.replaceChildren();
    if (page.rows.length) return;
    const clear = () => this.change({labels: [], change: "", group: null, search: "", page: 0});
    this.notice.append(
      message("No case matches.", "", {text: "Clear the filters", run: clear})
    );
  }

  showNoCases() {
    this.page = null;
    this.cases.classList.add("empty");
    this.notice.replaceChildren(
      message(
        "No cases of the chosen runs yet.",
        "They come after the first measurement of a monitor with log_dir."
      )
    );
    this.showCurves();
  }

  noRuns() {
    if (this.runs.length) return message("No run is chosen.", "Choose one in the list of runs.");
    return message(
      "No runs yet.",
      "Give a monitor the folder that TensorBoard watches: " +
        'HallucinationMonitor(cases, log_dir="runs/mine"). They appear here within seconds.'
    );
  }

  async fillDetails(cell, id) {
    const {part, page} = this;
    const same = this.parts.filter((other) => other.name === part.name && other !== part);
    const query = {id, step: page.step};
    const wanted = JSON.stringify([part.part, query, same.length, page.steps.length]);
    // What was there stays until the answer is, so that stepping does not flicker.
    if (this.details?.id === id) cell.append(this.details.node);
    if (this.details?.wanted === wanted) return;
    try {
      const others = same.slice(0, MOST_OTHERS);
      const asks = [part, ...others].map((one) =>
        ask(`case ${one.part}`, "case", {...query, part: one.part}).catch((error) => {
          if (one === part) throw error;
          return null; // this run did not ask the case
        })
      );
      const [found, ...rest] = await Promise.all(asks);
      if (found === VOID || rest.includes(VOID)) return;
      const elsewhere = others.map(({run}, number) => [run, rest[number]]);
      const node = caseDetails(found, elsewhere.filter(([, other]) => other));
      this.details = {id, wanted, node};
      cell.replaceChildren(node);
    } catch (error) {
      this.details = null;
      cell.replaceChildren(this.failure(error, () => this.fillDetails(cell, id)));
    }
  }

  escape() {
    const {search} = this.filters;
    if (document.activeElement === search) search.blur();
    else if (this.state.open !== null) this.change({open: null});
  }

  isAsked(kind, query) {
    const text = JSON.stringify(query);
    if (this.asked[kind] === text) return true;
    this.asked[kind] = text;
    return false;
  }

  failure(error, retry) {
    return message("That did not work.", error.message, {text: "Try again", run: retry});
  }
}
