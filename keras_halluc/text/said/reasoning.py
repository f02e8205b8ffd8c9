"""Chain of thought between tags: what a model writes before it answers."""

import re

from keras_halluc.text.said.draft import Edit
from keras_halluc.text.said.labels import ANSWER_LABELS
from keras_halluc.text.said.labels import REASONING_LABELS

REASON = "reasoning"
_NAMES = (
    "think|thinking|thoughts?|reason|reasoning|reflection|scratch[_-]?pad|analysis|plan|planning|"
    "cot|chain[_-]of[_-]thought|inner[_-]?(?:monologue|thoughts?)|internal|rationale|antthinking"
)
_TAG = re.compile(
    rf"(?P<opens><(?:seed:)?(?:{_NAMES})(?:\s[^<>\n]{{0,80}})?>|◁think▷|\[(?:THINK|REASONING)\]|"
    r"<\|(?:begin_of_thought|START_THINKING|think|thinking)\|>|<unused94>|<\|channel>)|"
    rf"</(?:seed:)?(?:{_NAMES})\s*>|◁/think▷|\[/(?:THINK|REASONING)\]|"
    r"<\|(?:end_of_thought|END_THINKING|/think|/thinking)\|>|<unused95>|<channel\|>",
    re.IGNORECASE,
)
_SPOKEN_OF = "`'\"“‘「"  # a tag behind one of these is spoken of, not used
_CHANNEL = re.compile(r"<\|channel\|>\s*(\w+)[^<]{0,80}(?:<\|constrain\|>[^<]{0,80})?<\|message\|>")
_SPOKEN_CHANNEL = re.compile(r"\s*(?:analysis|commentary)(?=[A-Z])")  # special tokens left out
_FINAL = "assistantfinal"
# What some tools print around the reasoning, at the start: where it begins and where it ends.
_PRINTED = (
    (re.compile(r"\s*Thinking\.\.\.\s*\n"), re.compile(r"\.\.\.\s?done thinking\.\s*")),
    (
        re.compile(r"\s*Here is my thought process:", re.IGNORECASE),
        re.compile(r"Here is my response:\s*", re.IGNORECASE),
    ),
    (
        re.compile(
            rf"\s*(?:#{{1,6}} ?|\*\*)?(?:{REASONING_LABELS}) ?(?:\*\*)?(?:[:：]|\n)", re.IGNORECASE
        ),
        re.compile(
            rf"\n[ \t]*(?:#{{1,6}} ?|\*\*)?(?:{ANSWER_LABELS}) ?(?:\*\*)?(?:[:：](?:\*\*)?|\n)\s*",
            re.IGNORECASE,
        ),
    ),
)


def find_channels(text: str) -> list[Edit]:
    """All that is not on the final channel of gpt-oss, with its special tokens or without."""
    named = list(_CHANNEL.finditer(text))
    if named:
        final = next((match for match in named if match[1] == "final"), None)
        if final is not None:
            return [Edit(0, final.end(), REASON)]
        return [Edit(named[0].start(), len(text), REASON)]
    if _SPOKEN_CHANNEL.match(text):
        at = text.find(_FINAL)
        return [Edit(0, len(text) if at < 0 else at + len(_FINAL), REASON)]
    return []


def find_reasoning(text: str) -> list[Edit]:
    """What stands between tags of reasoning.

    Where the opening tag was part of the prompt, all before the closing one is reasoning. Where the
    closing one is missing, the model was cut off before it answered.
    """
    edits: list[Edit] = []
    begin = None
    for match in _TAG.finditer(text):
        if match.start() and text[match.start() - 1] in _SPOKEN_OF:
            continue
        if match["opens"]:
            begin = match.start() if begin is None else begin
        elif begin is None:
            edits = [Edit(0, match.end(), REASON)]
        else:
            edits.append(Edit(begin, match.end(), REASON))
            begin = None
    if begin is not None:
        edits.append(Edit(begin, len(text), REASON))
    return edits


def find_printed_reasoning(text: str) -> list[Edit]:
    """Reasoning under a heading or label of its own, where one of the answer follows."""
    for opening, closing in _PRINTED:
        begins = opening.match(text)
        ends = closing.search(text, begins.end()) if begins else None
        if ends:
            return [Edit(0, ends.end(), REASON)]
    return []
