"""Does a model keep silent where it is unsure, as often as was asked for?"""

import math

import keras
import numpy as np
import pytest
import tiny_models
from kinds import quick_on_torch

import keras_halluc as kh
from keras_halluc._types import Generator
from keras_halluc._types import TokenScores
from keras_halluc.data import Case
from keras_halluc.generation import SelectiveGenerator

pytestmark = pytest.mark.eager


class Scripted:
    """Says the prompt; how unlikely each is stands in the prompt, and `"-"` says nothing."""

    batch_size = 4

    def generate(self, prompts):
        return ["" if prompt == "-" else prompt for prompt in prompts]

    def score(self, prompts, continuations):
        mask = np.array([[float(bool(text))] for text in continuations], "float32")
        found = [[-float(text) if text else 0.0] for text in continuations]
        return TokenScores(np.array(found, "float32"), np.zeros_like(mask), mask)


class Whole:
    """Supports whole numbers; does not measure what it is told to leave out."""

    def __init__(self, unmeasured=()):
        self.unmeasured = unmeasured

    def check(self, cases, outputs):
        def label(output):
            if output in self.unmeasured:
                return "unmeasured"
            return "supported" if output and float(output).is_integer() else "unsupported"

        return [kh.grounding.Verdict(label(output)) for output in outputs]


def cases(values):
    return [Case(str(value)) for value in values]


def test_says_what_it_is_sure_of():
    generator = SelectiveGenerator(Scripted(), threshold=2.0)
    assert isinstance(generator, Generator)
    assert generator.generate(["1", "3", "2", "-"]) == ["1", "I don't know.", "2", "I don't know."]
    answers = generator.answer(["1", "3", "-"])
    assert [answer.abstained for answer in answers] == [False, True, True]
    assert [answer.uncertainty for answer in answers] == [1.0, 3.0, math.inf]
    assert [answer.output for answer in answers] == ["1", "3", ""]
    assert generator.batch_size == 4
    other = SelectiveGenerator(Scripted(), threshold=0.5, abstention="不知道")
    assert other.generate(["1"]) == ["不知道"]


def test_an_uncertainty_of_ones_own():
    def by_length(prompts, outputs):
        return [len(output) or math.nan for output in outputs]

    generator = SelectiveGenerator(
        lambda prompts: list(prompts), uncertainty=by_length, threshold=2
    )
    assert [a.abstained for a in generator.answer(["a", "abc", "ab", ""])] == [0, 1, 0, 1]
    assert generator.answer([""])[0].uncertainty == math.inf
    generator = SelectiveGenerator(
        Scripted(), uncertainty=lambda prompts, outputs: [0.0], threshold=2
    )
    with pytest.raises(
        ValueError, match=r"`uncertainty` must return a number an output.*\(1,\) for 2"
    ):
        generator.answer(["1", "2"])


@quick_on_torch
def test_a_probe_on_hidden_states_is_an_uncertainty():
    task = tiny_models.gpt2()
    scorer = kh.generation.UncertaintyScorer(task, ["length"])
    prompts = ["the cat", "who is in rome", "a", "paris is", "the end"] * 2
    own = kh.generation.TaskGenerator(task, max_new_tokens=3, max_length=24)
    outputs = own.generate(prompts)
    probe = kh.layers.HallucinationProbe()
    probe.adapt(scorer.hidden_states(prompts, outputs)[:, -1], [0, 1, 0, 1, 1] * 2)

    def uncertainty(prompts, outputs):
        states = scorer.hidden_states(prompts, outputs)[:, -1]
        return keras.ops.convert_to_numpy(probe(states))[:, 0]

    generator = SelectiveGenerator(own, uncertainty=uncertainty, threshold=0.5)
    found = [answer.abstained for answer in generator.answer(prompts[:5])]
    assert found == (uncertainty(prompts[:5], outputs[:5]) > 0.5).tolist()
    assert len(set(found)) == 2


def test_a_monitor_counts_what_it_withholds_as_abstained():
    generator = SelectiveGenerator(Scripted(), threshold=2.0)
    rows = [Case(str(i), references=(str(i),)) for i in (1, 3, 2)]
    verdicts = kh.grounding.AnswerChecker().check(rows, generator.generate(["1", "3", "2"]))
    assert [verdict.label for verdict in verdicts] == ["supported", "abstained", "supported"]


