"""Can a page be read aloud: is any sentence longer than a breath?"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    str(page.relative_to(ROOT))
    for page in [*ROOT.glob("docs/*.md"), *ROOT.glob("*.md")]
    if ".zh" not in page.suffixes and page.name not in ("CHANGELOG.md", "papers.md")
)
LONGEST = 30  # words
NOT_PROSE = re.compile(r"```.*?```|<!-- figures.*?<!-- end -->", re.DOTALL)
ITEM = re.compile(r"\s*(?:[-*]|\d+\.)\s")
END = re.compile(r"(?<=[.!?:;])\s+|(?<=[.!?][)\"”])\s+")
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
CODE = re.compile(r"`[^`]*`")  # one word, however long


def sentences(text):
    """The sentences of a page of Markdown, without programs, tables, headings and figures."""
    found = []
    for block in re.split(r"\n\s*\n", NOT_PROSE.sub("", text)):
        item: list[str] = []
        for line in block.strip().splitlines():
            if line.startswith(("|", "#", "    ", "!", "<")):
                continue
            if ITEM.match(line) and item:
                found += END.split(" ".join(item))
                item = []
            item.append(line.strip())
        found += END.split(" ".join(item))
    return [sentence for sentence in found if sentence]


def words(sentence):
    plain = CODE.sub("code", LINK.sub(r"\1", sentence))
    return [word for word in plain.split() if re.search(r"\w", word)]


@pytest.mark.parametrize("page", PAGES)
def test_no_sentence_is_too_long(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    long = [s for s in sentences(text) if len(words(s)) > LONGEST]
    assert [f"{len(words(s))} words, at most {LONGEST}: {s}" for s in long] == []


def test_what_counts_as_a_sentence():
    text = "# A title of some words\n\nOne two. Three `four five` [six](seven)!\n\n- a b\n- c\n"
    assert [len(words(s)) for s in sentences(text)] == [2, 3, 2, 1]
    long = "word " * (LONGEST + 1)
    assert len(words(sentences(f"Short. {long.strip()}.")[1])) == LONGEST + 1
