"""One check a column of the matrix of families: what keras_halluc says must be what the task says.

A check returns nothing where all is right, raises AssertionError where a value is wrong, and lets
the error of a refusal through. `outcome` tells a clear refusal from any other error.
"""

import functools
import gc
import pathlib
import re

import family_reference as reference
import keras
import numpy as np
import tiny_models

import keras_halluc as kh

PROMPTS = ["who is", "the cat is"]
ANSWERS = [" in rome", " a dog"]
WRONG = [" the mat", " on the"]
NEW = 3
NEAR = 1e-3  # a narrower lead of the likeliest token is a matter of rounding
PACKAGE = str(pathlib.Path(kh.__file__).parent)


class HubRefuses(Exception):
    """KerasHub or Keras itself says that it cannot do it."""


class DoesNotApply(Exception):
    """There is nothing to check, for the reason given."""


def outcome(check, family):
    """`(cell, reason)`: "ok", "error" for a clear refusal, or "none" where it does not apply."""
    try:
        check(family)
    except DoesNotApply as reason:
        return "none", str(reason)
    except HubRefuses as reason:
        return "error", f"KerasHub: {reason}"
    except (TypeError, ValueError, NotImplementedError) as error:
        if not is_clear(error):
            raise
        return "error", first_sentence(error)
    return "ok", ""


def is_clear(error):
    """Whether the package raised it itself, and says what came."""
    last = error.__traceback__
    while last.tb_next is not None:
        last = last.tb_next
    ours = last.tb_frame.f_code.co_filename.startswith(PACKAGE)
    return ours and "Received" in str(error)


def first_sentence(error):
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(error))  # Keras writes in bold
    text = re.sub(r"^Exception encountered when calling \S+\.\s+", "", text)
    text = re.sub(r"\s+", " ", text)
    return re.split(r"(?<=\.) (?=[A-Z])| Received| Arguments received", text)[0]


def each(*parts):
    """Runs all parts; those that are refused clearly must not hide that another is wrong."""
    refusals = []
    for part in parts:
        try:
            part()
        except (TypeError, ValueError, NotImplementedError) as error:
            if not is_clear(error):
                raise
            refusals.append(error)
    if refusals:
        raise refusals[0]


def generator_of(task):
    return kh.generation.TaskGenerator(task, max_new_tokens=NEW, batch_size=2)


def assert_same_texts(task, texts):
    expected = [reference.greedy(task, prompt, NEW) for prompt in PROMPTS]
    clear = [margin > NEAR for _, margin in expected]
    assert any(clear)
    for text, (ids, _), sure in zip(texts, expected, clear):
        assert not sure or text == reference.decoded(task, ids)


def assert_same_scores(task, tolerance=1e-3):
    scores = generator_of(task).score(PROMPTS, ANSWERS)
    for i, (prompt, answer) in enumerate(zip(PROMPTS, ANSWERS)):
        rows, ids = reference.answer_rows(task, prompt, answer)
        expected = rows[np.arange(len(ids)), ids]
        keep = scores.mask[i] > 0
        np.testing.assert_allclose(scores.log_probs[i][keep], expected, atol=tolerance)
        entropies = -(np.exp(rows) * rows).sum(axis=-1)
        np.testing.assert_allclose(scores.entropies[i][keep], entropies, atol=tolerance)


def scoring(family):
    assert_same_scores(family.make())


def generation(family):
    task = family.make()
    generator = generator_of(task)
    assert_same_texts(task, generator.generate(PROMPTS))
    samples = generator.sample(PROMPTS, 2, seed=1)
    assert [len(texts) for texts in samples] == [2, 2]
    assert generator.sample(PROMPTS, 2, seed=1) == samples


