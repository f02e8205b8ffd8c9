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
from keras_halluc.generation import UncertaintyScorer
from keras_halluc.ops import aurc

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


class Spoken(Confident):
    """Says each label in tokens of its own: lists of log-probabilities and of entropies."""

    def __init__(self, labels, log_probs, entropies):
        self.labels, self.log_probs, self.entropies = labels, log_probs, entropies

    def score(self, prompts, continuations):
        rows = [int(prompt) for prompt in prompts]
        width = max(map(len, self.log_probs)) + 1
        log_probs, entropies, mask = np.full((3, len(rows), width), 7.0, "float32")
        mask[:] = 0.0
        for i, row in enumerate(rows):
            count = len(self.log_probs[row])
            log_probs[i, :count], entropies[i, :count] = self.log_probs[row], self.entropies[row]
            mask[i, :count] = 1.0
        return TokenScores(log_probs, entropies, mask)


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
        "auroc": pairs_in_order(rows),
    }
    measured = [label for label in labels if label != "unmeasured"]
    for key, cost in (("t50", 1.0), ("t75", 3.0), ("t90", 9.0)):
        points = {"supported": 1.0, "abstained": 0.0}
        total = sum(points.get(label, -cost) for label in measured)
        found[f"abstention_score_{key}"] = total / len(measured)
    return found


def pairs_in_order(rows):
    """Of the pairs of a right and a wrong answer, how many have the right one surer; ties half."""
    pairs = [(c, d) for c, right in rows if right for d, other in rows if not other]
    return sum(1.0 if c > d else 0.5 if c == d else 0.0 for c, d in pairs) / len(pairs)


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
    from keras_halluc.statistics import wilson_interval

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


def test_auroc_counts_pairs_and_ties_half():
    labels = ["supported"] * 20 + ["unsupported"] * 10
    # 10 right ones are surer than all wrong ones, 5 as sure as half of them, 5 less sure than all.
    confidences = [0.9] * 10 + [0.5] * 5 + [0.1] * 5 + [0.5] * 5 + [0.3] * 5
    logs = drive(make(labels, confidences), 1)[0]
    assert logs["auroc"] == (10 * 10 + 5 * (5 * 0.5 + 5)) / 200
    turned = drive(make(labels, [1.0 - c for c in confidences]), 1)[0]
    assert turned["auroc"] == pytest.approx(1.0 - logs["auroc"], abs=1e-12)


@pytest.mark.parametrize("score", ["probability", "mean_log_prob"])
@pytest.mark.parametrize("label", ["supported", "contradicted"])
def test_where_all_are_right_or_all_wrong_there_is_no_auroc(label, score):
    monitor = make([label] * ROWS, np.linspace(0.1, 0.9, ROWS), confidence=score)
    logs = drive(monitor, 1)[0]
    assert set(monitor.keys) - set(logs) == {"auroc"} and "auroc" not in monitor.baseline
    assert logs["aurc"] == float(label == "contradicted")


def spoken(seed=0):
    """Answers of 1 to 4 tokens, on which no two scores agree, and every score of them."""
    rng = np.random.default_rng(seed)
    labels, _ = example(seed)
    counts = rng.integers(1, 5, ROWS)
    log_probs = [(-rng.exponential(1.0, count)).tolist() for count in counts]
    entropies = [rng.exponential(1.0, count).tolist() for count in counts]
    doubts = {
        "log_prob": [-sum(row) for row in log_probs],
        "mean_log_prob": [-sum(row) / len(row) for row in log_probs],
        "entropy": [sum(row) / len(row) for row in entropies],
        "length": counts.tolist(),
    }
    return labels, log_probs, entropies, doubts


def make_spoken(labels, log_probs, entropies, **kwargs):
    generator = Spoken(labels, log_probs, entropies)
    kwargs = {"verbose": 0, "budget": None, "resamples": 20, **kwargs}
    return CalibrationMonitor(case_list(ROWS), LabelChecker(), generator, **kwargs)


ABSTENTION = {"abstention_score_t50", "abstention_score_t75", "abstention_score_t90"}


