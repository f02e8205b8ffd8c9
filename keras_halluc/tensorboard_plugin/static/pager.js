// From one page of cases to the next.

import {element} from "./element.js";
import {count} from "./numbers.js";

export class Pager {
  constructor(change, size) {
    this.change = change;
    this.size = size;
    this.text = element("span", {"aria-live": "polite"});
    this.back = this.button("Previous page", -1);
    this.forward = this.button("Next page", 1);
    this.node = element("div", {className: "row pager"}, this.back, this.text, this.forward);
  }

  button(name, by) {
    return element("button", {type: "button", textContent: name, on: {click: () => this.turn(by)}});
  }

  show(page, found) {
    this.page = page;
    this.last = Math.max(Math.ceil(found / this.size) - 1, 0);
    const first = page * this.size + 1;
    const end = Math.min(first + this.size - 1, found);
    this.text.textContent = found ? `${count(first)} to ${count(end)} of ${count(found)}` : "";
    this.back.disabled = page <= 0;
    this.forward.disabled = page >= this.last;
    this.node.hidden = found <= this.size;
  }

  turn(by) {
    const page = Math.min(Math.max(this.page + by, 0), this.last);
    if (page === this.page) return;
    this.page = page; // at once, so that keys can be pressed faster than answers come
    this.change({page, open: null});
  }
}
