"""Checks of what training a family does: monitors, losses, objectives, LoRA."""

import functools

import family_reference as reference
import keras
import numpy as np
import tiny_models
from family_asks import ANSWERS
from family_asks import PROMPTS
from family_asks import WRONG
from family_asks import answer_loss
from family_asks import assert_same_scores
from family_asks import assert_same_texts
from family_asks import divergence
from family_asks import generator_of
from family_asks import greedy_texts
from family_asks import log_classes
from family_asks import outputs
from family_asks import predictions
from family_asks import rows_of
from family_outcome import each

import keras_halluc as kh


def monitors(family):
    task = family.make()
    base = family.make()
    said = greedy_texts(base)
    answers = [(said[0],), ("nothing of that kind",)]
    cases = [kh.data.Case(p, references=r) for p, r in zip(PROMPTS, answers)]
    settings = {"budget": None, "strict": True, "verbose": 0, "generator": generator_of(task)}
    top = int(task.output_shape[-1]) - 1
    callbacks = kh.callbacks
    logs = _fit(
        task,
        [
            callbacks.HallucinationMonitor(cases, **settings),
            callbacks.KnowledgeMonitor(cases, ["highly_known", "unknown"], **settings),
            callbacks.CalibrationMonitor(cases, resamples=2, **settings),
            callbacks.ForgettingMonitor(cases, rows_of(task, WRONG), top_k=top, **settings),
            callbacks.GeneralizationMonitor(rows_of(task), strict=True, budget=None, verbose=0),
        ],
        keras.optimizers.SGD(0.02),
    )
    now = kh.grounding.AnswerChecker().check(cases, greedy_texts(task))
    right = np.array([verdict.label == "supported" for verdict in now], "float64")
    expected = {
        "val_hallucination_rate": 1.0 - right.mean(),
        "known_fit": right[0],
        "unknown_fit": right[1],
        "abstention_score_t50": (2.0 * right - 1.0).mean(),
        "forgetting": 0.5 - right.mean(),
        "base_divergence": divergence(base, task, WRONG),
        "generalization_gap": answer_loss(task, WRONG) - answer_loss(task, ANSWERS),
        "val_loss": answer_loss(task, WRONG),
    }
    for key, value in expected.items():
        np.testing.assert_allclose(logs[key], value, rtol=2e-3, atol=1e-5, err_msg=key)
    assert logs["base_divergence"] > 1e-6


def _fit(task, callbacks, optimizer, objectives=()):
    """One step on the prompts; the last epoch's logs."""
    tuner = kh.models.FineTuner(task, objectives)
    tuner.compile(optimizer, run_eagerly=True)
    x, y, weight = rows_of(task)
    valid = rows_of(task, WRONG)
    data = {"sample_weight": weight, "validation_data": valid, "callbacks": callbacks}
    history = tuner.fit(x, y, verbose=0, **data).history
    return {key: values[-1] for key, values in history.items()}


def texts(family):
    """The loss of `FineTuner` on raw texts is the mean over the tokens the task itself counts."""
    task = family.make()
    if reference.is_seq2seq(task):
        rows = [{"encoder_text": [p], "decoder_text": [a]} for p, a in zip(PROMPTS, ANSWERS)]
        given = {"encoder_text": PROMPTS, "decoder_text": ANSWERS}
    else:
        given = [prompt + answer for prompt, answer in zip(PROMPTS, ANSWERS)]
        rows = [[text] for text in given]
    tuner = kh.models.FineTuner(task)
    tuner.compile("sgd", run_eagerly=True)
    found = tuner.evaluate(given, verbose=0, return_dict=True)["loss"]
    losses = np.concatenate([_counted_losses(task, row) for row in rows])
    np.testing.assert_allclose(found, losses.mean(), rtol=1e-4)
    history = tuner.fit(given, verbose=0).history
    np.testing.assert_allclose(history["loss"], found, rtol=0.5)  # with dropout


def _counted_losses(task, row):
    """Of one row, those that the task's own preprocessor counts."""
    try:
        packed = task.preprocessor(row)
    except (KeyError, TypeError):  # Gemma 3 and 4 take prompts and responses
        packed = task.preprocessor({"prompts": [""], "responses": row})
    x, y, counts = keras.tree.map_structure(keras.ops.convert_to_numpy, packed)
    rows = tiny_models.log_softmax(keras.ops.convert_to_numpy(task(x, training=False))[0])
    losses = -rows[np.arange(len(rows)), y[0]]
    assert counts[0].sum() > 3
    return losses[counts[0].astype(bool)]


def objectives(family):
    """Each takes a training step; in evaluation those with a closed form have its value."""
    task, base, other = family.make(), family.make(), family.make(seed=1)
    made = kh.objectives
    right, wrong = rows_of(task), rows_of(task, WRONG)
    factories = {
        "self_distillation": lambda: made.SelfDistillation(),
        "cached": lambda: made.SelfDistillation(teacher="cached", top_k=2, name="cached"),
        "replay": lambda: made.SelfDistillation(replay=wrong, name="replay"),
        "l2_sp": lambda: made.L2SP(),
        "distillation": lambda: made.Distillation(teacher=other, temperature=1.0),
        "unlikelihood": lambda: made.Unlikelihood(negatives=wrong),
        "preference": lambda: made.PreferenceFactuality(chosen=right, rejected=wrong),
        "denoising": lambda: made.Denoising(),
        "truncation": lambda: made.LossTruncation(),
        "consistency": lambda: made.ConsistencyOnUnlabelled(unlabelled=wrong[0], confidence=0.0),
        "r_drop": lambda: made.RDrop(),
        "adversarial": lambda: made.AdversarialPerturbation(),
        "virtual_adversarial": lambda: made.VirtualAdversarial(),
    }
    start = [np.array(keras.ops.convert_to_numpy(v)) for v in task.trainable_variables]
    found = {}

    def one(name):
        put_back(task, start)
        tuner = kh.models.FineTuner(task, [factories[name]()])
        tuner.compile(keras.optimizers.SGD(0.01), run_eagerly=True)
        x, y, weight = right
        history = tuner.fit(x, y, sample_weight=weight, verbose=0).history
        assert np.isfinite(history[f"loss_{name}"]).all() and np.isfinite(history["loss"]).all()
        result = tuner.evaluate(x, y, sample_weight=weight, verbose=0, return_dict=True)
        found[name] = result.get(f"loss_{name}")
        expected = _terms(task, base, other, start, name)
        if expected is not None:
            np.testing.assert_allclose(found[name], expected, rtol=2e-3, atol=1e-6, err_msg=name)

    each(*(functools.partial(one, name) for name in factories))


