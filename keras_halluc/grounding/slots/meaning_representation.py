"""Which slots, with which values, does a meaning representation ask to be said?"""

import re

from keras_halluc._parse_json import JSONTextError
from keras_halluc._parse_json import parse_json
from keras_halluc._require import received
from keras_halluc.grounding.knowledge.knowledge_rows import object_texts

_BRACKETS = re.compile(r"(?<![^\],;])([^\[\],;]+)\[([^\[\]]*)\]")
_ACT = re.compile(r"\??[\w-]+\s*\((.*)\)", re.DOTALL)
# An apostrophe before a letter closes nothing.
_QUOTED = re.compile(r"(?<!\w)'(?:[^']|'(?=\w))*'|\"[^\"]*\"")


def parse_meaning(text: str) -> list[tuple[str, str]]:
    """Reads the slots of a meaning representation.

    Args:
        text: str, in one of three forms:

            - `name[The Eagle], food[French]`, as in the E2E data, or `inform(name[The Eagle])`,
            - a dialogue act, `inform(name='the eagle';food='french')`, as in RNNLG; slots are
              separated by `;`, or by commas if there is none,
            - a JSON object, `{"name": "The Eagle", "food": ["French", "Thai"]}`.

    Returns:
        list of `(slot, value)` in order, values without quotation marks; the value is empty where
        an act names a slot only. A slot of several values in JSON comes once for each.

    Raises:
        ValueError: if it is none of these.

    Example:

    >>> import keras_halluc as kh
    >>> kh.grounding.parse_meaning("name[The Eagle], kidsFriendly[no]")
    [('name', 'The Eagle'), ('kidsFriendly', 'no')]
    >>> kh.grounding.parse_meaning("inform(name='the eagle';food=french)")
    [('name', 'the eagle'), ('food', 'french')]
    """
    if not isinstance(text, str):
        raise TypeError(f"`text` must be a str. {received('text', text)}")
    stripped = text.strip()
    if stripped.startswith("{"):
        return _json_slots(stripped)
    act = _ACT.fullmatch(stripped)
    inner = act[1] if act else stripped
    found = [(slot.strip(), value.strip()) for slot, value in _BRACKETS.findall(inner)]
    if not found or _BRACKETS.sub("", inner).strip(" ,;\n"):
        if act:
            return _act_slots(inner)
        raise ValueError(
            "A meaning representation must look like `name[The Eagle], food[French]`, "
            f"`inform(name='the eagle';food='french')` or a JSON object. {received('text', text)}"
        )
    return found


def _json_slots(text: str) -> list[tuple[str, str]]:
    try:
        slots = parse_json(text)
    except JSONTextError as error:
        raise ValueError(
            f"A meaning representation that begins with a brace must be JSON: {error}. "
            f"{received('text', text)}"
        ) from None
    try:
        return [(slot, value) for slot in slots for value in object_texts(slots[slot], slot)]
    except TypeError as error:
        raise ValueError(f"A slot must have a value or a list of values: {error}") from None


def _act_slots(inner: str) -> list[tuple[str, str]]:
    bare = _QUOTED.sub(lambda match: "_" * len(match.group()), inner)
    separator = ";" if ";" in bare else ","
    edges = [-1, *(i for i, char in enumerate(bare) if char == separator), len(inner)]
    parts = [inner[first + 1 : last].strip() for first, last in zip(edges, edges[1:])]
    pairs = [part.partition("=") for part in parts if part]
    return [(slot.strip(), value.strip("'\" ")) for slot, _, value in pairs]
