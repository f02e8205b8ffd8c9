"""Does every family of KerasHub give what its own forward passes give, or a clear refusal?

The same checks write `docs/families.md`: `python benchmarks/families.py`.
"""

import importlib
import inspect
import json
import pathlib
import sys

import family_checks
import keras
import keras_hub
import pytest
from family_outcome import HubRefuses
from family_outcome import outcome

import keras_halluc as kh

pytest.importorskip("tensorflow", reason="KerasHub prepares several families with TensorFlow")
pytest.importorskip("sentencepiece", reason="it makes the vocabularies of most families")

import model_zoo  # noqa: E402

pytestmark = pytest.mark.eager

ROOT = pathlib.Path(__file__).parents[2]
# One of each kind; what the same tests ask of GPT-2 and BART elsewhere is left out.
QUICK = {
    "Mistral": ("generation", "texts"),
    "T5Gemma 2": ("scoring",),
    "DistilBERT": ("classes",),
}
# Cells that are wrong, and known to be: what is mended is taken out here.
KNOWN: set[tuple[str, str]] = set()
RECORDED = json.loads((ROOT / "benchmarks/results/families.json").read_text(encoding="utf-8"))
ON_THE_PAGE = RECORDED["backends"].get(keras.backend.backend(), {})


def cells():
    """All of them on PyTorch; elsewhere those that the page speaks of."""
    for family in model_zoo.FAMILIES:
        for check in family_checks.CHECKS[family.kind]:
            quick = check.__name__ in QUICK.get(family.name, ())
            if not (quick or family.name in ON_THE_PAGE):
                continue
            marks = () if quick else (pytest.mark.slow,)
            yield pytest.param(family, check, id=f"{family.name}-{check.__name__}", marks=marks)


@pytest.fixture(scope="module")
def page():
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        return importlib.import_module("families")
    finally:
        sys.path.remove(str(ROOT / "benchmarks"))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("family", "check"), cells())
def test_cell(family, check):
    if (family.name, check.__name__) in KNOWN:
        with pytest.raises((AssertionError, AttributeError)):
            outcome(check, family)
        return
    found = list(outcome(check, family))
    known = family.name in ON_THE_PAGE
    if known and RECORDED["versions"]["keras_hub"] == keras_hub.__version__:
        assert found[0] == ON_THE_PAGE[family.name][check.__name__][0], found


def test_no_family_is_forgotten():
    bases = (
        keras_hub.models.CausalLM,
        keras_hub.models.TextClassifier,
    )  # a Seq2SeqLM is a CausalLM
    known = {family.of for family in model_zoo.FAMILIES} | set(model_zoo.OUTSIDE)
    public = {
        name
        for name, value in vars(keras_hub.models).items()
        if inspect.isclass(value) and issubclass(value, bases)
    }
    general = {"CausalLM", "Seq2SeqLM", "TextClassifier", "Task"}
    same = {name for name in public if getattr(keras_hub.models, name).__name__ != name}
    assert public - general - same - known == set()
    assert {family.kind for family in model_zoo.FAMILIES} == set(model_zoo.KINDS)
    assert {family.name for family in model_zoo.FAMILIES} >= set(QUICK)


def test_the_page_is_what_was_measured(page):
    assert page.PAGE.read_text(encoding="utf-8") == page.render(RECORDED)
    families = {family.name: family.kind for family in model_zoo.FAMILIES}
    assert RECORDED["kinds"] == families
    assert RECORDED["outside"] == model_zoo.OUTSIDE
    for kind, checks in family_checks.CHECKS.items():
        assert RECORDED["columns"][kind] == [check.__name__ for check in checks]
        assert set(page.COLUMNS) >= set(RECORDED["columns"][kind])
    whole = RECORDED["backends"]["torch"]
    assert set(whole) == set(families)
    for own in RECORDED["backends"].values():
        for name, found in own.items():
            assert set(found) == set(RECORDED["columns"][families[name]])
            for check, (cell, why) in found.items():
                assert cell in ("ok", "error") or (name, check) in KNOWN, (name, check, why)
                assert cell == "ok" or why


def test_what_is_not_ours_or_says_nothing_is_no_refusal():
    def keras_error(family):
        keras.ops.matmul(keras.ops.ones((2, 3)), keras.ops.ones((2, 3)))

    def wrong(family):
        assert 1 + 1 == 3

    def clear(family):
        kh.models.FineTuner("text")

    with pytest.raises(Exception, match=".") as caught:
        outcome(keras_error, None)
    assert not isinstance(caught.value, HubRefuses)
    with pytest.raises(AssertionError):
        outcome(wrong, None)
    assert outcome(clear, None) == ("error", "`task` must be a keras.Model.")
