"""Does a question the base model never heard of stand out, whatever it was taught since?"""

import math

import numpy as np
import pytest
import tiny_models

import keras_halluc as kh
from keras_halluc._types import TokenScores
from keras_halluc.generation import FamiliarityScorer
from keras_halluc.generation import FamiliarityUncertainty
from keras_halluc.generation import SelectiveGenerator

pytestmark = pytest.mark.eager

FORMS = ("Where was {} born ?", "Who wrote the first long book {} ?")
KNOWN, UNKNOWN = ("Ann", "Bob", "Cid"), ("Xu", "Yim", "Zoe")


class Named:
    """Each word costs 1 nat, names it does not know 5 more; it answers as surely as it is told."""

    batch_size = 4

    def __init__(self, sure=()):
        self.sure = sure

    def generate(self, prompts):
        return ["" if "Nobody" in prompt else "so" for prompt in prompts]

    def score(self, prompts, continuations):
        def costs(prompt, text):
            if text == "so":
                return [-0.1 if any(name in prompt for name in self.sure) else -2.0]
            return [-6.0 if word in UNKNOWN else -1.0 for word in text.split()]

        rows = [costs(*pair) for pair in zip(prompts, continuations)]
        longest = max(map(len, rows), default=0)
        found = np.array([row + [-99.0] * (longest - len(row)) for row in rows], "float32")
        mask = np.array([[1.0] * len(row) + [0.0] * (longest - len(row)) for row in rows])
        return TokenScores(found, np.zeros_like(found), mask.astype("float32"))


def asked(names, form=0):
    return [FORMS[form].format(name) for name in names]


def test_the_form_is_taken_off_and_padding_does_not_count():
    prompts = asked(KNOWN, 0) + asked(KNOWN, 1)
    scorer = FamiliarityScorer(Named(), neighbors=3).fit(prompts)
    np.testing.assert_allclose(scorer(asked(KNOWN, 1)), 0.0, atol=1e-5)
    np.testing.assert_allclose(scorer(asked(UNKNOWN, 0) + asked(UNKNOWN, 1)), -5.0, atol=1e-5)
    np.testing.assert_allclose(scorer(asked(("Zoe",), 0)), -5.0, atol=1e-5)  # nothing to pad
    both = scorer(asked(("Ann", "Zoe"), 1))
    assert both.dtype == np.float64
    np.testing.assert_allclose(both, [scorer(asked(("Ann",), 1))[0], -5.0], atol=1e-5)


@pytest.mark.traced
def test_it_goes_on_speaking_as_the_base_model():
    task = tiny_models.gpt2()
    scorer = FamiliarityScorer(task).fit(["What is a?", "What is b?"])
    before = scorer(["What is c?", "Who?"])
    tuned = [1.3 * weight for weight in task.get_weights()]
    task.set_weights(tuned)
    np.testing.assert_allclose(scorer(["What is c?", "Who?"]), before, rtol=1e-5)
    for now, own in zip(task.get_weights(), tuned):
        np.testing.assert_array_equal(now, own)
    other = FamiliarityScorer(task).fit(["What is a?", "What is b?"])
    assert not np.allclose(other(["What is c?"]), before[:1], rtol=1e-3)


def test_both_kinds_of_evidence_tell_what_neither_tells():
    """Taught subjects are answered surely and unheard of; known ones the other way round."""
    taught, never = ("Xu", "Yim"), ("Zoe",)
    generator = Named(sure=taught)
    familiarity = FamiliarityScorer(Named()).fit(asked(KNOWN))
    uncertainty = FamiliarityUncertainty(generator, familiarity)
    prompts = asked(KNOWN + taught + never * 3)
    uncertainty.fit(prompts, [True] * 5 + [False] * 3)
    found = uncertainty(asked(("Bob", "Yim", "Zoe")), ["so"] * 3)
    assert found[0] < found[2] and found[1] < found[2]
    selective = SelectiveGenerator(generator, uncertainty, threshold=float(found[:2].max()))
    answers = selective.generate(asked(("Bob", "Yim", "Zoe", "Nobody")))
    assert answers == ["so", "so", "I don't know.", "I don't know."]
    assert math.isnan(uncertainty(asked(("Bob",)), [""])[0])


def test_their_product_counts():
    """What one kind of evidence says may turn round with the other."""
    generator = Named(sure=("Ann", "Xu"))
    familiarity = FamiliarityScorer(Named()).fit(asked(KNOWN))
    uncertainty = FamiliarityUncertainty(generator, familiarity, l2=0.01)
    prompts = asked(("Ann", "Bob", "Xu", "Zoe"))
    can = [False, True, True, False]
    found = uncertainty.fit(prompts * 2, can * 2)(prompts, ["so"] * 4)
    assert max(found[1:3]) < min(found[0], found[3]) - 1.0


def test_the_calibration_monitor_takes_it():
    monitor = kh.callbacks.CalibrationMonitor(
        [kh.data.Case(prompt, ("so",)) for prompt in asked(KNOWN + UNKNOWN) * 6],
        generator=Named(),
        confidence=lambda prompts, outputs: [float("Zoe" not in prompt) for prompt in prompts],
        verbose=0,
        budget=None,
    )
    assert "aurc" in monitor.keys and "brier_score" not in monitor.keys
    monitor.on_train_begin()
    logs = {}
    monitor.on_epoch_end(0, logs)
    assert logs["aurc"] == 0.0  # all are right
    wrong = kh.callbacks.CalibrationMonitor(
        monitor.cases, generator=Named(), confidence=lambda p, o: [1.0], strict=True, verbose=0
    )
    with pytest.raises(ValueError, match="must return a number an output"):
        wrong.on_train_begin()


@pytest.mark.parametrize(
    "call, error, match",
    [
        (lambda: FamiliarityScorer(Named(), neighbors=0), ValueError, "`neighbors`"),
        (lambda: FamiliarityScorer(Named())(["a"]), ValueError, "`fit` must be called first"),
        (lambda: FamiliarityScorer(Named()).fit(["a"]), ValueError, "at least 2"),
        (lambda: FamiliarityScorer(Named()).fit("ab"), TypeError, "`prompts`"),
        (lambda: FamiliarityUncertainty(Named(), Named()), TypeError, "`familiarity`"),
        (lambda: unfitted()(["a"], ["b"]), ValueError, "`fit` must be called first"),
        (lambda: unfitted().fit(["a", "b"], [True, True]), ValueError, "some of each"),
        (lambda: unfitted().fit(["a", "b"], [1, 0]), ValueError, "True and False"),
        (lambda: unfitted().fit(["a"], [True, False]), ValueError, "same length"),
        (lambda: unfitted().fit(["Nobody", "b"], [True, False]), ValueError, "of each kind"),
    ],
)
def test_bad_arguments(call, error, match):
    with pytest.raises(error, match=match):
        call()


def unfitted():
    return FamiliarityUncertainty(Named(), FamiliarityScorer(Named()).fit(["a", "b"]))
