// From values to places in a chart, with round numbers along the axes.

const TICKS = 5;

export function linear([from, to], [start, end]) {
  const width = to - from || 1;
  return (value) => start + ((value - from) / width) * (end - start);
}

export function roundTicks(from, to, whole = false) {
  let step = niceStep((to - from) / TICKS);
  if (whole) step = Math.max(1, Math.round(step));
  const ticks = [];
  for (let number = Math.ceil(from / step - 1e-9); number * step <= to + step * 1e-9; number++) {
    ticks.push(Number((number * step).toPrecision(12)));
  }
  return ticks;
}

// The range of values, wide enough to draw a flat line in.
export function padded(values) {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const margin = (high - low) * 0.06 || Math.abs(high) * 0.1 || 0.1;
  const floor = low >= 0 ? 0 : -Infinity;
  const ceiling = low >= 0 && high <= 1 ? 1 : Infinity;
  return [Math.max(low - margin, floor), Math.min(high + margin, ceiling)];
}

function niceStep(raw) {
  if (!(raw > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  const factor = [1, 2, 2.5, 5, 10].find((number) => number * power >= raw * (1 - 1e-9));
  return factor * power;
}