def uncertainty(family):
    task = family.make()
    generator = generator_of(task)

    def equal(*scores):
        found = kh.generation.UncertaintyScorer(generator, scores)(PROMPTS, ANSWERS)
        for i, (prompt, answer) in enumerate(zip(PROMPTS, ANSWERS)):
            expected = _uncertainties(task, prompt, answer, "rauq" in scores)
            for score in scores:
                np.testing.assert_allclose(found[score][i], expected[score], rtol=1e-3, atol=1e-3)

    def states():
        scorer = kh.generation.UncertaintyScorer(generator, ["length"])
        found = scorer.hidden_states(PROMPTS, ANSWERS)
        assert found.shape[:2] == (2, 2) and np.isfinite(found).all()

    each(
        lambda: equal("log_prob", "mean_log_prob", "entropy", "length"),
        lambda: equal("margin"),
        lambda: equal("rauq"),
        states,
    )


def _uncertainties(task, prompt, answer, looks):
    rows, ids = reference.answer_rows(task, prompt, answer)
    chosen = rows[np.arange(len(ids)), ids]
    ordered = np.sort(np.exp(rows), axis=-1)
    found = {
        "log_prob": -chosen.sum(),
        "mean_log_prob": -chosen.mean(),
        "entropy": -(np.exp(rows) * rows).sum(axis=-1).mean(),
        "margin": 1.0 - (ordered[:, -1] - ordered[:, -2]).mean(),
        "length": len(ids),
    }
    if looks:
        found["rauq"] = _rauq(np.exp(chosen), task, prompt, answer)
    return found


