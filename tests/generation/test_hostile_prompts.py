"""Do models take texts that no one made for them, lone surrogates among them?"""

import numpy as np
import pytest
import tiny_models
from kinds import quick_on_torch

from keras_halluc.callbacks.observed.text_features import TextFeatures
from keras_halluc.generation import SelectiveGenerator
from keras_halluc.generation import TaskGenerator
from keras_halluc.generation import UncertaintyScorer
from keras_halluc.testing import hostile_texts
from keras_halluc.text.encodable import encodable

pytestmark = pytest.mark.eager

HALVES = ["\ud800", "\udfff\ud800", "a\ud83db", "\ud83d \ude00"]
LONGEST = 5  # characters; some are four tokens
TEXTS = [text for text in hostile_texts() if len(text) <= LONGEST]
TEXTS = [*TEXTS[:4], *HALVES, *TEXTS[-4:]]  # empty, spaces, halves, and drawn from all of Unicode
SHOWN = list(map(encodable, TEXTS))
PLAIN = ["cat"] * len(TEXTS)


@pytest.fixture(scope="module")
def generator():
    task = tiny_models.gpt2(bpe=True)
    return TaskGenerator(task, max_new_tokens=3, batch_size=len(TEXTS), max_length=32)


@pytest.fixture(scope="module")
def scorer(generator):
    return UncertaintyScorer(generator)


def test_there_are_halves_of_every_kind():
    assert len(TEXTS) == len(set(TEXTS)) == 12 and set(HALVES) <= set(hostile_texts())
    assert sum(map(str.__ne__, TEXTS, SHOWN)) >= 5


@quick_on_torch
def test_answers(generator, scorer):
    """They are those to the same texts with U+FFFD in place of halves."""
    answers = SelectiveGenerator(generator, threshold=2.0).answer(TEXTS)
    outputs = generator.generate(SHOWN)
    assert [answer.output for answer in answers] == outputs and any(outputs)
    expected = scorer(SHOWN, outputs)["mean_log_prob"]
    for answer, uncertainty in zip(answers, expected, strict=True):
        assert answer.output or answer.uncertainty == np.inf  # as its docstring says
        assert not answer.output or answer.uncertainty == pytest.approx(uncertainty, rel=1e-5)


@pytest.mark.parametrize(
    "prompts, outputs, shown",
    [(TEXTS, PLAIN, (SHOWN, PLAIN)), (PLAIN, TEXTS, (PLAIN, SHOWN))],
    ids=["prompts", "outputs"],
)
def test_uncertainty(scorer, prompts, outputs, shown):
    found, expected = scorer(prompts, outputs), scorer(*shown)
    empty = [output == "" for output in outputs]  # NaN, as its docstring says
    for score, values in found.items():
        np.testing.assert_array_equal(np.isfinite(values), np.logical_not(empty), score)
        np.testing.assert_allclose(values, expected[score], rtol=1e-5, err_msg=score)


def test_features(generator):
    features = TextFeatures(generator.task, max_length=32)(HALVES)
    assert features.shape[0] == len(HALVES) and np.isfinite(features).all()
