"""Do two KerasHub tasks get the confidences and the divergence that follow from their logits?"""

import keras
import numpy as np
import pytest
import tiny_models
from kinds import quick_on_torch

import keras_halluc as kh
from keras_halluc.reports.shift_measures import divergence_measure

pytestmark = pytest.mark.eager

CASES = [kh.data.Case(f"the {word}", ("cat",)) for word in ("c", "mat", "d", "f", "end", "o")] * 6


def generator(seed):
    return kh.generation.TaskGenerator(tiny_models.gpt2(seed=seed), max_new_tokens=4, batch_size=8)


@pytest.fixture(scope="module")
def pair():
    return generator(0), generator(1)


@pytest.fixture(scope="module")
def report(pair):
    return kh.audit(pair[0], {"other": pair[1], "copy": generator(0)}, CASES, resamples=50)


def log_probs(task, ids):
    logits = keras.ops.convert_to_numpy(
        task({"token_ids": ids, "padding_mask": np.ones_like(ids)}, training=False)
    ).astype("float64")
    logits -= logits.max(axis=-1, keepdims=True)
    return logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))


def rows(task, cases, outputs):
    """Token ids of each prompt with its answer, and where the answer begins."""
    tokenizer = task.preprocessor.tokenizer
    for case, output in zip(cases, outputs):
        prompt = [tokenizer.start_token_id, *np.asarray(tokenizer(case.prompt))]
        answer = list(np.asarray(tokenizer(output)))
        yield np.array([[*prompt, *answer, tokenizer.end_token_id]], "int32"), len(prompt)


def test_confidence_is_the_probability_of_the_answer(pair):
    answers = kh.reports.record_answers(pair[0], CASES[:6])
    for (ids, start), confidence in zip(
        rows(pair[0].task, CASES, answers.outputs), answers.confidences
    ):
        steps = log_probs(pair[0].task, ids[:, :-1])[0]
        expected = np.exp(sum(steps[i - 1, ids[0, i]] for i in range(start, ids.shape[1] - 1)))
        assert confidence == pytest.approx(expected, rel=1e-4)


@quick_on_torch
def test_divergence_is_taken_along_the_answers_before(pair, report):
    outputs = kh.reports.record_answers(pair[0], CASES).outputs
    total, tokens = 0.0, 0
    for ids, start in rows(pair[0].task, CASES, outputs):
        base, other = (log_probs(g.task, ids[:, :-1])[0, start - 1 :] for g in pair)
        total += (np.exp(base) * (base - other)).sum()
        tokens += len(base)
    measure = report.find("base_divergence", "other")
    assert measure.after.value == pytest.approx(total / tokens, rel=1e-3)
    assert measure.after.low <= measure.after.value <= measure.after.high


def test_a_task_trained_in_place_is_compared_with_what_was_recorded_of_it():
    trained = generator(0)
    trained.task.compile("adam", "sparse_categorical_crossentropy")
    before = kh.reports.record_answers(trained, CASES)
    same = kh.audit(before, trained, CASES, resamples=20)
    assert same.find("base_divergence").after.value == pytest.approx(0.0, abs=1e-5)
    assert same.models == dict.fromkeys(("before", "after"), before.model)
    assert before.model.startswith("GPT2CausalLM ") and before.model.endswith(" parameters")
    for weight in trained.task.trainable_weights:
        weight.assign(weight + 0.02)
    found = kh.audit(before, trained, CASES, resamples=20).find("base_divergence").after
    full = kh.audit(generator(0), trained, CASES, resamples=20).find("base_divergence").after
    assert 0.2 * full.value < found.value <= full.value  # all but 16 tokens are one outcome
    assert 0.0 <= found.low <= found.value <= found.high
    tokens = before.tokens
    assert tokens.inputs["ids"].shape == (*tokens.targets.shape, 16)
    other = kh.reports.record_answers(lambda prompts: ["cat"] * len(prompts), CASES)
    assert other.tokens is None


@quick_on_torch
def test_the_same_weights_differ_in_nothing(report):
    assert report.find("base_divergence", "copy").after.value == pytest.approx(0.0, abs=1e-5)
    assert not [flip for flip in report.flips if flip.variant == "copy"]
    for measure in report.measures:
        if measure.variant == "copy" and measure.difference is not None:
            assert measure.difference.value == pytest.approx(0.0, abs=1e-6)
            assert measure.change == "not shown"
    assert report.find("brier_score", "copy").measured


def test_other_tokens_cannot_be_compared(pair):
    other = generator(0)
    other.task.preprocessor.tokenizer.end_token_id = 5
    outputs = kh.reports.ModelAnswers(["cat"] * len(CASES))
    measure = divergence_measure("other", pair[0], other, CASES, outputs, resamples=20, seed=0)
    assert not measure.measured and "other tokens" in measure.reason
    long = kh.reports.ModelAnswers(["c" * 70] * len(CASES))
    measure = divergence_measure("other", *pair, CASES, long, resamples=20, seed=0)
    assert not measure.measured and "must fit the 64 positions" in measure.reason


def test_a_task_trained_in_place_is_no_comparison(pair):
    with pytest.raises(ValueError, match="record its answers first"):
        kh.audit(pair[0].task, {"tuned": pair[0]}, CASES)
    with pytest.raises(ValueError, match="record its answers first"):
        kh.audit(kh.models.FineTuner(pair[0].task), pair[0].task, CASES)
