"""Do the pieces of a text make up the text, each marked as its characters are?"""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_halluc.tensorboard_plugin.span_pieces import cut_pieces

TEXTS = st.text(max_size=60)
SPANS = st.lists(
    st.tuples(
        st.integers(0, 70), st.integers(0, 70), st.sampled_from(["unsupported", "contradicted"])
    ).map(list),
    max_size=4,
)


@given(TEXTS, SPANS, st.none() | st.integers(1, 50))
def test_pieces_are_the_text(text, spans, limit):
    found = cut_pieces(text, spans, limit)
    start, end = found["before"], len(text) - found["after"]
    shown = [(char, kind) for piece, kind in found["pieces"] for char in piece]
    assert "".join(char for char, _ in shown) == text[start:end]
    assert end - start <= (limit or 60)
    for place, (_, kind) in enumerate(shown, start):
        over = {name for first, last, name in spans if first <= place < last}
        assert kind == ("contradicted" if "contradicted" in over else "other" if over else "")
    kinds = [kind for _, kind in found["pieces"]]
    assert all(one != other for one, other in zip(kinds, kinds[1:]))


@given(st.integers(0, 990), st.integers(0, 990))
def test_the_first_mark_is_in_sight(one, other):
    text = "".join(str(i % 10) for i in range(1000))
    found = cut_pieces(text, [[start, start + 10, "unsupported"] for start in (one, other)], 100)
    start, marked = found["before"], [text for text, kind in found["pieces"] if kind]
    assert marked and start <= min(one, other) < start + 100
    assert start == 0 or min(one, other) - start == 40


def test_javascript_counts_otherwise():
    """An emoji is one character here and two there, so positions must not reach the page."""
    found = cut_pieces("👍👍 no", [[3, 5, "unsupported"]])
    assert found["pieces"] == [["👍👍 ", ""], ["no", "other"]]


@pytest.mark.parametrize(
    "spans",
    [
        None,
        "all",
        [None],
        [[0, 1]],
        [["0", 1, "unsupported"]],
        [[0, 1.5, "unsupported"]],
        [[-3, 2, "unsupported"]],
        [[0, 1, None]],
        [[True, 2, "unsupported"]],
        [[2, 1, "unsupported"]],
        [[9, 12, "unsupported"]],
    ],
    ids=str,
)
def test_what_is_no_span_marks_nothing(spans):
    assert cut_pieces("text", spans)["pieces"] == [["text", ""]]


def test_an_empty_text_has_no_pieces():
    assert cut_pieces("", [], 5) == {"pieces": [], "before": 0, "after": 0}


def test_twenty_thousand_overlapping_spans():
    """Each character was looked at once for each span over it: 200 million times."""
    spans = [[i, 10_000 + i, "contradicted" if i % 2 else "unsupported"] for i in range(20_000)]
    start = time.process_time()
    found = cut_pieces("x" * 29_999, spans)
    assert time.process_time() - start < 2
    assert [(len(text), kind) for text, kind in found["pieces"]] == [
        (1, "other"),
        (29_998, "contradicted"),
    ]