@pytest.mark.parametrize("score", ["log_prob", "mean_log_prob", "entropy", "length"])
def test_a_score_that_is_no_probability_is_only_ranked(score, tmp_path, read_events):
    *given, doubts = spoken()
    monitor = make_spoken(*given, confidence=score, prefix="a_", log_dir=tmp_path)
    logs = drive(monitor, 1)[0]
    assert set(logs) == {"loss", *(f"a_{key}" for key in {"aurc", "auroc", *ABSTENTION})}
    assert set(monitor.log_keys) == set(logs) - {"loss"}
    rows = [
        (-doubt, label == "supported")
        for label, doubt in zip(given[0], doubts[score])
        if label not in ("abstained", "unmeasured")
    ]
    assert logs["a_auroc"] == pytest.approx(pairs_in_order(rows), abs=1e-12)
    assert 0.2 < logs["a_auroc"] < 0.8 and logs["a_auroc"] != 0.5
    estimate = monitor.baseline["a_auroc"]
    assert estimate.low < estimate.value < estimate.high and estimate.count == len(rows)
    # Ties of the risk are checked where `aurc` is; here, that it is this score's.
    confidence, right = zip(*rows)
    assert logs["a_aurc"] == pytest.approx(aurc(np.float32(confidence), right), abs=1e-12)
    assert not any("reliability" in tag for tag in read_events(tmp_path / "a_calibration"))


def test_scores_differ_and_the_whole_log_prob_ranks_as_the_probability_does():
    *given, doubts = spoken()
    found = {
        score: drive(make_spoken(*given, confidence=score), 1)[0]["auroc"]
        for score in ("probability", *doubts)
    }
    assert found["log_prob"] == pytest.approx(found["probability"], abs=1e-12)
    assert len(set(np.round(list(found.values()), 9))) == 4


def test_where_the_probability_is_too_small_for_a_float_the_score_still_ranks():
    """Of answers of hundreds of tokens the probability is 0 for right and wrong ones alike."""
    labels = ["supported"] * 20 + ["contradicted"] * 20
    log_probs = [[-1.0 - (i >= 20)] * 800 for i in range(ROWS)]
    given = labels, log_probs, log_probs
    assert drive(make_spoken(*given), 1)[0]["auroc"] == 0.5
    assert drive(make_spoken(*given, confidence="mean_log_prob"), 1)[0]["auroc"] == 1.0


@pytest.mark.parametrize("score", ["probability", "entropy"])
def test_answers_without_a_token_have_no_confidence(score):
    *given, _ = spoken()
    labels, log_probs, entropies = given
    labels[:3], log_probs[:3], entropies[:3] = ["supported"] * 3, [[], [], []], [[], [], []]
    monitor = make_spoken(*given, confidence=score)
    drive(monitor, 0)
    answered = [label for label in labels[3:] if label not in ("abstained", "unmeasured")]
    assert monitor.baseline["auroc"].count == len(answered)


@pytest.mark.parametrize("score", ["probability", "mean_log_prob"])
def test_a_model_that_has_diverged_is_no_model_without_answers(score):
    labels, confidences = example()
    monitor = make(labels, confidences, confidence=score)
    monitor.on_train_begin()
    monitor.generator.confidences = [float("nan")] * ROWS
    monitor.on_epoch_begin(0)
    with pytest.warns(UserWarning, match="could not measure epoch 1.*must not hold NaN"):
        monitor.on_epoch_end(0, {})


@pytest.mark.parametrize("score", ["margin", "rauq"])
def test_scores_from_inside_a_real_model(score):
    generator = TaskGenerator(tiny_models.gpt2(), max_new_tokens=3, batch_size=16)
    cases = case_list(3)
    monitor = CalibrationMonitor(
        cases, generator=generator, verbose=0, resamples=5, confidence=score
    )
    monitor.on_train_begin()
    first = monitor._scorer
    monitor.on_epoch_begin(0)
    monitor.on_epoch_end(0, {})
    assert monitor._scorer is first  # and with it what was compiled
    answers = monitor.answers
    expected = UncertaintyScorer(generator, [score])(
        [answer.case.prompt for answer in answers], [answer.output for answer in answers]
    )[score]
    found = [-monitor._confidence[answer.index] for answer in answers]
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    assert len(set(found)) == 3


def test_a_score_that_cannot_be_had():
    with pytest.raises(ValueError, match="`confidence` must be one of .*'probability', 'log_prob'"):
        make(["supported"], [1.0], confidence="score")
    with pytest.raises(ValueError, match="can be had of a KerasHub CausalLM only"):
        make(["supported"], [1.0], confidence="margin").on_train_begin()


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
