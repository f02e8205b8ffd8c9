"""Is each sentence judged by the chunk that supports it best, and the pair scorer's order kept?"""

import json
import random

import keras
import numpy as np
import pytest
from kinds import quick_on_torch

import keras_halluc as kh
from keras_halluc._types import Checker
from keras_halluc.data import Case
from keras_halluc.grounding import EntailmentChecker
from keras_halluc.grounding import KerasPairScorer
from keras_halluc.grounding.entailment import entailment_checker
from keras_halluc.testing import hostile_texts
from keras_halluc.text.encodable import encodable

pytestmark = pytest.mark.eager

SOURCE = "Rome is old. Oslo is cold. Paris is large. York is small."


class Scripted:
    """Entailed if the claim stands in the chunk; contradicted if with a "not" it would."""

    def __init__(self):
        self.seen = []

    def __call__(self, sources, claims):
        self.seen += zip(sources, claims)
        rows = []
        for source, claim in zip(sources, claims):
            if claim in source:
                rows.append((0.9, 0.1, 0.0))
            elif claim.replace("is not", "is") in source:
                rows.append((0.1, 0.2, 0.7))
            else:
                rows.append((0.2, 0.5, 0.3))
        return rows


def check(output, source=SOURCE, **kwargs):
    checker = EntailmentChecker(Scripted(), chunk_size=6, chunk_overlap=3, **kwargs)
    return checker.check([Case("?", source=source)], [output])[0]


def test_labels_scores_and_spans():
    verdict = check("Oslo is cold. Paris is large.")
    assert (verdict.label, verdict.spans) == ("supported", ())
    assert verdict.score == pytest.approx(0.9)
    verdict = check("Oslo is cold. Bonn is green.")
    assert verdict.label == "unsupported"
    assert verdict.spans == ((14, 28, "unsupported"),)
    assert verdict.score == pytest.approx(0.55)
    assert "1 of 2" in verdict.reason and "Bonn is green." in verdict.reason
    assert check("Oslo is cold. Bonn is green.", aggregate="min").score == pytest.approx(0.2)


def test_a_contradiction_counts_in_the_best_chunk_alone():
    # Only one chunk has the sentence that is contradicted; others support the claim better.
    assert check("Rome is not old.").label == "unsupported"
    short = check("Rome is not old.", source="Rome is old.")
    assert short.label == "contradicted"
    assert short.spans == ((0, 16, "contradicted"),)
    assert check("Rome is not old.", source="Rome is old.", contradicted_at=0.71).label == (
        "unsupported"
    )


def test_only_the_likeliest_chunks_are_read():
    every, few = Scripted(), Scripted()
    long = SOURCE + " The city of Bonn is green. The city of Rome is in the south of Italy."
    claims = ["Oslo is cold.", "Bonn is green.", "Nothing of it 7!"]
    for scorer, most in ((every, None), (few, 2)):
        checker = EntailmentChecker(scorer, chunk_size=8, chunk_overlap=3, most_chunks=most)
        verdicts = checker.check([Case("?", source=long)], [" ".join(claims)])
        assert verdicts[0].score == pytest.approx((0.9 + 0.9 + 0.2) / 3)
    read = {claim: [source for source, own in few.seen if own == claim] for claim in claims}
    assert [len(read[claim]) for claim in claims] == [2, 2, 2]
    assert any("Bonn" in chunk for chunk in read["Bonn is green."])
    assert set(few.seen) < set(every.seen)


def test_thresholds():
    assert check("Oslo is cold.", entailed_at=0.9).label == "supported"
    assert check("Oslo is cold.", entailed_at=0.91).label == "unsupported"
    assert check("Bonn is green.", entailed_at=0.2).label == "supported"


