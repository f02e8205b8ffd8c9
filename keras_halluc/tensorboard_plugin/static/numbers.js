// Numbers and epochs as words.

const whole = new Intl.NumberFormat("en");

export function count(number) {
  return whole.format(number);
}

export function short(value) {
  if (typeof value !== "number") return "";
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 100000)) return value.toExponential(1);
  return String(Number(value.toPrecision(3)));
}

export function epochName(step) {
  return step === 0 ? "before training" : `epoch ${step}`;
}

export function percent(rate, sign = " %") {
  return `${Math.round(100 * rate)}${sign}`;
}

const UNITS = [
  [1, 600, "s"],
  [60, 120, "min"],
  [3600, Infinity, "h"],
];

// Seconds in the unit that fits, or a part of them "of" the whole.
export function seconds(value, part = null) {
  const [size, , unit] = UNITS.find(([size, most]) => value / size < most);
  const digits = size === 1 && value >= 10 ? 0 : 1;
  const text = (one) => String(Number((one / size).toFixed(digits)));
  return part === null ? `${text(value)} ${unit}` : `${text(part)} of ${text(value)} ${unit}`;
}
