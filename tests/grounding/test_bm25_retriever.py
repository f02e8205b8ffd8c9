"""Are passages ranked by BM25 in any script, the same whatever the batch?"""

import collections
import math
import pickle
import sys

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from keras_halluc._types import Retriever
from keras_halluc.grounding import BM25Retriever
from keras_halluc.grounding.retrieval.search_terms import search_terms
from keras_halluc.testing import hostile_texts

CORPUS = {
    "fr": "Paris is the capital of France, on the river Seine.",
    "it": "Rome is the capital of Italy. The capital of Italy was Turin before Rome.",
    "zh": "北京是中华人民共和国的首都，位于华北平原。",
    "jp": "東京は日本の首都であり、世界最大の都市の一つである。",
    "th": "กรุงเทพมหานครเป็นเมืองหลวงของประเทศไทย",
    "ar": "القاهرة هي عاصمة مصر",
    "no": "...",
}


def ids(found):
    return [passage.id for passage in found]


@pytest.mark.parametrize(
    "query, first",
    [
        ("What is the capital of France?", "fr"),
        ("Which city lies on the SEINE", "fr"),
        ("Italy's capital", "it"),
        ("中国的首都在哪里？华北", "zh"),
        ("中华人民共和国", "zh"),
        ("日本の首都", "jp"),
        ("เมืองหลวงของประเทศไทย", "th"),
        ("عاصمة مصر", "ar"),
        ("Ｐａｒｉｓ", "fr"),
    ],
)
def test_finds_in_every_script(query, first):
    (found,) = BM25Retriever(CORPUS).search([query], k=3)
    assert found[0].id == first and found[0].text == CORPUS[first]
    assert found == sorted(found, key=lambda passage: -passage.score)
    assert all(passage.score > 0 for passage in found)


@pytest.mark.parametrize("query", ["", "?", "Oslo", "\x00\ud800"])
def test_nothing_fits(query):
    assert BM25Retriever(CORPUS).search([query], k=3) == [[]]


def test_terms_of_scripts_without_spaces_are_characters_and_pairs():
    assert search_terms("東京 2020年，C-B") == ["東", "京", "東京", "2020", "年", "c", "b"]
    assert search_terms("北京abc大学") == ["北", "京", "北京", "abc", "大", "学", "大学"]
    assert search_terms("Crème brûlée, the") == ["creme", "brulee"]
    assert search_terms("") == search_terms("\ud800 ?!") == []


def plain_bm25(corpus, query, k1, b):
    """BM25 as Lucene computes it, with loops."""
    documents = {id: collections.Counter(search_terms(text)) for id, text in corpus.items()}
    mean = sum(terms.total() for terms in documents.values()) / len(documents)
    scores = {}
    for id, terms in documents.items():
        score = 0.0
        for term in search_terms(query):
            having = sum(term in other for other in documents.values())
            idf = math.log(1 + (len(documents) - having + 0.5) / (having + 0.5))
            length = k1 * (1 - b + b * terms.total() / mean)
            score += idf * terms[term] / (terms[term] + length) if terms[term] else 0.0
        scores[id] = score
    return scores


@pytest.mark.parametrize("k1, b", [(1.5, 0.75), (0.9, 0.4), (2.0, 0.0)])
def test_scores_are_those_of_bm25(k1, b):
    for query in ("capital of Italy Rome Rome", "首都", "the Seine"):
        (found,) = BM25Retriever(CORPUS, k1=k1, b=b).search([query], k=9)
        expected = plain_bm25(CORPUS, query, k1, b)
        assert {p.id: p.score for p in found} == pytest.approx(
            {id: score for id, score in expected.items() if score > 0}, rel=1e-5
        )


def test_of_equals_the_earlier_comes_first():
    corpus = ["same words", "other", "same words", "same words"]
    assert ids(BM25Retriever(corpus).search(["same"], k=2)[0]) == ["0", "2"]
    assert ids(BM25Retriever(corpus[::-1]).search(["same"], k=5)[0]) == ["0", "1", "3"]


WORDS = st.lists(st.sampled_from("rome paris 北京 北 oslo the 7".split()), max_size=6).map(" ".join)


@given(st.lists(WORDS, min_size=1, max_size=8), st.lists(WORDS, max_size=5), st.integers(1, 9))
@settings(max_examples=50)
def test_laws(corpus, queries, k):
    retriever = BM25Retriever(corpus)
    found = retriever.search(queries, k)
    assert found == [retriever.search([query], k)[0] for query in queries]
    assert found[::-1] == retriever.search(queries[::-1], k)
    assert [own[:k] for own in retriever.search(queries, k + 3)] == found
    for query, own in zip(queries, found):
        terms = set(search_terms(query))
        assert all(terms & set(search_terms(passage.text)) for passage in own)
        fitting = sum(bool(terms & set(search_terms(text))) for text in corpus)
        assert len(own) == min(k, fitting)


def test_hostile_texts_as_corpus_and_as_queries():
    texts = [text for text in hostile_texts() if len(text) <= 20_000]
    retriever = BM25Retriever(texts)
    for text, found in zip(texts, retriever.search(texts, k=3)):
        assert bool(found) == bool(search_terms(text))
        assert all(math.isfinite(passage.score) for passage in found)
    assert BM25Retriever(["?", ""]).search(["?", "a"], k=1) == [[], []]


def test_another_process_finds_the_same():
    retriever = BM25Retriever(CORPUS)
    copy = pickle.loads(pickle.dumps(retriever))
    assert copy.search(["capital"], k=3) == retriever.search(["capital"], k=3)


@pytest.mark.parametrize(
    "arguments, error, match",
    [
        (([],), ValueError, "`passages` must not be empty"),
        (({},), ValueError, "`ids of passages` must not be empty"),
        (("text",), TypeError, "`passages` must be a list of str"),
        (([1],), TypeError, "`passages` must hold str only"),
        (({1: "a"},), TypeError, "`ids of passages` must hold str only"),
        (({"a": None},), TypeError, "`passages` must hold str only"),
        ((["a"], -1), ValueError, "`k1` must be >= 0"),
        ((["a"], 1.5, 1.1), ValueError, "`b` must be <= 1"),
    ],
)
def test_bad_arguments(arguments, error, match):
    with pytest.raises(error, match=match):
        BM25Retriever(*arguments)


def test_bad_searches():
    retriever = BM25Retriever(["a"])
    for queries, k, error in (("a", 1, TypeError), ([1], 1, TypeError), (["a"], 0, ValueError)):
        with pytest.raises(error, match="Received"):
            retriever.search(queries, k)
    assert isinstance(retriever, Retriever)


def test_without_the_library_the_way_out_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "bm25s", None)
    with pytest.raises(ImportError, match="pip install bm25s"):
        BM25Retriever(["a"])