def test_what_needs_no_model():
    scorer = Scripted()
    checker = EntailmentChecker(scorer)
    cases = [Case("?"), Case("?", source=" ... "), *[Case("?", source="Rome is old.")] * 3]
    outputs = ["Rome is old.", "Rome is old.", "", "I don't know.", "。。。"]
    verdicts = checker.check(cases, outputs)
    assert [v.label for v in verdicts] == ["unmeasured"] * 2 + ["abstained"] * 3
    assert all(v.score is None for v in verdicts)
    assert "has no source" in verdicts[0].reason and "without any text" in verdicts[1].reason
    assert scorer.seen == []
    assert checker.check([], []) == []


def test_a_pair_is_scored_once_and_order_and_batch_do_not_matter():
    rng = random.Random(0)
    sentences = kh.text.split_sentences(SOURCE)
    cases = [Case("?", source=" ".join(rng.sample(sentences, 3))) for _ in range(8)] * 2
    outputs = [" ".join(rng.sample(sentences, 2)) for _ in cases]
    scorer = Scripted()
    checker = EntailmentChecker(scorer)
    together = checker.check(cases, outputs)
    assert len(scorer.seen) == len(set(scorer.seen))
    assert together == [checker.check([c], [o])[0] for c, o in zip(cases, outputs)]
    assert together[::-1] == checker.check(cases[::-1], outputs[::-1])
    assert {v.label for v in together} == {"supported", "unsupported"}
    assert isinstance(checker, Checker)


def test_wrong_arguments():
    with pytest.raises(TypeError, match="`scorer` must be a callable.*KerasPairScorer"):
        EntailmentChecker(None)
    for bad, match in (
        ({"entailed_at": 0.0}, "`entailed_at` must be > 0.0. Received: entailed_at=0.0"),
        ({"contradicted_at": 1.5}, "`contradicted_at` must be <= 1.0"),
        ({"chunk_size": 0}, "`chunk_size` must be an integer >= 1"),
        ({"chunk_size": 5, "chunk_overlap": 5}, "`overlap` must be less than `size`=5"),
        ({"most_chunks": 0}, "`most_chunks` must be an integer >= 1"),
        ({"aggregate": "max"}, "`aggregate` must be one of"),
    ):
        with pytest.raises(ValueError, match=match):
            EntailmentChecker(Scripted(), **bad)


@pytest.mark.parametrize(
    "answer", [[[0.5, 0.5]], [[1.0, 2.0, 3.0]], [[float("nan")] * 3], [[-0.1, 0.6, 0.5]], [0.5]]
)
def test_a_scorer_that_gives_no_probabilities(answer):
    checker = EntailmentChecker(lambda sources, claims: answer)
    with pytest.raises(ValueError, match=r"`scorer` must return probabilities of shape \(1, 3\)"):
        checker.check([Case("?", source="A b.")], ["A b."])


WEIGHTS = np.random.default_rng(0).normal(size=(2, 3)).astype("float32")


def features(sources, claims):
    return np.array([[len(s) / 9, len(c) / 9] for s, c in zip(sources, claims)], "float32")


def classifier(columns=3):
    dense = keras.layers.Dense(columns, use_bias=False)
    model = keras.Sequential([keras.Input((2,)), dense])
    dense.set_weights([WEIGHTS[:, :columns]])
    return model


def softmax(logits):
    exp = np.exp(logits.astype("float64"))
    return exp / exp.sum(axis=1, keepdims=True)


SOURCES = ["a" * n for n in (3, 30, 12, 7, 9)]
CLAIMS = ["b" * n for n in (9, 1, 4, 20, 2)]


@pytest.mark.parametrize("batch_size", [1, 2, 5, 64])
def test_probabilities_are_in_the_order_of_the_pairs(batch_size):
    labels = ("contradiction", "entailment", "neutral")
    scorer = KerasPairScorer(classifier(), features, labels, batch_size=batch_size)
    expected = softmax(features(SOURCES, CLAIMS) @ WEIGHTS)[:, [1, 2, 0]]
    np.testing.assert_allclose(scorer(SOURCES, CLAIMS), expected, rtol=1e-5)
    assert scorer([], []).shape == (0, 3)


