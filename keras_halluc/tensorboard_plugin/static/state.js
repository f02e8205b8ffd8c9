// What is chosen. All of it stands in the address, so that a view can be sent to somebody.

const DEFAULTS = {
  runs: null, // names; null is the first few
  keys: null, // tags of values; null is the usual ones
  part: "", // whose cases are shown
  step: null, // null is the last there is, and follows it
  against: "first",
  labels: [],
  change: "",
  group: null,
  search: "",
  sort: "change",
  other: "", // the part compared with
  otherStep: null, // null is the same epoch
  pair: "",
  page: 0,
  open: null, // id of the case shown in full
};
const LISTS = ["runs", "keys", "labels"];
const NUMBERS = ["step", "otherStep", "page"];
const CHOICES = {
  against: ["first", "previous"],
  change: ["", "worse", "better", "same"],
  pair: ["", "first", "second", "differ"],
  sort: ["change", "score", "given"],
};

export function fromAddress(values) {
  const state = {...DEFAULTS};
  for (const name of Object.keys(DEFAULTS)) {
    const value = values[name];
    if (value === undefined) continue;
    if (LISTS.includes(name)) {
      state[name] = value === "" ? [] : value.split(",").map(unescapeItem);
    } else if (NUMBERS.includes(name)) {
      state[name] = /^\d+$/.test(value) ? Number(value) : DEFAULTS[name];
    } else if (!CHOICES[name] || CHOICES[name].includes(value)) {
      state[name] = value;
    }
  }
  return state;
}

export function toAddress(state) {
  const values = {};
  for (const [name, value] of Object.entries(state)) {
    if (JSON.stringify(value) === JSON.stringify(DEFAULTS[name])) continue;
    values[name] = LISTS.includes(name) ? value.map(escapeItem).join(",") : String(value);
  }
  return values;
}

// Names may hold commas.
function escapeItem(item) {
  return item.replaceAll("%", "%25").replaceAll(",", "%2C");
}

function unescapeItem(item) {
  return item.replaceAll("%2C", ",").replaceAll("%25", "%");
}
