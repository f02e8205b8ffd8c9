"""Are confidence and correctness of the answers compared as an oracle with plain loops does?"""

import numpy as np
import pytest
import tiny_models
from scripted import LabelChecker
from scripted import case_list
from scripted import drive

from keras_halluc._types import TokenScores
from keras_halluc.callbacks import CalibrationMonitor
from keras_halluc.generation import TaskGenerator

pytestmark = pytest.mark.eager

ROWS = 40


class Confident:
    """Says each label with a probability of its own, over two tokens."""

    batch_size = 8

    def __init__(self, labels, confidences):
        self.labels, self.confidences = labels, confidences

    def generate(self, prompts):
        return [self.labels[int(prompt)] for prompt in prompts]

    def score(self, prompts, continuations):
        assert [self.labels[int(p)] for p in prompts] == list(continuations)
        half = np.log([self.confidences[int(prompt)] for prompt in prompts])[:, None] / 2
        mask = np.ones((len(prompts), 3), "float32") * [1.0, 1.0, 0.0]
        mask[[not text for text in continuations]] = 0.0
        wild = np.full_like(half, 7.0)  # where nothing is to be read
        log_probs = np.concatenate([half, half, wild], axis=1)
        return TokenScores(log_probs.astype("float32"), log_probs, mask.astype("float32"))


def example(seed=0):
    rng = np.random.default_rng(seed)
    labels = rng.choice(["supported", "contradicted", "abstained", "unmeasured"], ROWS)
    labels[:32] = np.where(rng.random(32) < 0.6, "supported", "unsupported")
    return labels.tolist(), rng.uniform(0.05, 1.0, ROWS).tolist()


def make(labels, confidences, **kwargs):
    kwargs = {"verbose": 0, "budget": None, "resamples": 20, **kwargs}
    generator = Confident(labels, confidences)
    return CalibrationMonitor(case_list(len(labels)), LabelChecker(), generator, **kwargs)


def oracle(labels, confidences):
    """In plain Python, over all answers that are no abstention."""
    rows = [
        (confidence, label == "supported")
        for label, confidence in zip(labels, confidences)
        if label not in ("abstained", "unmeasured", "")
    ]
    error = 0.0
    for i in range(15):
        inside = [
            row for row in rows if i / 15 <= row[0] < (i + 1) / 15 or (i == 14 and row[0] == 1)
        ]
        error += abs(sum(right - confidence for confidence, right in inside)) / len(rows)
    surest = sorted(rows, key=lambda row: -row[0])
    risks = [sum(not right for _, right in surest[: i + 1]) / (i + 1) for i in range(len(rows))]
    found = {
        "expected_calibration_error": error,
        "brier_score": sum((confidence - right) ** 2 for confidence, right in rows) / len(rows),
        "aurc": sum(risks) / len(risks),
    }
    measured = [label for label in labels if label != "unmeasured"]
    for key, cost in (("t50", 1.0), ("t75", 3.0), ("t90", 9.0)):
        points = {"supported": 1.0, "abstained": 0.0}
        total = sum(points.get(label, -cost) for label in measured)
        found[f"abstention_score_{key}"] = total / len(measured)
    return found


def test_values_are_the_oracles():
    labels, confidences = example()
    monitor = make(labels, confidences)
    logs = drive(monitor, 1)[0]
    expected = oracle(labels, confidences)
    assert set(logs) == {"loss", *expected} and tuple(expected) == monitor.keys
    for key, value in expected.items():
        assert logs[key] == pytest.approx(value, abs=1e-5), key
        estimate = monitor.baseline[key]
        assert estimate.value == logs[key]
        assert estimate.low <= estimate.value <= estimate.high
        assert estimate.low < estimate.high
    measured = [label for label in labels if label != "unmeasured"]
    assert monitor.baseline["abstention_score_t75"].count == len(measured)
    assert monitor.baseline["aurc"].count == len(measured) - labels.count("abstained")


def test_an_interval_of_the_abstention_score_is_that_of_a_rate():
    """At t = 0.5, of answers that are right or wrong, it is twice the accuracy less 1."""
    from keras_halluc.ops import wilson_interval

    monitor = make(["supported"] * 30 + ["contradicted"] * 10, [0.5] * 40)
    drive(monitor, 0)
    estimate = monitor.baseline["abstention_score_t50"]
    low, high = wilson_interval(30, 40, 0.95)
    assert (estimate.value, estimate.low, estimate.high) == pytest.approx(
        (0.5, 2 * low - 1, 2 * high - 1), abs=1e-6
    )


def test_few_answers_and_empty_ones_have_no_calibration():
    labels = ["supported"] * 29 + [""] * 11
    monitor = make(labels, [0.5] * 40)
    monitor.checker.check = lambda cases, outputs: LabelChecker().check(
        cases, [output or "unsupported" for output in outputs]
    )
    logs = drive(monitor, 1)[0]
    assert set(logs) == {"loss", *(f"abstention_score_t{t}" for t in (50, 75, 90))}
    assert logs["abstention_score_t50"] == pytest.approx((29 - 11) / 40)


def test_a_perfect_model_and_one_that_is_sure_and_wrong():
    logs = drive(make(["supported"] * ROWS, [1.0] * ROWS), 1)[0]
    assert [logs[k] for k in ("expected_calibration_error", "brier_score", "aurc")] == [0, 0, 0]
    assert logs["abstention_score_t90"] == 1.0
    logs = drive(make(["contradicted"] * ROWS, [1.0] * ROWS), 1)[0]
    assert [logs[k] for k in ("expected_calibration_error", "brier_score", "aurc")] == [1, 1, 1]
    assert logs["abstention_score_t90"] == pytest.approx(-9.0, rel=1e-5)


def test_tensorboard(tmp_path, read_events):
    labels, confidences = example()
    monitor = make(labels, confidences, log_dir=tmp_path)
    drive(monitor, 1)
    events = read_events(tmp_path / "calibration")
    assert [step for step, _ in events["aurc"]] == [0, 1]
    steps, images = zip(*events["reliability"])
    assert steps == (0, 1) and images[0][2].startswith(b"\x89PNG")


def test_confidence_of_a_real_model_is_the_probability_of_the_whole_answer():
    task = tiny_models.gpt2()
    generator = TaskGenerator(task, max_new_tokens=3, batch_size=16)
    cases = case_list(3)
    monitor = CalibrationMonitor(cases, generator=generator, verbose=0, resamples=5)
    monitor.on_train_begin()
    heads = tiny_models.prompt_ids(task, [case.prompt for case in cases])
    for answer, head in zip(monitor.answers, heads):
        tail = [int(i) for i in task.preprocessor.tokenizer(answer.output)]
        logits = tiny_models.causal_logits(task, [head + tail], length=32)
        log_probs = tiny_models.log_softmax(logits)[0]
        total = sum(log_probs[len(head) - 1 + i, token] for i, token in enumerate(tail))
        assert monitor._confidence[answer.index] == pytest.approx(np.exp(total), rel=1e-3)


def test_a_generator_without_probabilities():
    monitor = CalibrationMonitor(case_list(3), generator=lambda prompts: list(prompts), verbose=0)
    with pytest.raises(ValueError, match="A plain function gives no token probabilities"):
        monitor.on_train_begin()
    with pytest.raises(ValueError, match="`resamples`"):
        make(["supported"], [1.0], resamples=0)
