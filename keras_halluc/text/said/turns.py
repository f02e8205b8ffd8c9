"""Stop tokens and turns: where the model's own turn begins and ends."""

import re

from keras_halluc.text.said.draft import Edit
from keras_halluc.text.said.labels import ANSWER_LABELS
from keras_halluc.text.said.labels import ASKED_LABELS
from keras_halluc.text.said.labels import ASSISTANT_LABELS

_ROLE = "(?:assistant|model|ai|bot|final)"
# What may stand before an answer: tokens that begin a text, or the turn of the model.
_OPENING = re.compile(
    r"\s*(?:(?:<s>|</s>|<bos>|<pad>|\[CLS\]|<\|(?:begin_of_text|startoftext|endoftext|pad)\|>|"
    rf"<\|im_start\|>\s*{_ROLE}|<\|start_header_id\|>\s*{_ROLE}\s*<\|end_header_id\|>|"
    rf"<start_of_turn>\s*{_ROLE}|<\|turn>\s*{_ROLE}|<\|start\|>\s*{_ROLE}|<\|message\|>|"
    rf"<\|{_ROLE}\|>|<\|(?:CHATBOT_TOKEN|START_OF_TURN_TOKEN|START_RESPONSE|START_TEXT)\|>|"
    r"<\|begin_of_solution\|>|<extra_id_0>|\[/INST\]|<｜(?:Assistant|begin▁of▁sentence)｜>|"
    r"<unused95>)\s*)+",
    re.IGNORECASE,
)
_PROMPT = re.compile(
    r"\s*(?:(?:<s>|<bos>|<\|begin_of_text\|>)\s*)?(?:\[INST\]|<\|im_start\|>\s*(?:user|system)|"
    r"<start_of_turn>\s*(?:user|system)|<\|start_header_id\|>\s*(?:user|system)|<\|(?:user|"
    r"system)\|>|"
    r"<｜User｜>)",
    re.IGNORECASE,
)
_MODEL_TURN = re.compile(
    rf"\[/INST\]|<\|im_start\|>\s*{_ROLE}|<\|start_header_id\|>\s*{_ROLE}\s*<\|end_header_id\|>|"
    rf"<start_of_turn>\s*{_ROLE}|<\|{_ROLE}\|>|<｜Assistant｜>",
    re.IGNORECASE,
)
_STOP = re.compile(
    r"</?s>|<[｜|](?!\s)[^<>｜|\n]{1,40}(?<!\s)[｜|]>|<(?:start|end)_of_turn>|<\|turn>|"
    r"<turn\|>|"
    r"<end_of_utterance>|</?(?:eos|bos|eod|pad|eot|eom)>|\[/?INST\]|<</?SYS>>|"
    r"\[(?:EOS|SEP|PAD|BOS|CLS)\]|<extra_id_\d{1,3}>|<unused\d{1,3}>",
    re.IGNORECASE,
)
_MARKED = r"(?:#{1,6} ?|\*\*|> ?)?"
_ASKED = re.compile(
    rf"(?:^|\n)[ \t]*(?:{_MARKED}(?:{ASKED_LABELS})(?: ?\d{{1,3}})? ?(?:\*\*)?[:：]|"
    rf"#{{1,6}} ?(?:{ASKED_LABELS})(?: ?\d{{1,3}})?[ \t]*(?=\n|$))",
    re.IGNORECASE,
)
_CONTEXT = re.compile(
    rf"{_MARKED}(?:context|passage|text|document|article|source|kontext|contexte|texte|contexto|"
    rf"texto|"
    r"上下文|文本|文章|本文) ?(?:\*\*)?[:：]",
    re.IGNORECASE,
)
_ASKED_INLINE = re.compile(r"(?<=[.!?。！？]) ?(?:Question|Q|User|Human): ")
_ANSWERED = re.compile(
    rf"\n[ \t]*{_MARKED}(?:{ANSWER_LABELS}|{ASSISTANT_LABELS})(?: ?\d{{1,3}})? ?(?:\*\*)?[:：]",
    re.IGNORECASE,
)
# Roles whose special tokens were left out when the text was decoded stand on a line alone.
_BARE_ROLE = re.compile(
    r"\n(?:user|human)\n(?=[^\n]*[?？][ \t]*(?:\n|$)|[^\n]*\n\s*(?:assistant|model)\n)"
)
_ASSISTANT = re.compile(
    rf"\n(?:{_MARKED}(?:{ASSISTANT_LABELS})[:：]|(?:assistant|model)\n)", re.IGNORECASE
)


def find_prompt(text: str) -> list[Edit]:
    """A prompt that is said again with its special tokens, up to the turn of the model."""
    begins = _PROMPT.match(text)
    ends = _MODEL_TURN.search(text, begins.end()) if begins else None
    return [Edit(0, ends.end(), "prompt said again")] if ends else []


def find_opening(text: str) -> list[Edit]:
    """Special tokens before the answer."""
    match = _OPENING.match(text)
    return [Edit(0, match.end(), "turn token")] if match else []


def find_stop(text: str) -> list[Edit]:
    """The first special token that ends a text, and all behind it.

    A model that ends its turn at once has said nothing.
    """
    match = _STOP.search(text)
    if match is None:
        return []
    alone = not _STOP.sub("", text[match.end() :]).strip()
    return [Edit(match.start(), len(text), "stop token" if alone else "text after a stop token")]


def find_echoed_question(text: str) -> list[Edit]:
    """A question that is said again before its answer; a text of several such pairs stays whole."""
    start = len(text) - len(text.lstrip())
    context = _CONTEXT.match(text, start)
    asked = (_ASKED.search if context else _ASKED.match)(text[start:])
    answered = _ANSWERED.search(text, start + asked.end()) if asked else None
    if answered is None or _ASKED.search(text, answered.end()):
        return []
    return [Edit(0, answered.end(), "question said again")]


def find_next_turn(text: str) -> list[Edit]:
    """A turn of somebody else behind the answer, and all behind it."""
    starts = []
    for pattern in (_ASKED, _ASKED_INLINE, _BARE_ROLE, _ASSISTANT):
        match = pattern.search(text)
        if match:
            starts.append(match.start())
    first = min(starts, default=len(text))
    if first == len(text) or not any(char.isalnum() for char in text[:first]):
        return []  # pairs of questions and answers from the start on are what was asked for
    return [Edit(first, len(text), "next turn")]