def put_back(task, values):
    for variable, value in zip(task.trainable_variables, values):
        variable.assign(value)


def _terms(task, base, other, start, name):
    """The value of a term on the prompts, or None where it has no closed form."""
    if name == "l2_sp":
        ends = [keras.ops.convert_to_numpy(v) for v in task.trainable_variables]
        return 0.5 * sum(((a - b).astype("float64") ** 2).sum() for a, b in zip(ends, start))
    if hasattr(task, "num_classes"):
        return None
    if name == "self_distillation":
        return divergence(base, task, ANSWERS)
    if name == "replay":
        return divergence(base, task, WRONG)
    if name == "distillation":
        return divergence(other, task, ANSWERS)
    if name == "denoising":
        return answer_loss(task, ANSWERS)
    if name == "unlikelihood":
        costs = []
        for prompt, answer in zip(PROMPTS, WRONG):
            rows, ids = reference.target_rows(task, prompt, answer)
            costs.extend(-np.log1p(-np.exp(rows[np.arange(len(ids)), ids])))
        return np.mean(costs)
    if name == "preference":
        gains = []
        for answers in (ANSWERS, WRONG):
            sums = [_log_probs(t, answers) for t in (task, base)]
            gains.append(sums[0] - sums[1])
        return np.log1p(np.exp(-0.1 * (gains[0] - gains[1]))).mean()
    return None


def _log_probs(task, answers):
    """Of each whole answer with its end token."""
    sums = []
    for prompt, answer in zip(PROMPTS, answers):
        rows, ids = reference.target_rows(task, prompt, answer)
        sums.append(rows[np.arange(len(ids)), ids].sum())
    return np.array(sums)


def lora(family):
    task = family.make()
    before = outputs(task)
    kh.models.enable_lora(task, rank=2)
    np.testing.assert_allclose(outputs(task), before, atol=1e-4)  # adapters begin at nothing
    adapters = [v for v in task.backbone.trainable_variables]
    assert adapters and all("lora" in variable.path for variable in adapters)
    head = {id(v) for v in task.trainable_variables} - {id(v) for v in adapters}
    assert not head or hasattr(task, "num_classes")
    off = kh.objectives.SelfDistillation(teacher="lora_off")
    tuner = kh.models.FineTuner(task, [off])
    tuner.compile(keras.optimizers.SGD(0.5), run_eagerly=True)
    x, y, weight = rows_of(task)
    tuner.fit(x, y, sample_weight=weight, verbose=0)
    assert np.abs(outputs(task) - before).max() > 1e-3
    if not hasattr(task, "num_classes"):
        teacher = family.make()
        term = tuner.evaluate(x, y, sample_weight=weight, verbose=0, return_dict=True)
        expected = divergence(teacher, task, ANSWERS)
        np.testing.assert_allclose(term["loss_self_distillation"], expected, rtol=1e-3, atol=1e-5)
        assert_same_scores(task)
        assert_same_texts(task, generator_of(task).generate(PROMPTS))


def classes(family):
    """`predict` on texts, and the monitors of a classifier."""
    task = family.make()
    np.testing.assert_allclose(predictions(task), outputs(task), atol=1e-4)
    x, y, _ = rows_of(task)
    settings = {"strict": True, "verbose": 0}
    monitors = [
        kh.callbacks.ClassifierCalibrationMonitor((x, y), resamples=2, **settings),
        kh.callbacks.GeneralizationMonitor((x, y), budget=None, **settings),
        kh.callbacks.ForgettingMonitor(
            [kh.data.Case("a", ("a",))], (x, y, np.ones(2)), top_k=2, budget=None,
            generator=lambda prompts: ["a"] * len(prompts), **settings,
        ),
    ]  # fmt: skip
    base = log_classes(task)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    tuner = kh.models.FineTuner(task)
    tuner.compile(keras.optimizers.SGD(0.02), loss, run_eagerly=True)
    logs = tuner.fit(x, y, validation_data=(x, y[::-1]), callbacks=monitors, verbose=0).history
    now = log_classes(task)
    losses = [-now[np.arange(2), labels].mean() for labels in (y[::-1], y)]
    scores = np.where(now.max(axis=1) < np.log(0.5), 0.0, 2.0 * (now.argmax(axis=1) == y) - 1.0)
    expected = {
        "val_loss": losses[0],
        "generalization_gap": losses[0] - losses[1],
        "abstention_score_t50": scores.mean(),
        "base_divergence": reference.kl(base, now).mean(),
    }
    for key, value in expected.items():
        np.testing.assert_allclose(logs[key][-1], value, rtol=2e-3, atol=1e-5, err_msg=key)
