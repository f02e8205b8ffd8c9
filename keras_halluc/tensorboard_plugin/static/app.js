// The page: keeps what is chosen, asks the server for it, and hands the answers to the parts.

import {VOID, ask} from "./api.js";
import {CaseView} from "./case_view.js";
import {Curves, orderedKeys, usualKeys} from "./curves.js";
import {element} from "./element.js";
import {isVisible, readAddress, watchAddress, watchReload, writeAddress} from "./host.js";
import {failure, message} from "./message.js";
import {Overview} from "./overview.js";
import {RunPicker} from "./run_picker.js";
import {Shortcuts} from "./shortcuts.js";
import {fromAddress, toAddress} from "./state.js";

const POLL = 5000; // milliseconds; TensorBoard itself looks for new events as often
const FEW_RUNS = 8; // chosen at first

export class App {
  constructor() {
    this.state = fromAddress(readAddress());
    this.runs = [];
    const change = (changes) => this.change(changes);
    this.picker = new RunPicker(change);
    this.overview = new Overview(change, (run, step) => this.showRun(run, step));
    this.curves = new Curves(change);
    this.cases = new CaseView(change, () => this.pageCame());
    this.shortcuts = new Shortcuts(this.cases.keys());
    this.cases.filters.node.append(this.shortcuts.button);
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
      this.forget();
      this.refresh();
    } catch (error) {
      this.runsText = null;
      this.main.replaceChildren(failure(error, () => this.load()));
    }
  }

  forget() {
    this.asked = {};
    this.cases.asked = null;
  }

  refresh() {
    const {state} = this;
    this.picked = this.runs.filter((run, number) =>
      state.runs ? state.runs.includes(run.name) : number < FEW_RUNS
    );
    const names = this.picked.map((run) => run.name);
    this.picker.show(this.runs, names);
    if (!this.picked.length) {
      writeAddress(toAddress(state));
      this.main.replaceChildren(this.noRuns());
      this.forget();
      return;
    }
    if (!this.curves.node.isConnected) {
      this.main.replaceChildren(this.overview.node, this.curves.node, this.cases.node);
    }
    const keys = orderedKeys(this.picked);
    this.keys = state.keys ?? usualKeys(keys);
    this.curves.showKeys(keys, this.keys);
    this.parts = this.picked.flatMap((run) =>
      run.parts
        .filter((part) => part.last !== null)
        .map((part) => ({...part, run: run.name, text: `${run.name}: ${part.name}`}))
    );
    this.part = this.parts.find(({part}) => part === state.part) ?? this.parts[0];
    // What stands for "the first few" and "the first one" today is another tomorrow.
    const part = this.part?.part ?? state.part;
    writeAddress(toAddress({...state, runs: state.runs ?? names, part}));
    this.loadCurves(names);
    this.loadRest();
  }

  // The cases come first; what takes the server longer is asked after them.
  async loadRest() {
    await this.cases.load(this.state, this.part, this.parts);
    this.loadOverview();
    this.loadTrend();
  }

  // The cases of a run at its best epoch, by the same monitor as is shown.
  showRun(run, step) {
    const own = this.parts.filter((part) => part.run === run);
    const part = own.find(({name}) => name === this.part.name) ?? own[0];
    if (part) this.change({part: part.part, step, page: 0, open: null});
  }

  pageCame() {
    this.showCurves();
    const {page} = this.cases;
    this.overview.showPlace(page ? page.step : null, this.state.group);
  }

  async loadOverview() {
    const parts = this.parts.filter(({name}) => name === this.part?.name).map(({part}) => part);
    const answer = await this.get("overview", "overview", {part: parts});
    if (!answer) return;
    this.overview.showRuns(answer, this.runs, this.part?.run);
  }

  async loadTrend() {
    if (!this.part) return this.overview.showTrend({sentence: "Nothing measured yet."}, "");
    const answer = await this.get("trend", "trend", {part: this.part.part});
    if (!answer) return;
    this.overview.showTrend(answer, this.picked.length > 1 ? this.part.run : "");
    this.pageCame();
  }

  async loadCurves(names) {
    this.curves.busy(true);
    const answer = await this.get("curves", "curves", {run: names, key: this.keys});
    if (!answer) return;
    this.curves.busy(false);
    this.found = answer.curves ?? [];
    this.showCurves();
  }

  // The answer to a question, which is kept until the runs change; null where another came first.
  async get(kind, path, query) {
    const text = JSON.stringify(query);
    if (this.asked[kind]?.text === text) return this.asked[kind].answer;
    this.asked[kind] = {text, answer: null};
    try {
      const answer = await ask(kind, path, query);
      if (answer === VOID || this.asked[kind]?.text !== text) return null;
      this.asked[kind].answer = answer;
      return answer;
    } catch (error) {
      delete this.asked[kind];
      return {sentence: `That did not work: ${error.message}`};
    }
  }

  showCurves() {
    if (!this.found) return;
    const shownRun = this.part?.run;
    if (this.drawn?.found !== this.found || this.drawn.shownRun !== shownRun) {
      this.drawn = {found: this.found, shownRun};
      this.curves.show({curves: this.found, better: this.better, runs: this.runs, shownRun});
    }
    const {page} = this.cases;
    this.curves.showStep(this.part && page ? page.step : null);
  }

  noRuns() {
    if (this.runs.length) return message("No run is chosen.", "Choose one in the list of runs.");
    return message(
      "No runs yet.",
      "Give a monitor the folder that TensorBoard watches: " +
        'HallucinationMonitor(cases, log_dir="runs/mine"). They appear here within seconds.'
    );
  }
}