def _rauq(probabilities, task, prompt, answer, alpha=0.2):
    maps, begin, end = reference.attention_of(task, prompt, answer)
    layers = len(maps)
    worst = -np.inf
    for heads in maps[layers // 3 : -(-2 * layers // 3) + 1]:
        looks = np.array([[head[i, i - 1] for i in range(begin + 1, end)] for head in heads])
        best = looks[looks.sum(axis=1).argmax()] if looks.size else []
        confidence, total = probabilities[0], -np.log(probabilities[0])
        for probability, look in zip(probabilities[1:], best):
            confidence = alpha * probability + (1 - alpha) * look * confidence
            total -= np.log(confidence)
        worst = max(worst, total / len(probabilities))
    return worst


def knowledge(family):
    task = family.make()
    own, _ = reference.greedy(task, PROMPTS[0], NEW)
    cases = [
        kh.data.Case(PROMPTS[0], references=(reference.decoded(task, own),)),
        kh.data.Case(PROMPTS[1], references=("nothing of that kind",)),
    ]
    found = kh.data.categorize_knowledge(generator_of(task), cases, num_samples=2, verbose=0)
    assert [one.category for one in found] == ["highly_known", "unknown"]
    assert found[1].sampled_accuracy == 0.0


def audit(family):
    before, after = family.make(), family.make(seed=1)
    texts = [_greedy_texts(task) for task in (before, after)]
    cases = [kh.data.Case(p, references=(text,)) for p, text in zip(PROMPTS, texts[0])]
    generators = [generator_of(task) for task in (before, after)]
    report = kh.audit(*generators, cases, resamples=5, verbose=0)
    accuracy = report.find("answer_accuracy")
    assert accuracy.before.value == 1.0
    right = kh.grounding.AnswerChecker().check(cases, texts[1])
    assert accuracy.after.value == np.mean([verdict.label == "supported" for verdict in right])
    measured = report.find("base_divergence")
    assert not measured.reason, measured.reason
    expected = _divergence(before, after, texts[0])
    np.testing.assert_allclose(measured.after.value, expected, rtol=1e-3)


def _greedy_texts(task):
    return [reference.decoded(task, reference.greedy(task, p, NEW)[0]) for p in PROMPTS]


def _divergence(before, after, answers):
    """KL a token along answers with their end tokens."""
    gaps = []
    for prompt, answer in zip(PROMPTS, answers):
        first, second = (reference.target_rows(t, prompt, answer)[0] for t in (before, after))
        gaps.extend(reference.kl(first, second))
    return np.mean(gaps)


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
        expected = _divergence(teacher, task, ANSWERS)
        np.testing.assert_allclose(term["loss_self_distillation"], expected, rtol=1e-3, atol=1e-5)
        assert_same_scores(task)
        assert_same_texts(task, generator_of(task).generate(PROMPTS))


def int8(family):
    _quantized(family, "int8")


def int4(family):
    _quantized(family, "int4")


def _quantized(family, mode):
    task = family.make()
    before = outputs(task)
    gc.freeze()  # Keras collects garbage once a layer, which takes most of the time
    try:
        task.quantize(mode)
    except Exception as error:
        raise HubRefuses(first_sentence(error)) from error
    finally:
        gc.unfreeze()
    try:
        after = outputs(task)
    except Exception as error:
        raise HubRefuses(f"a quantised model fails: {first_sentence(error)}") from error
    assert np.abs(after - before).max() > 0.0
    if hasattr(task, "num_classes"):
        found = predictions(task)
        np.testing.assert_allclose(found, after, atol=1e-3)
        return
    assert_same_scores(task, tolerance=5e-2)
    assert_same_texts(task, generator_of(task).generate(PROMPTS))


def preset(family):
    import tempfile

    task = family.make()
    with tempfile.TemporaryDirectory() as folder:
        try:
            task.save_to_preset(folder)
            back = type(task).from_preset(folder)
            if hasattr(back.preprocessor, "encoder_sequence_length"):  # no part of a preset
                back.preprocessor.encoder_sequence_length = 32
        except Exception as error:
            raise HubRefuses(first_sentence(error)) from error
    np.testing.assert_allclose(outputs(back), outputs(task), atol=1e-5)
    if not hasattr(task, "num_classes"):
        assert_same_scores(back)
        assert_same_texts(task, generator_of(back).generate(PROMPTS))


def outputs(task):
    """Of one plain pass: logits of a row, or of each text to classify."""
    if hasattr(task, "num_classes"):
        x, _, _ = rows_of(task)
        return np.asarray(keras.ops.convert_to_numpy(task(x, training=False)), "float64")
    ids = reference.start_of(task, PROMPTS[0]) + reference.tokens(task, ANSWERS[0])
    return reference.plain_logits(task, ids, PROMPTS[0])


def predictions(task):
    texts = [prompt + answer for prompt, answer in zip(PROMPTS, ANSWERS)]
    return np.asarray(task.predict(texts, verbose=0), "float64")


def rows_of(task, answers=ANSWERS):
    """`(x, y, sample_weight)` of the prompts."""
    if not hasattr(task, "num_classes"):
        return kh.data.answer_inputs(task, PROMPTS, answers)
    texts = [prompt + answer for prompt, answer in zip(PROMPTS, answers)]
    packed = task.preprocessor(texts)
    x = {key: np.asarray(keras.ops.convert_to_numpy(value)) for key, value in packed.items()}
    return x, np.array([0, 1]), np.ones(2, "float32")


def texts(family):
    """The loss of `FineTuner` on raw texts is the mean over their tokens and the end token."""
    task = family.make()
    if reference.is_seq2seq(task):
        given = {"encoder_text": PROMPTS, "decoder_text": ANSWERS}
    else:
        given = [prompt + answer for prompt, answer in zip(PROMPTS, ANSWERS)]
    tuner = kh.models.FineTuner(task)
    tuner.compile("sgd", run_eagerly=True)
    found = tuner.evaluate(given, verbose=0, return_dict=True)["loss"]
    np.testing.assert_allclose(found, _text_loss(task), rtol=1e-4)
    history = tuner.fit(given, verbose=0).history
    np.testing.assert_allclose(history["loss"], found, rtol=0.5)  # with dropout


def _text_loss(task):
    losses = []
    for prompt, answer in zip(PROMPTS, ANSWERS):
        if reference.is_seq2seq(task):
            rows, ids = reference.target_rows(task, prompt, answer)
        else:
            end = task.preprocessor.tokenizer.end_token_id
            start = reference.start_of(task, "")
            ids = [*reference.tokens(task, prompt + answer), end]
            logits = reference.plain_logits(task, [*start, *ids][:-1])
            rows = tiny_models.log_softmax(logits)[max(len(start) - 1, 0) :]
            ids = ids[len(ids) - len(rows) :]
        losses.extend(-rows[np.arange(len(ids)), ids])
    return np.mean(losses)


def attention(family):
    task = family.make()
    cases = [kh.data.Case(prompt) for prompt in PROMPTS]
    settings = {"budget": None, "strict": True, "verbose": 0, "generator": generator_of(task)}
    monitor = kh.callbacks.AttentionMonitor(cases, pictures=0, **settings)
    found = _fit(task, [monitor], keras.optimizers.SGD(0.0))["lookback_ratio"]
    ratios = []
    for prompt, answer in zip(PROMPTS, _greedy_texts(task)):
        maps, begin, end = reference.attention_of(task, prompt, answer)
        assert maps.shape[1:3] == (maps.shape[1], end)
        assert (maps >= 0.0).all() and (maps.sum(axis=-1) < 1.0 + 1e-4).all()
        assert np.abs(np.triu(maps, 1)).max() < 1e-6
        rows = maps[:, :, begin:end]
        own = np.arange(1, end - begin + 1)
        on_prompt = rows[..., :begin].sum(axis=-1) / begin
        on_answer = rows[..., begin:].sum(axis=-1) / own
        ratios.append((on_prompt / (on_prompt + on_answer)).mean())
    np.testing.assert_allclose(found, np.mean(ratios), rtol=1e-3)


def _fit(task, callbacks, optimizer, objectives=()):
    """One step on the prompts; the last epoch's logs."""
    tuner = kh.models.FineTuner(task, objectives)
    tuner.compile(optimizer, run_eagerly=True)
    x, y, weight = rows_of(task)
    valid = rows_of(task, WRONG)
    data = {"sample_weight": weight, "validation_data": valid, "callbacks": callbacks}
    history = tuner.fit(x, y, verbose=0, **data).history
    return {key: values[-1] for key, values in history.items()}


def monitors(family):
    task = family.make()
    base = family.make()
    said = _greedy_texts(base)
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
    now = kh.grounding.AnswerChecker().check(cases, _greedy_texts(task))
    right = np.array([verdict.label == "supported" for verdict in now], "float64")
    expected = {
        "val_hallucination_rate": 1.0 - right.mean(),
        "known_fit": right[0],
        "unknown_fit": right[1],
        "abstention_score_t50": (2.0 * right - 1.0).mean(),
        "forgetting": 0.5 - right.mean(),
        "base_divergence": _divergence(base, task, WRONG),
        "generalization_gap": _loss(task, WRONG) - _loss(task, ANSWERS),
        "val_loss": _loss(task, WRONG),
    }
    for key, value in expected.items():
        np.testing.assert_allclose(logs[key], value, rtol=2e-3, atol=1e-5, err_msg=key)
    assert logs["base_divergence"] > 1e-6


def _loss(task, answers):
    losses = []
    for prompt, answer in zip(PROMPTS, answers):
        rows, ids = reference.target_rows(task, prompt, answer)
        losses.extend(-rows[np.arange(len(ids)), ids])
    return np.mean(losses)


def objectives(family):
    """Each takes a training step; in evaluation those with a closed form have its value."""
    task, base, other = family.make(), family.make(), family.make(seed=1)
    made = kh.objectives
    right, wrong = rows_of(task), rows_of(task, WRONG)
    factories = {
        "self_distillation": lambda: made.SelfDistillation(),
        "cached": lambda: made.SelfDistillation(teacher="cached", name="cached"),
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
        return _divergence(base, task, ANSWERS)
    if name == "replay":
        return _divergence(base, task, WRONG)
    if name == "distillation":
        return _divergence(other, task, ANSWERS)
    if name == "denoising":
        return _loss(task, ANSWERS)
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
    base = _log_classes(task)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    tuner = kh.models.FineTuner(task)
    tuner.compile(keras.optimizers.SGD(0.02), loss, run_eagerly=True)
    logs = tuner.fit(x, y, validation_data=(x, y[::-1]), callbacks=monitors, verbose=0).history
    now = _log_classes(task)
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


def _log_classes(task):
    return tiny_models.log_softmax(outputs(task))


GENERATIVE = (
    *(scoring, generation, uncertainty, attention, monitors, texts, objectives, knowledge, audit),
    *(lora, int8, int4, preset),
)
CHECKS = {
    "causal": GENERATIVE,
    "seq2seq": GENERATIVE,
    "encoder": (classes, objectives, lora, int8, int4, preset),
}
