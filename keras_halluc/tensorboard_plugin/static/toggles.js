// A row of buttons that are on or off.

import {element} from "./element.js";

export class Toggles {
  constructor(name, press) {
    this.press = press;
    this.node = element("div", {className: "toggles", role: "group", "aria-label": name});
  }

  // items: list of {value, text, on, className, title}
  show(items) {
    const wanted = JSON.stringify(items.map((item) => item.value));
    if (this.wanted !== wanted) {
      this.wanted = wanted;
      this.node.replaceChildren(...items.map(({value}) => this.button(value)));
    }
    items.forEach((item, number) => {
      const button = this.node.children[number];
      button.textContent = item.text;
      button.className = item.className ?? "";
      button.title = item.title ?? "";
      button.setAttribute("aria-pressed", String(item.on));
    });
  }

  button(value) {
    return element("button", {
      type: "button",
      "data-value": value,
      on: {click: (event) => this.press(value, event)},
    });
  }
}