def test_two_classes_and_probabilities():
    scorer = KerasPairScorer(classifier(2), features, ("not_entailment", "entailment"))
    expected = softmax(features(SOURCES, CLAIMS) @ WEIGHTS[:, :2])
    found = scorer(SOURCES, CLAIMS)
    np.testing.assert_allclose(found[:, :2], expected[:, ::-1], rtol=1e-5)
    assert (found[:, 2] == 0).all()
    model = keras.Sequential([classifier(), keras.layers.Softmax()])
    as_it_is = KerasPairScorer(model, features, from_logits=False)
    np.testing.assert_allclose(
        as_it_is(SOURCES, CLAIMS), softmax(features(SOURCES, CLAIMS) @ WEIGHTS), rtol=1e-5
    )


def test_wrong_models():
    with pytest.raises(TypeError, match="`model` must be a Keras model"):
        KerasPairScorer(len)
    with pytest.raises(ValueError, match="`preprocess` must be given"):
        KerasPairScorer(classifier())
    for labels in (("neutral", "contradiction"), ("entailment", "yes"), ("entailment",) * 2):
        with pytest.raises(ValueError, match="`labels` must name each class once"):
            KerasPairScorer(classifier(), features, labels)
    with pytest.raises(ValueError, match=r"`model` must give scores \(batch, 3\)"):
        KerasPairScorer(classifier(2), features)(["a"], ["b"])


WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"rome oslo is old cold not .".split()]


def bert_parts():
    keras_hub = pytest.importorskip("keras_hub")
    keras.utils.set_random_seed(1)
    tokenizer = keras_hub.models.BertTokenizer(vocabulary=WORDS, lowercase=True)
    backbone = keras_hub.models.BertBackbone(
        vocabulary_size=len(WORDS),
        num_layers=1,
        num_heads=2,
        hidden_dim=16,
        intermediate_dim=16,
        max_sequence_length=16,
    )
    return keras_hub, tokenizer, backbone


@quick_on_torch
def test_a_kerashub_classifier_from_a_folder(tmp_path):
    keras_hub, tokenizer, backbone = bert_parts()
    preprocessor = keras_hub.models.BertTextClassifierPreprocessor(tokenizer, sequence_length=16)
    model = keras_hub.models.BertTextClassifier(backbone, 3, preprocessor)
    rng = np.random.default_rng(0)
    model.set_weights([w + rng.normal(0, 0.5, w.shape) for w in model.get_weights()])
    model.save_to_preset(str(tmp_path))
    labels = ("contradiction", "neutral", "entailment")
    checker = EntailmentChecker.from_preset(str(tmp_path), labels, batch_size=2, entailed_at=0.9)
    assert checker.entailed_at == 0.9
    sources, claims = ["Rome is old.", "Oslo is cold.", "Rome"], ["Oslo is old."] * 3
    x = preprocessor((sources, claims), y=None)
    expected = softmax(np.asarray(keras.Model.predict_on_batch(model, x)))[:, ::-1]
    np.testing.assert_allclose(checker.scorer(sources, claims), expected, rtol=1e-3, atol=1e-5)
    verdict = checker.check([Case("?", source=sources[0])], [claims[0]])[0]
    assert verdict.score == pytest.approx(float(expected[0, 0]), rel=1e-3)


def test_the_ready_task_of_pairs():
    _, tokenizer, backbone = bert_parts()
    preprocessor = kh.models.TextPreprocessor(tokenizer, sequence_length=16)
    task = kh.models.PairEntailment(backbone, preprocessor)
    scorer = KerasPairScorer(task, labels=task.labels, batch_size=2)
    sources, claims = ["Rome is old.", "Oslo is cold.", "Rome"], ["Oslo is old.", "Rome", "."]
    found = scorer(sources, claims)
    np.testing.assert_allclose(found[:, 0], task.score(sources, claims), rtol=1e-4)


