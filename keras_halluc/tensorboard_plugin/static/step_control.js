// Whose cases are shown, and of which epoch.

import {element, fillSelect} from "./element.js";
import {epochName} from "./numbers.js";

export class StepControl {
  constructor(change) {
    this.change = change;
    this.steps = [];
    this.part = element("select", {
      "aria-label": "Cases of",
      on: {change: () => change({part: this.part.value, page: 0, group: null, open: null})},
    });
    this.slider = element("input", {
      type: "range",
      min: 0,
      "aria-label": "Epoch",
      on: {input: () => this.go(Number(this.slider.value))},
    });
    this.text = element("output", {className: "epoch"});
    this.follow = element("input", {
      type: "checkbox",
      on: {change: () => change({step: this.follow.checked ? null : this.steps[this.place]})},
    });
    this.against = element("select", {
      "aria-label": "Changes since",
      on: {change: () => change({against: this.against.value, page: 0})},
    });
    this.node = element(
      "div",
      {className: "row step-control"},
      this.part,
      this.button("First epoch", "|◀", () => this.go(0)),
      this.button("Previous epoch", "◀", () => this.move(-1)),
      this.slider,
      this.button("Next epoch", "▶", () => this.move(1)),
      this.button("Last epoch", "▶|", () => this.go(this.steps.length - 1)),
      this.text,
      element("label", {}, this.follow, "follow the last"),
      element("label", {}, "changes since ", this.against)
    );
  }

  button(name, sign, press) {
    return element("button", {
      type: "button",
      title: name,
      "aria-label": name,
      textContent: sign,
      on: {click: press},
    });
  }

  // parts: list of [part, text]
  show({parts, part, steps, step, following, against}) {
    fillSelect(this.part, parts, part);
    this.steps = steps;
    this.place = steps.indexOf(step);
    this.slider.max = Math.max(steps.length - 1, 0);
    this.slider.value = this.place;
    this.slider.setAttribute("aria-valuetext", epochName(step));
    this.text.textContent = `${epochName(step)}${step ? ` of ${steps.at(-1)}` : ""}`;
    this.follow.checked = following;
    const since = [
      ["first", steps.length ? epochName(steps[0]) : "the first epoch"],
      ["previous", "the epoch before"],
    ];
    fillSelect(this.against, since, against);
  }

  move(by) {
    this.go(Math.min(Math.max(this.place + by, 0), this.steps.length - 1));
  }

  go(place) {
    if (place < 0 || place === this.place) return;
    this.place = place; // at once, so that keys can be pressed faster than answers come
    this.change({step: this.steps[place], page: 0});
  }
}
