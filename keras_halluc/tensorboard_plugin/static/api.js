// Questions to the server. A new question of a kind makes the one before it void.

const pending = new Map();

export const VOID = Symbol("void");

export async function ask(kind, path, query = {}) {
  pending.get(kind)?.abort();
  const controller = new AbortController();
  pending.set(kind, controller);
  try {
    const response = await fetch(address(path, query), {signal: controller.signal});
    if (!response.ok) throw new Error(await reason(response));
    return await response.json();
  } catch (error) {
    if (controller.signal.aborted) return VOID;
    throw error;
  }
}

export function address(path, query) {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const item of [value].flat()) {
      if (item !== null && item !== undefined) search.append(name, item);
    }
  }
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}

async function reason(response) {
  const text = (await response.text()).trim();
  return text.length && text.length < 300 ? text : `the server answered ${response.status}`;
}
