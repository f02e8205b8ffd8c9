"""Does a recipe do with each category what it says?"""

import numpy as np
import pytest

from keras_halluc.data import Case
from keras_halluc.data import Knowledge
from keras_halluc.data import abstain_on_unknown
from keras_halluc.data import drop_unknown
from keras_halluc.data import weight_by_knowledge
from keras_halluc.data.recipes import category_names
from keras_halluc.grounding import AnswerChecker

NAMES = ["unknown", "highly_known", "weakly_known", "maybe_known", "unknown"]
EXAMPLES = ["a", "b", ("c", 3), "d", "e"]


@pytest.mark.parametrize("as_objects", [False, True])
def test_drop_unknown(as_objects):
    known = [Knowledge(name, 0.0, None) for name in NAMES] if as_objects else NAMES
    assert drop_unknown(EXAMPLES, known) == ["b", ("c", 3), "d"]
    assert drop_unknown(EXAMPLES, known, drop=("unknown", "weakly_known")) == ["b", "d"]
    assert drop_unknown(EXAMPLES, known, drop=()) == EXAMPLES
    assert EXAMPLES[0] == "a"  # the list given stays as it is


def test_weight_by_knowledge():
    weights = weight_by_knowledge(NAMES)
    np.testing.assert_allclose(weights, [0.1, 1.0, 1.0, 1.0, 0.1])
    assert weights.dtype == "float32" and weights.shape == (5,)
    found = weight_by_knowledge(
        [Knowledge("unknown", 0.0, None), "highly_known"], {"unknown": 0, "highly_known": 2.5}
    )
    np.testing.assert_array_equal(found, [0.0, 2.5])
    assert weight_by_knowledge(["unknown"]).shape == (1,)


def test_category_names():
    assert category_names([Knowledge("unknown", 0.0, None), "maybe_known"]) == [
        "unknown",
        "maybe_known",
    ]
    assert category_names(()) == []


def test_abstain_on_unknown():
    answers = [" a", " b", " c", " d", " e"]
    idk = " I don't know"
    assert abstain_on_unknown(answers, NAMES) == [idk, " b", " c", " d", idk]
    found = abstain_on_unknown(answers, NAMES, "不知道", abstain=("unknown", "weakly_known"))
    assert found == ["不知道", " b", "不知道", " d", "不知道"]
    verdict = AnswerChecker().check([Case("?", ("a",))], [idk])[0]
    assert verdict.label == "abstained"  # the default is one the checker knows
    with pytest.raises(ValueError, match="`abstention` must say something"):
        abstain_on_unknown(answers, NAMES, " ")
    with pytest.raises(ValueError, match="same length"):
        abstain_on_unknown(answers[:2], NAMES)