ARTICLE = (
    "The bridge over the river was closed on Monday after three days of heavy rain. Engineers "
    "found cracks in two of its pillars. The mayor, Ana Silva, said it would open again in May."
)
OF_ARTICLE = {  # supported or not
    "The bridge over the river was closed on Monday.": True,
    "The bridge was closed after three days of heavy rain.": True,
    "The mayor of the city was born in Lisbon.": False,
    "No cracks were found.": False,
    "The bridge is the longest in Europe.": False,
}


@pytest.fixture(scope="module")
def default():
    return EntailmentChecker.default(batch_size=4)


def test_default(default):
    cases = [Case("Summarise.", source=ARTICLE)] * len(OF_ARTICLE)
    verdicts = default.check(cases, list(OF_ARTICLE))
    for (claim, supported), verdict in zip(OF_ARTICLE.items(), verdicts):
        assert (verdict.label == "supported") == supported, claim
        assert 0.0 <= verdict.score <= 1.0
    size = sum(file.stat().st_size for file in entailment_checker.PRESET.iterdir())
    assert size < 25e6


@quick_on_torch
def test_default_in_any_batch_and_order(default):
    long = ARTICLE + " " + "It rained in the hills. " * 20
    cases = [Case("?", source=source) for source in (ARTICLE, long, "Rain.", ARTICLE)]
    outputs = ["It rained.", "Engineers found cracks. It rained.", "Rain!", "Ana 是市长。"]
    together = default.check(cases, outputs)
    alone = [default.check([c], [o])[0] for c, o in zip(cases, outputs)]
    back = default.check(cases[::-1], outputs[::-1])[::-1]
    for a, b, c in zip(together, alone, back):
        assert a.label == b.label == c.label
        assert a.score == pytest.approx(b.score, abs=1e-5)
        assert a.score == pytest.approx(c.score, abs=1e-5)


HOSTILE = [text for text in hostile_texts() if len(text) < 30]
HALVES = [text for text in HOSTILE if encodable(text) != text]
HOSTILE = [f"It rained {text} here." for text in (*HALVES, *HOSTILE[:11])]  # words in each


@quick_on_torch
def test_default_on_hostile_texts(default, tmp_path):
    assert len(HALVES) == 9
    rows = [(ARTICLE, text) for text in HOSTILE] + [(text, "It rained.") for text in HOSTILE[:9]]
    verdicts = default.check([Case("?", source=s) for s, _ in rows], [o for _, o in rows])
    for (_, output), verdict in zip(rows, verdicts, strict=True):
        unsure = verdict.label == "unmeasured" and "neither entailed nor" in verdict.reason
        assert unsure or 0.0 <= verdict.score <= 1.0
        sentences = kh.text.sentence_spans(output)  # places are those of the text as it came
        assert all((start, end) in sentences for start, end, _ in verdict.spans)
    source = tmp_path / "in.jsonl"
    lines = [json.dumps({"prompt": "?", "source": s, "output": o}) + "\n" for s, o in rows[:3]]
    source.write_text("".join(lines), encoding="utf-8")
    summary = kh.grounding.check(source, checker=default, verbose=False)
    assert (summary.rows, summary.skipped, summary.labels["unmeasured"]) == (3, 0, 0)


def test_between_its_thresholds_it_is_not_sure():
    likely = {"yes": 0.9, "maybe": 0.5, "no": 0.05}

    def scorer(sources, claims):
        entailed = np.array([likely[claim.strip(".").lower()] for claim in claims])
        return np.stack([entailed, 1 - entailed, 0 * entailed], axis=1)

    checker = EntailmentChecker(scorer, 0.8, unsupported_below=0.1)
    outputs = ["Yes.", "Maybe.", "No.", "Yes. Maybe.", "Maybe. No."]
    found = checker.check([Case("?", source="A source.")] * len(outputs), outputs)
    labels = ["supported", "unmeasured", "unsupported", "unmeasured", "unsupported"]
    assert [verdict.label for verdict in found] == labels
    assert [verdict.score is None for verdict in found] == [own == "unmeasured" for own in labels]
    assert [span[:2] for span in found[4].spans] == [(7, 10)]
