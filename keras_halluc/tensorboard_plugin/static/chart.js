// One value of the chosen runs by epoch, in a band of its interval.

import {element, svgElement} from "./element.js";
import {epochName, short} from "./numbers.js";
import {linear, padded, roundTicks} from "./scale.js";

const WIDTH = 400;
const HEIGHT = 230;
const BOX = {left: 46, right: WIDTH - 12, top: 10, bottom: HEIGHT - 26};
const MOST_BANDS = 6; // more would hide one another
const MOST_DOTS = 400;
const GOOD = {lower: "lower is better", higher: "higher is better"};

// curves: list of {run, className, points, best, stop, shown}
export class Chart {
  constructor(key, better, curves, chooseStep) {
    this.curves = curves;
    const points = curves.flatMap((curve) => curve.points);
    const last = Math.max(1, ...points.map(([step]) => step));
    const ends = points.flatMap(([, value, low, high]) => [value, low ?? value, high ?? value]);
    const range = padded(ends);
    this.x = linear([0, last], [BOX.left, BOX.right]);
    this.y = linear(range, [BOX.bottom, BOX.top]);
    this.now = line("now", 0, BOX.top, 0, BOX.bottom);
    this.svg = svgElement("svg", {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      role: "img",
      "aria-label": summary(key, better, curves),
    });
    this.svg.append(...axes(this.x, this.y, range, last), this.now);
    const dots = points.length <= MOST_DOTS;
    for (const curve of curves) {
      const band = curve.shown || curves.length <= MOST_BANDS;
      this.svg.append(drawn(curve, this.x, this.y, band, dots));
    }
    const readout = element("p", {className: "readout"});
    this.svg.addEventListener("pointermove", (event) => {
      readout.textContent = described(this.nearest(event));
    });
    this.svg.addEventListener("click", (event) => chooseStep(this.nearest(event).point[0]));
    this.node = element(
      "figure",
      {className: "chart", "data-key": key},
      element(
        "figcaption",
        {},
        element("span", {className: "key", textContent: key}),
        element("span", {className: "good", textContent: GOOD[better] ?? ""})
      ),
      this.svg,
      readout
    );
  }

  showStep(step) {
    this.now.classList.toggle("absent", step === null);
    const at = this.x(step ?? 0);
    this.now.setAttribute("x1", at);
    this.now.setAttribute("x2", at);
  }

  // The point under the pointer: the epoch first, the curve second.
  nearest(event) {
    const box = this.svg.getBoundingClientRect();
    const scale = Math.max(WIDTH / box.width, HEIGHT / box.height);
    const left = WIDTH / 2 + (event.clientX - box.left - box.width / 2) * scale;
    const top = HEIGHT / 2 + (event.clientY - box.top - box.height / 2) * scale;
    let found = null;
    for (const curve of this.curves) {
      for (const point of curve.points) {
        const away = 8 * Math.abs(this.x(point[0]) - left) + Math.abs(this.y(point[1]) - top);
        if (!found || away < found.away) found = {curve, point, away};
      }
    }
    return found;
  }
}

function axes(x, y, [low, high], last) {
  const nodes = [];
  for (const value of roundTicks(low, high)) {
    nodes.push(line("grid", BOX.left, y(value), BOX.right, y(value)));
    nodes.push(label(short(value), BOX.left - 6, y(value) + 4, "end"));
  }
  for (const value of roundTicks(0, last, true)) {
    nodes.push(label(String(value), x(value), BOX.bottom + 17, "middle"));
  }
  nodes.push(line("axis", BOX.left, BOX.bottom, BOX.right, BOX.bottom));
  return nodes;
}

function drawn({className, points, best, stop, shown}, x, y, band, dots) {
  const group = svgElement("g", {class: `curve ${className}${shown ? " shown" : ""}`});
  const at = ([step, value]) => `${x(step).toFixed(1)},${y(value).toFixed(1)}`;
  const ends = points.filter(([, , low, high]) => low !== null && high !== null);
  if (band && ends.length) {
    const upper = ends.map(([step, , , high]) => at([step, high]));
    const lower = ends.map(([step, , low]) => at([step, low])).reverse();
    group.append(svgElement("polygon", {class: "band", points: [...upper, ...lower].join(" ")}));
  }
  group.append(svgElement("polyline", {class: "line", points: points.map(at).join(" ")}));
  const of = (step) => points.find((point) => point[0] === step);
  if (dots) {
    for (const [step, value] of points) group.append(dot("dot", x(step), y(value), 2));
  }
  if (of(best)) group.append(dot("best", x(best), y(of(best)[1]), 5.5));
  if (of(stop)) {
    const middle = y(of(stop)[1]);
    group.append(line("stop", x(stop), middle - 8, x(stop), middle + 8));
  }
  return group;
}

function described({curve: {run, best, stop}, point: [step, value, low, high]}) {
  const interval = low === null || high === null ? "" : ` (${short(low)} to ${short(high)})`;
  const marks = `${step === best ? ", best" : ""}${step === stop ? ", stopped" : ""}`;
  return `${run}, ${epochName(step)}: ${short(value)}${interval}${marks}`;
}

function summary(key, better, curves) {
  const parts = curves.slice(0, 10).map(({run, points, best, stop}) => {
    const [first, last] = [points[0], points.at(-1)];
    const top = points.find((point) => point[0] === best);
    const marks = top ? `, best ${short(top[1])} at epoch ${best}` : "";
    const end = stop === null ? "" : `, stopped at epoch ${stop}`;
    return `${run} from ${short(first[1])} to ${short(last[1])}${marks}${end}`;
  });
  const rest = curves.length > 10 ? `; and ${curves.length - 10} more runs` : "";
  const good = GOOD[better] ? `, ${GOOD[better]}` : "";
  return `${key}${good}, by epoch: ${parts.join("; ")}${rest}.`;
}

function line(className, x1, y1, x2, y2) {
  return svgElement("line", {class: className, x1, y1, x2, y2});
}

function dot(className, cx, cy, r) {
  return svgElement("circle", {class: className, cx, cy, r});
}

function label(text, x, y, anchor) {
  return svgElement("text", {class: "tick", x, y, "text-anchor": anchor}, text);
}
