"""Does TensorBoard's own text page show what a model wrote, and nothing else?"""

import random
import re
import sys

import numpy as np
import pytest
from tensorboard.plugins.text import text_plugin

from keras_halluc.tensorboard import Marked
from keras_halluc.tensorboard.escape import escape
from keras_halluc.tensorboard.escape import escape_characters
from keras_halluc.tensorboard.marked import render
from keras_halluc.tensorboard.table import table_cells


@pytest.fixture(params=[True, False], ids=["markdown", "plain"])
def page(request, see):
    """Function from what is stored to what is shown, for both positions of the page's switch."""

    def rendered(stored):
        html = text_plugin.text_array_to_html(stored, enable_markdown=request.param)
        return see(html)

    return rendered


def as_array(html):
    return np.array(html.encode(), dtype=object)


def test_hostile_text_is_shown_literally(hostile, page, shown):
    seen = page(as_array(render(hostile)))
    assert seen.text == shown(hostile)
    assert seen.tags <= {"p", "br"}
    assert not seen.attributes and not seen.comments


def test_hostile_cells_stay_in_their_cells(all_hostile, page, shown):
    rows = [[str(i), text, text[::-1]] for i, text in enumerate(all_hostile)]
    seen = page(table_cells(rows, header=["n", "<u>text</u>", "| reversed"]))
    header, *cells = [[cell.strip("\n") for cell in row] for row in seen.rows]
    assert header == ["n", "<u>text</u>", "| reversed"]
    assert cells == [[shown(cell).strip("\n") for cell in row] for row in rows]
    assert seen.tags <= {"table", "tbody", "tr", "td", "p", "br", "strong"}
    assert not seen.attributes and not seen.comments


def test_random_mixtures_are_shown_literally(page, shown):
    pick = random.Random(0)
    pieces = [*"<>&;#[]()!*_`~|\\\"'/=-+.:{}^$@% \n\t\r\x00\x02\x03a1é中", "http://x.y", "&#60;"]
    pieces += ["javascript:", "<b", "</", "<!--", "-->", "](", "\n\n", "    ", "```", "]: ", "1."]
    for _ in range(300):
        text = "".join(pick.choices(pieces, k=pick.randint(1, 25)))
        seen = page(as_array(escape(text)))
        assert seen.text == shown(text), repr(text)
        assert seen.tags <= {"p", "br"}, repr(text)
        assert not seen.attributes and not seen.comments, repr(text)


def test_every_character_is_shown_or_replaced(page, shown):
    text = "".join(chr(i) for i in range(sys.maxunicode + 1) if i < 0x3100 or 0xD7F0 < i < 0x10100)
    assert page(as_array(escape(text))).text == shown(text)


def test_one_fragment_a_character(hostile):
    assert len(escape_characters(hostile)) == len(hostile)
    assert "\n" not in escape(hostile)


def test_marked_spans_stand_out(page):
    text = "Paris <b>was</b> founded\nin 1889, 北京"
    spans = ((6, 16, "unsupported"), (25, 32, "contradicted"), (34, 36, "anything"))
    seen = page(as_array(render(Marked(text, spans))))
    assert seen.text == text
    assert [part for part in seen.strong if part[1]] == [
        ["strong", "<b>was</b>"],
        ["strong+em", "in 1889"],
        ["strong", "北京"],
    ]
    assert seen.tags <= {"p", "br", "strong", "em"}


def test_contradicted_wins_where_spans_overlap():
    for order in (1, -1):
        spans = ((0, 4, "contradicted"), (2, 6, "unsupported"), (3, 3, "unsupported"))[::order]
        html = render(Marked("abcdefgh", spans))
        assert html == "<strong><em>abcd</em></strong><strong>ef</strong>gh"


@pytest.mark.parametrize("seed", range(20))
def test_hostile_text_stays_literal_when_marked(all_hostile, page, shown, seed):
    pick = random.Random(seed)
    text = "".join(pick.choices(all_hostile, k=3))
    ends = sorted(pick.choices(range(len(text) + 1), k=6))
    kinds = ["unsupported", "contradicted", "*<b>*"]
    spans = tuple(zip(ends[::2], ends[1::2], kinds))
    seen = page(as_array(render(Marked(text, spans))))
    assert seen.text == shown(text)
    assert seen.tags <= {"p", "br", "strong", "em"}
    assert not seen.attributes and not seen.comments


def test_ordinary_prose_stays_readable_in_the_file():
    assert escape("It's Paris (France), isn't it?") == "It's Paris (France), isn't it?"
    assert re.fullmatch("[a-z ]+&#46;", escape("a sentence."))
