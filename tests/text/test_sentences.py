"""Are sentences found in several scripts, whole, in order, and none of them lost?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_halluc.text import chunk_text
from keras_halluc.text import sentence_spans
from keras_halluc.text import split_sentences
from keras_halluc.text import tokenize


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It rained. We left!", ["It rained.", "We left!"]),
        ("Dr. No met J. R. Smith. He ran.", ["Dr. No met J. R. Smith.", "He ran."]),
        ('He said "Go." They went.', ['He said "Go."', "They went."]),
        ("It cost 3.5 m. or less. So?", ["It cost 3.5 m. or less.", "So?"]),
        ("The U.S. economy grew. Yes.", ["The U.S. economy grew.", "Yes."]),
        ("He and I. She too.", ["He and I.", "She too."]),
        ("Wait... what? No… Yes.", ["Wait... what?", "No…", "Yes."]),
        ("他走了。她说:“来！”好。", ["他走了。", "她说:“来！”", "好。"]),
        ("वह गया। कहाँ?", ["वह गया।", "कहाँ?"]),
        ("ماذا؟ نعم.", ["ماذا؟", "نعم."]),
        ("first line\nsecond line", ["first line", "second line"]),
        ("a.b.c is a name. Next.", ["a.b.c is a name.", "Next."]),
        ("  ...  \n\n !!", []),
        ("", []),
        ("no stop", ["no stop"]),
        ("he left . she stayed .", ["he left .", "she stayed ."]),
        ("mr . li lives in the u . s . now . so ?", ["mr . li lives in the u . s . now .", "so ?"]),
        ('well . . . so it is . " yes . " .', ["well . . . so it is .", '" yes .']),
        ("he paid 3 .5 m", ["he paid 3 .5 m"]),
    ],
)
def test_sentences(text, sentences):
    assert split_sentences(text) == sentences


texts = st.text(alphabet='ab A.B!?。 \n"”1,中é…', max_size=60)


@given(texts)
def test_nothing_with_a_letter_is_lost_and_order_is_kept(text):
    spans = sentence_spans(text)
    assert all(s < e for s, e in spans)
    assert all(a[1] <= b[0] for a, b in zip(spans, spans[1:]))
    inside = {i for s, e in spans for i in range(s, e)}
    assert all(i in inside for i, char in enumerate(text) if char.isalnum())
    assert all(text[s:e] == text[s:e].strip() for s, e in spans)


@given(texts, st.integers(1, 8))
def test_chunks_without_overlap_are_the_text(text, size):
    chunks = chunk_text(text, size, 0)
    assert all(0 < len(tokenize(chunk)) <= size for chunk in chunks)
    assert [token for chunk in chunks for token in tokenize(chunk)] == tokenize(text)


@given(st.lists(st.integers(1, 9), max_size=12), st.integers(1, 8), st.integers(0, 7))
def test_chunks_with_overlap_hold_every_token_in_order(lengths, size, overlap):
    if overlap >= size:
        return
    count = iter(range(1000))
    text = " ".join(" ".join(f"W{next(count)}" for _ in range(n)) + "." for n in lengths)
    chunks = [[int(token[1:]) for token in tokenize(c)] for c in chunk_text(text, size, overlap)]
    assert all(c == list(range(c[0], c[-1] + 1)) and len(c) <= size for c in chunks)
    assert [c[0] for c in chunks] == sorted({c[0] for c in chunks})
    for before, after in zip(chunks, chunks[1:]):
        assert before[-1] - after[0] + 1 <= overlap and before[-1] < after[-1]
        assert after[0] <= before[-1] + 1
    assert {i for c in chunks for i in c} == set(range(sum(lengths)))


def test_a_short_text_is_one_chunk_and_overlap_repeats_sentences():
    text = "One two. Three four. Five six. Seven."
    assert chunk_text(text, 100, 10) == [text]
    assert chunk_text(text, 4, 0) == ["One two. Three four.", "Five six. Seven."]
    assert chunk_text(text, 4, 2) == [
        "One two. Three four.",
        "Three four. Five six.",
        "Five six. Seven.",
    ]


def test_a_sentence_too_long_is_cut_with_overlap():
    assert chunk_text("a1 b2 c3 d4 e5 f6 g7.", 3, 1) == ["a1 b2 c3", "c3 d4 e5", "e5 f6 g7"]
    assert chunk_text("一二三四五", 2, 0) == ["一二", "三四", "五"]


ONE = """Der Verein spielt in der 1. Bundesliga.
Der 1. FC Köln verlor.
Er wohnt im 2. Stock des Hauses.
Am 3. Oktober 1990 war es so weit.
Das ist ihr 3. Kind.
Das Buch erschien in 2. Auflage.
Beethovens 9. Sinfonie ist lang.
Art. 5 Abs. 3 GG gilt.
Nach § 5 Abs. 2 Nr. 3 S. 1 EStG ist das so.
Siehe Kap. 4 und Abb. 2 dort.
Das kostet 3 Mio. Euro im Jahr.
Er kam z. B. Berlin näher.
Rufen Sie Tel. 030 1234 an.
See Sec. 3 for more.
See Fig. 3 and Eq. 2 there.
See Ch. 4 and Vol. 2 of it.
He lives at No. 5 Main St. in Rome.
It opened at 5 p.m. Monday.
The U.S. President came.
Smith et al. 2020 say so.
1. Paris is the capital.
2) Add flour.
10. Bake it.
Voir art. 5 du code.
Le chap. 3 et la p. 12 le disent.
M. Dupont et Mme. Petit viennent.
Il est né en 52 av. J.-C. à Rome.
El art. 5 de la ley.
El Sr. López y la Sra. Gómez vinieron.
Véase la pág. 12 del libro.
Los EE. UU. ganaron.
Vive en la Avda. Mayor 3.
El núm. 5 es suyo.""".split("\n")
TWO = """It opened at 5 p.m. Then it closed.
He loves art. She does not.
He said no. Then he left.
They sell apples, pears, etc. The shop is small.
He moved to the U.S. He liked it.
He works for Apple Inc. She works too.
He took vitamin C. It helped.
He came in. Anna left.
He saw me. Anna left.
It is 5 km. Berlin is far.
I am 30. She is 29.
He won in 1998. 5 people came.
Es gibt Äpfel, Birnen usw. Dann ging er.
Er kam auf Platz 3. Danach ging er.
Er kam 1990. Dann ging er.
Es kostet 3 Mio. Das ist viel.
Il est né en 52 av. J.-C. Il est mort à Rome.
Je sais qui il est. Elle part.
Nació en 100 a. C. Luego murió.
Vive en EE. UU. Luego se fue.""".split("\n")


@pytest.mark.parametrize(("texts", "count"), [(ONE, 1), (TWO, 2)], ids=["one", "two"])
def test_ordinals_sections_and_abbreviations(texts, count):
    assert [text for text in texts if len(split_sentences(text)) != count] == []


def test_german_counts_with_a_stop():
    text = "Er kam am 3. Oktober im 20. Jahrhundert. Sie blieb bis 1990. Dann ging sie."
    assert len(split_sentences(text)) == 3


def test_numbers_of_lists_belong_to_what_they_count():
    assert split_sentences("1. Boil water. 2. Add rice.") == ["1. Boil water.", "2. Add rice."]


@pytest.mark.parametrize(
    ("unit", "count"), [(".", 0), ("It. ", 10_000), ("A. B. ", 1), ("?!", 0), ("1. Mai ", 1)]
)
def test_long_rows_of_stops(unit, count):
    """`benchmarks/reader_growth.py` measures how the time grows."""
    assert len(sentence_spans(unit * 10_000)) == count


def test_wrong_arguments():
    with pytest.raises(ValueError, match="`overlap` must be less than `size`=4. Received: ov"):
        chunk_text("a", 4, 4)
    with pytest.raises(ValueError, match="`size` must be an integer >= 1"):
        chunk_text("a", 0)
    with pytest.raises(TypeError, match="`text` must be a str"):
        chunk_text(None)
    with pytest.raises(TypeError, match="`text` must be a str"):
        sentence_spans(b"a")
