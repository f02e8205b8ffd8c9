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
