"""Is the chosen threshold of an extractive model the best one there is?"""

import numpy as np
import pytest

import keras_halluc as kh
from keras_halluc.models.tasks.answer_threshold import best_threshold

INF = float("inf")


def mean_f1(threshold, texts, margins, references):
    """By the rule of `answer`, question by question."""
    given = [text if margin < threshold else "" for text, margin in zip(texts, margins)]
    pairs = zip(given, references)
    return np.mean([kh.text.token_f1(a, b) if a and b else float(a == b) for a, b in pairs])


@pytest.mark.parametrize("seed", range(20))
def test_no_other_threshold_is_better(seed):
    rng = np.random.default_rng(seed)
    words = np.array(["", "red", "red fox", "blue", "red sea blue"])
    texts, references = (rng.choice(words, 12).tolist() for _ in range(2))
    margins = rng.integers(-3, 4, 12).astype(float)  # with ties
    margins[[not text for text in texts]] = INF
    found = best_threshold(texts, margins, references)
    others = [-INF, *margins, *(margins + 0.5), INF]
    best = max(mean_f1(other, texts, margins, references) for other in others)
    assert mean_f1(found, texts, margins, references) == pytest.approx(best)


def test_midway_and_at_both_ends():
    texts, margins = ["a b", "c d", "e f"], [3.0, -1.0, 2.0]
    assert best_threshold(texts, margins, ["", "c d", ""]) == 0.5
    assert best_threshold(texts, margins, ["", "", ""]) == -1.0  # none is below
    assert best_threshold(texts, margins, texts) == np.nextafter(3.0, 4.0)


def test_of_equals_the_one_that_answers_least():
    assert best_threshold(["a b", "c d"], [0.0, 1.0], ["x", "y"]) == 0.0


def test_a_span_of_signs_is_wrong_where_nothing_is_right():
    assert best_threshold(["."], [0.0], [""]) == 0.0


def test_without_any_span():
    assert best_threshold(["", ""], [INF, INF], ["a", ""]) == 0.0
