"""The line of an output that gives a short answer: behind the working, before what runs on."""

import re

from keras_halluc.text.said.draft import Edit
from keras_halluc.text.said.labels import ANSWER_LABELS
from keras_halluc.text.said.labels import ASKED_LABELS

_WORDS = 6  # a line with fewer may be the answer itself
_HAN = 12  # characters of a line without spaces, likewise
_AT = r"(?:(?:^|\n)[ \t]*(?:#{1,6} ?|\*\*|> ?)?|(?<=[.!?] )|(?<=[。！？]))"
_SO = r"(?:(?:so|therefore|thus|hence|finally|in conclusion|overall),? )"
_STRONG = re.compile(
    rf"\n[ \t]*#### ?(?=\S)|\\boxed\s?\{{|{_AT}(?:"
    rf"{_SO}?the (?:final|correct) answer is|{_SO}the answer is|(?:the |"
    rf"my )?final answer ?(?:\*\*)?[:：]|"
    r"(?:因此|所以)[，,]?(?:最终)?答案[是为:：]|最终答案[是为:：]|したがって、?答えは|"
    r"最終的な答えは|"
    r"(?:also|daher|somit) (?:ist|lautet) die antwort|endgültige antwort ?:|"
    r"la réponse (?:finale )?est donc|"
    r"réponse finale ?:|(?:por lo tanto|así que),? la respuesta es|respuesta final ?:|"
    r"risposta finale ?:|resposta final ?:)",
    re.IGNORECASE,
)
_WEAK = re.compile(
    rf"(?:\n[ \t]*(?:\*\*)?|(?<=[.!?] )|(?<=[。！？]))(?:the answer (?:is|would be)\b|"
    rf"(?:{ANSWER_LABELS}) ?(?:\*\*)?[:：]|"
    r"答案[是为]|答えは|die antwort (?:ist|lautet)|la réponse est|la respuesta es|la risposta è|"
    r"a resposta é)",
    re.IGNORECASE,
)
# How a text begins that works an answer out before it gives one.
_WORKING = re.compile(
    r"\s*(?:(?:okay|ok|alright|sure|hmm|well)[,.! ]+)*(?:let(?:['’]s| us| me)\b|first(?:ly)?\b|"
    r"to (?:find|solve|answer|determine|calculate|work|get)\b|"
    r"(?:we|i) (?:need|have to|know|can|must|start)\b|step (?:1|one)\b|thinking\b|thought\b|"
    r"given\b|since\b|reasoning\b|"
    r"首先|让我们|我们|先|解[:：]|まず|zuerst|zunächst|schritt 1|lass(?:en sie)? uns|d['’]abord|"
    r"tout d['’]abord|étape 1|"
    r"primero|paso 1|vamos a|prima|per prima cosa|primeiro)",
    re.IGNORECASE,
)
_QUESTION = re.compile(rf"(?:{ASKED_LABELS})(?: ?\d{{1,3}})? ?[:：]", re.IGNORECASE)
_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_OBJECT = re.compile(r"\s*[{\[]\s*\S")


def find_working(text: str) -> list[Edit]:
    """What is written before a mark of the final answer, such as `####` or "The answer is".

    A short first line is the answer, whatever follows it. A mark that a model may write as it runs
    on ("Answer:") counts only behind a text that begins as one works something out.
    """
    working = _WORKING.match(text) is not None
    for pattern in (_STRONG, _WEAK) if working else (_STRONG,):
        match = pattern.search(text)
        if match and (working or _is_long(text[: match.start()])):
            return [Edit(0, match.start(), "working")]
    return []


def find_further_lines(text: str) -> list[Edit]:
    """All but the first line with a word, and before it a question or an opening with a colon."""
    if _OBJECT.match(text) and "\n" in text.strip():
        return []  # an object or list written over several lines
    spoken = [match.span() for match in _LINE.finditer(text) if _says(match.group())]
    while len(spoken) > 1 and _only_leads(text[slice(*spoken[0])].strip()):
        spoken = spoken[1:]
    if not spoken:
        return []
    start, end = spoken[0]
    edits = [Edit(end, len(text), "further lines")]
    if text[:start].strip():
        edits.append(Edit(0, start, "line before the answer"))
    return edits


def _only_leads(line: str) -> bool:
    """Whether a line asks, or ends in a colon, at some length."""
    if _QUESTION.match(line):
        return True
    if line[-1] in "?？":
        return len(line.split()) > 2 or _han(line) > 5
    return line[-1] in ":：" and (len(line.split()) > 2 or _han(line) > 5)


def _is_long(text: str) -> bool:
    return len(text.split()) >= _WORDS or _han(text) >= _HAN


def _han(text: str) -> int:
    return sum("\u3040" <= char <= "\u9fff" for char in text)


def _says(text: str) -> bool:
    return any(char.isalnum() for char in text)