def test_calibrates_to_a_share_of_all_prompts():
    generator = SelectiveGenerator(Scripted())
    held_out = cases(np.random.default_rng(0).permutation(np.arange(1, 20)))
    assert generator.calibrate(held_out, coverage=0.8) == 16.0
    assert generator.threshold == 16.0
    assert [a.abstained for a in generator.answer(["16", "16.5"])] == [False, True]


def test_calibrates_to_a_share_of_right_answers():
    generator = SelectiveGenerator(Scripted())
    values = [*range(1, 10), *(i + 0.5 for i in range(20))]
    assert generator.calibrate(cases(values), 0.8, checker=Whole()) == 8.0  # of 1 to 9 alone
    left_out = Whole(unmeasured=("8", "9"))
    assert generator.calibrate(cases(values), 0.5, checker=left_out) == 4.0  # of 1 to 7


def test_keeps_its_promise_on_new_prompts():
    rng = np.random.default_rng(0)
    answered, right_answered = [], []
    for _ in range(300):
        known, new = rng.exponential(size=(2, 20))
        generator = SelectiveGenerator(Scripted())
        generator.calibrate(cases(known), 0.75)
        answered += [not answer.abstained for answer in generator.answer([str(v) for v in new])]
        halves = np.round(2 * known + 1) / 2  # some are whole, which is right
        if sum(halves % 1 == 0) >= 3:
            generator.calibrate(cases(halves), 0.75, checker=Whole())
            later = np.round(2 * new + 1) / 2
            kept = generator.answer([str(v) for v in later])
            right_answered += [not a.abstained for a, v in zip(kept, later) if v % 1 == 0]
    assert 0.73 <= np.mean(answered) <= 0.75 + 1 / 21 + 0.02
    assert np.mean(right_answered) >= 0.73


@quick_on_torch
def test_with_a_model_neighbours_and_order_do_not_matter():
    task = tiny_models.gpt2()
    own = kh.generation.TaskGenerator(task, max_new_tokens=3, batch_size=3, max_length=24)
    generator = SelectiveGenerator(own, uncertainty="margin")
    prompts = ["the cat", "who is in rome", "a", "paris is", "the end"]
    generator.calibrate([Case(prompt) for prompt in prompts], coverage=0.5)
    texts = generator.generate(prompts)
    assert 1 <= texts.count("I don't know.") <= 4
    assert generator.generate(prompts[::-1]) == texts[::-1]
    assert [generator.generate([prompt])[0] for prompt in prompts] == texts
    plain = own.generate(prompts)
    assert all(text in (output, "I don't know.") for text, output in zip(texts, plain))
    scores = generator.score(["the cat"], [" sat"])
    np.testing.assert_allclose(scores.log_probs, own.score(["the cat"], [" sat"]).log_probs)


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (
            lambda: SelectiveGenerator(Scripted()).generate(["1"]),
            ValueError,
            "`threshold` must be given, or found by `calibrate`",
        ),
        (
            lambda: SelectiveGenerator(Scripted(), threshold="low"),
            TypeError,
            "`threshold` must be a number",
        ),
        (
            lambda: SelectiveGenerator(Scripted(), uncertainty="sum"),
            ValueError,
            "`uncertainty` must be one of",
        ),
        (
            lambda: SelectiveGenerator(Scripted(), abstention=None),
            TypeError,
            "`abstention` must be a str",
        ),
        (
            lambda: SelectiveGenerator(Scripted()).calibrate(["1"] * 9, 0.5),
            TypeError,
            r"`cases` must hold Case objects only. Received: cases\[0\]='1'",
        ),
        (
            lambda: SelectiveGenerator(Scripted()).calibrate(cases([1, 2]), 0.9),
            ValueError,
            "at least 9 rows for a coverage of 0.9",
        ),
        (
            lambda: SelectiveGenerator(Scripted()).calibrate(cases([1, 2, "-", "-"]), 0.6),
            ValueError,
            "`coverage` must be lower: 2 of 4 outputs are empty",
        ),
        (
            lambda: SelectiveGenerator(Scripted()).calibrate(cases([0.5] * 9), 0.6, Whole()),
            ValueError,
            "there is no right answer to keep",
        ),
        (
            lambda: SelectiveGenerator(lambda prompts: prompts, threshold=1.0).generate(["a"]),
            ValueError,
            "A plain function gives no token probabilities",
        ),
    ],
)
def test_mistakes_raise(call, error, match):
    with pytest.raises(error, match=match):
        call()
