// The verdicts of one case over all epochs as a strip; a click goes to an epoch.

import {element} from "./element.js";
import {labelClass} from "./labels.js";
import {epochName} from "./numbers.js";

export function historyStrip(history, steps, step, chooseStep) {
  const strip = element("div", {className: "history", role: "img", "aria-label": inWords(history)});
  let start = 0;
  while (start < history.length) {
    let end = start + 1;
    while (history[end] === history[start]) end++;
    const cell = element("span", {className: labelClass(history[start])});
    cell.style.flexGrow = end - start;
    cell.title = `${history[start]}: ${epochName(steps[start])}`;
    if (end - start > 1) cell.title += ` to ${steps[end - 1]}`;
    strip.append(cell);
    start = end;
  }
  const here = element("span", {className: "here"});
  here.style.left = `${(100 * (steps.indexOf(step) + 0.5)) / steps.length}%`;
  strip.append(here);
  strip.addEventListener("click", (event) => {
    const box = strip.getBoundingClientRect();
    const place = Math.floor(((event.clientX - box.left) / box.width) * steps.length);
    chooseStep(steps[Math.min(Math.max(place, 0), steps.length - 1)]);
  });
  return strip;
}

function inWords(history) {
  const counts = new Map();
  for (const label of history) counts.set(label, (counts.get(label) ?? 0) + 1);
  const parts = [...counts].map(([label, number]) => `${label} in ${number}`);
  return `Of ${history.length} epochs: ${parts.join(", ")}`;
}
