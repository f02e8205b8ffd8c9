// The first block: which run is best, since when one gets worse and in which group, and about what.

import {element} from "./element.js";
import {HeatMap} from "./heat_map.js";
import {RunsTable} from "./runs_table.js";

export class Overview {
  constructor(change, pickRun) {
    this.best = new Answer("Which run is best?");
    this.trend = new Answer("Since when is it getting worse?");
    this.table = new RunsTable(pickRun);
    this.heat = new HeatMap(change);
    this.node = element(
      "section",
      {className: "overview", "aria-label": "Overview"},
      element("div", {className: "answer-block"}, this.best.node, this.table.node),
      element("div", {className: "answer-block"}, this.trend.node, this.heat.node)
    );
  }

  // found: what the server says of the runs; null while it is not known
  showRuns(found, runs, shownRun) {
    this.best.show(found);
    this.table.show(found?.rows ?? [], runs, shownRun);
  }

  // trend: what the server says of the run that is shown; null while it is not known
  showTrend(trend, run) {
    this.trend.show(trend, run);
    this.heat.show(trend);
  }

  showPlace(step, group) {
    this.heat.showPlace(step, group);
  }
}

// A question, its answer in a sentence, and how that is known.
class Answer {
  constructor(question) {
    this.question = question;
    this.title = element("h2", {textContent: question});
    this.sentence = element("p", {className: "sentence", role: "status"});
    this.evidence = element("p");
    this.more = element(
      "details",
      {className: "evidence"},
      element("summary", {textContent: "How this is known"}),
      this.evidence
    );
    this.node = element("div", {className: "answer"}, this.title, this.sentence, this.more);
  }

  show(found, run = "") {
    this.title.textContent = run ? `${this.question} (${run})` : this.question;
    this.sentence.textContent = found ? (found.sentence ?? "Nothing measured yet.") : "…";
    this.sentence.className = `sentence ${found?.status ?? ""}`;
    this.evidence.textContent = found?.evidence ?? "";
    this.more.hidden = !found?.evidence;
  }
}
