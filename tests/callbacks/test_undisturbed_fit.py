"""Is training with monitors the same as without, to the last bit, and compiled as often?"""

import random

import keras
import numpy as np
import pytest
import tiny_models
from kinds import quick

import keras_halluc as kh

BACKEND = keras.backend.backend()
KINDS = ("strings", "arrays", "tuner", "lstm", "function")
PROMPTS = ["paris is in", "rome is in", "the cat sat", "who is", "a dog", "the mat"] * 2
ANSWERS = [" france", " italy", " down", " in rome", " and a cat", " is here"] * 2
OTHER_KEYS = {
    "tuner": (
        "unknown_fit",
        "forgetting",
        "base_divergence",
        "abstention_score_t50",
        "rauq_abstention_score_t50",
        "input_shift",
        "output_shift",
        "lookback_ratio",
    ),
    "function": ("abstention_score_t90", "a_val_hallucination_rate", "rise_p_value"),
}
LENGTH = 12  # of the LSTM's window, in letters


class Letters:
    """Lower-case letters as ids 1 to 26, all else as 27."""

    def encode(self, text):
        return [ord(c) - 96 if "a" <= c <= "z" else 27 for c in text.lower()]

    def decode(self, ids):
        return "".join(chr(i + 96) for i in ids)


class Counter:
    """Counts calls of a function that the backend calls only when it compiles."""

    def __init__(self, function):
        self.function = function
        self.calls = 0

    def __call__(self, *args, **kwargs):
        self.calls += 1
        return self.function(*args, **kwargs)


class CountedEmbedding(keras.layers.Embedding):
    """Counts in `calls` how often it is traced."""

    calls = 0

    def call(self, inputs):
        self.calls += 1
        return super().call(inputs)


class Spy(keras.callbacks.Callback):
    """Notes what a monitor must not touch, before training and after each epoch."""

    def __init__(self, model, look):
        super().__init__()
        self.fitted, self.look, self.seen = model, look, []

    def on_train_begin(self, logs=None):
        self.seen.append(self.look(self.fitted))

    def on_epoch_end(self, epoch, logs=None):
        self.seen.append(self.look(self.fitted))


def small_gpt2():
    task = tiny_models.gpt2(dropout=0.1, seed=7)
    task.compile(
        optimizer=keras.optimizers.Adam(1e-2),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        sampler="top_k",
    )
    task.generate_step = Counter(task.generate_step)
    return task


def small_lstm(vectors):
    words = CountedEmbedding(28, 6, trainable=False, name="words")
    model = keras.Sequential(
        [
            keras.Input((LENGTH,), dtype="int32"),
            words,
            keras.layers.LSTM(8, return_sequences=True, dropout=0.1),
            keras.layers.Dense(28),
        ]
    )
    words.set_weights([vectors])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(1e-2), loss)
    return model


def prepare(kind):
    """`(model, fit, data, generator, traces)`.

    What to fit, how, on what, who answers, and how often it is compiled.
    """
    if kind in ("strings", "arrays", "tuner"):
        task = small_gpt2()
        x, y, weight = kh.data.answer_inputs(task, PROMPTS, ANSWERS)
        if kind == "strings":
            texts = [prompt + answer for prompt, answer in zip(PROMPTS, ANSWERS)]
            return task, lambda **kw: task.fit(texts, **kw), texts, None, task.generate_step
        if kind == "arrays":  # past the preprocessor, which would take them for texts
            generator = kh.generation.TaskGenerator(task, max_new_tokens=4, batch_size=2)
            fit = lambda **kw: keras.Model.fit(task, x, y, sample_weight=weight, **kw)  # noqa: E731
            return task, fit, (x, y, weight), generator, task.generate_step
        tuner = kh.models.FineTuner(task)
        tuner.compile(keras.optimizers.Adam(1e-2))
        fit = lambda **kw: tuner.fit(x, y, sample_weight=weight, **kw)  # noqa: E731
        generator = kh.generation.as_generator(tuner)
        return tuner, fit, (x, y, weight), generator, task.generate_step
    if kind == "lstm":
        rng = np.random.default_rng(0)
        model = small_lstm(rng.normal(size=(28, 6)))
        ids = rng.integers(1, 28, (24, LENGTH + 1))
        fit = lambda **kw: model.fit(ids[:, :-1], ids[:, 1:], **kw)  # noqa: E731
        generator = kh.generation.NextTokenGenerator(
            model, Letters(), max_length=LENGTH, max_new_tokens=3, batch_size=4
        )
        data = (ids[:, :-1], ids[:, 1:])
        return model, fit, data, generator, model.get_layer("words")
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dropout(0.1), keras.layers.Dense(1)])
    model.compile("adam", "mse")
    x = np.arange(24, dtype="float32").reshape(12, 2)
    fit = lambda **kw: model.fit(x, x[:, :1], **kw)  # noqa: E731
    return model, fit, (x, x[:, :1]), says_yes, Counter(None)


def says_yes(prompts):
    return ["yes"] * len(prompts)


def cases_for(kind):
    if kind in ("strings", "arrays", "tuner"):
        return [kh.data.Case(p, (a,)) for p, a in zip(PROMPTS[:6], ANSWERS[:6])]
    return [kh.data.Case(letters, ("yes",)) for letters in ("abc", "x", "hello", "zz", "no", "q")]


def look(model):
    """What must stay what it is."""
    task = getattr(model, "task", model)
    return {
        "train_function": model.train_function,
        "optimizer": model.optimizer,
        "sampler": getattr(task, "sampler", None),
        "generate_function": getattr(task, "generate_function", None),
        "layers": list(task.layers),
        "trainable": [weight.trainable for weight in model.weights],
        "layers trainable": [layer.trainable for layer in task.layers],
    }


def draws():
    """The next value of each global random generator."""
    found = [random.random(), np.random.random(), np.random.normal()]
    found += keras.ops.convert_to_numpy(keras.random.uniform((2,))).tolist()
    if BACKEND == "tensorflow":
        import tensorflow as tf

        found += tf.random.uniform((2,)).numpy().tolist()
        found += tf.random.get_global_generator().uniform((2,)).numpy().tolist()
    if BACKEND == "torch":
        import torch

        found += torch.rand(2).tolist()
    return found


def others(kind, cases, generator, kwargs):
    """Every other callback that only looks, on the model that it can look into."""
    callbacks = kh.callbacks
    if kind == "tuner":
        many = [kh.data.Case(f"{i} {case.prompt}", ("x",)) for i in range(4) for case in cases]
        return [
            callbacks.ForgettingMonitor(cases, ["the cat"], generator=generator, **kwargs),
            callbacks.CalibrationMonitor(cases, generator=generator, resamples=2, **kwargs),
            callbacks.CalibrationMonitor(
                cases, generator=generator, resamples=2, confidence="rauq", prefix="rauq_", **kwargs
            ),
            callbacks.ShiftMonitor(many, ANSWERS * 2, generator=generator, **kwargs),
            callbacks.AttentionMonitor(cases, generator=generator, **kwargs),
        ]
    if kind == "function":
        rows = np.arange(40, dtype="float32").reshape(20, 2), np.zeros(20, "int64")
        monitor = callbacks.HallucinationMonitor(cases, generator=generator, prefix="a_", **kwargs)
        return [
            callbacks.ClassifierCalibrationMonitor(rows, resamples=2, **kwargs),
            monitor,
            callbacks.StopOnHallucination(monitor, restore_best_weights=False, verbose=0),
        ]
    return []


def run(kind, folder):
    """Two fits in a row, with monitors where there is a folder to write to."""
    keras.utils.clear_session()
    keras.utils.set_random_seed(7)
    if BACKEND == "tensorflow":
        import tensorflow as tf

        tf.random.set_global_generator(tf.random.Generator.from_seed(7))
    model, fit, data, generator, traces = prepare(kind)
    spy = Spy(model, look)
    counts = Spy(traces, lambda traces: traces.calls)
    monitors = []
    if folder is not None:
        cases, kwargs = cases_for(kind), {"log_dir": folder, "verbose": 0}
        knowledge = None if kind in ("arrays", "lstm", "function") else ["unknown"] * 2
        monitors = [
            kh.callbacks.HallucinationMonitor(cases[:5], generator=generator, **kwargs),
            kh.callbacks.KnowledgeMonitor(
                cases[:2], knowledge, cases[2:4], generator=generator or says_yes, **kwargs
            ),
            kh.callbacks.GeneralizationMonitor(data, batch_size=4, budget=None, log_dir=folder),
            *others(kind, cases, generator, kwargs),
        ]
    histories = []
    for epochs in (2, 1):
        callbacks = [spy, *monitors, spy, counts]
        history = fit(
            validation_data=data if isinstance(data, tuple) else (data,),
            batch_size=4,
            epochs=epochs,
            shuffle=True,
            verbose=0,
            callbacks=callbacks,
        )
        histories.append(history.history)
    return {
        "histories": histories,
        "weights": [np.asarray(weight) for weight in model.get_weights()],
        "optimizer": [keras.ops.convert_to_numpy(v) for v in model.optimizer.variables],
        "draws": draws(),
        "seen": spy.seen,
        "traces": counts.seen,
    }


@pytest.fixture(
    scope="module",
    params=quick(KINDS, ["function"]),
)
def runs(request, tmp_path_factory):
    plain = run(request.param, None)
    return request.param, plain, run(request.param, tmp_path_factory.mktemp("run"))


def test_history_is_the_same(runs):
    kind, plain, watched = runs
    for one, other in zip(plain["histories"], watched["histories"]):
        assert {key: other[key] for key in one} == one
        ours = {"val_hallucination_rate", "val_check_coverage", *OTHER_KEYS.get(kind, ())}
        assert ours <= set(other) and not ours & set(one)
        assert other["val_check_coverage"] == [1.0] * len(one["loss"])
        # The training data are the validation data too.
        assert other["generalization_gap"] == [0.0] * len(one["loss"])
    losses = [loss for one in plain["histories"] for loss in one["loss"]]
    assert len(set(losses)) == len(losses) > 1  # it did train


def test_weights_and_optimizer_are_the_same(runs):
    kind, plain, watched = runs
    for part in ("weights", "optimizer"):
        assert len(plain[part]) == len(watched[part]) > 0
        for one, other in zip(plain[part], watched[part]):
            np.testing.assert_array_equal(one, other)


def test_random_generators_are_where_they_were(runs):
    kind, plain, watched = runs
    assert watched["draws"] == plain["draws"]


def test_functions_flags_and_sampler_are_left_as_they_were(runs):
    kind, plain, watched = runs
    seen = watched["seen"]
    first, second = seen[:6], seen[6:]  # begin before and after monitors, and so for each epoch
    for one in (*first, *second):
        for name in one:
            assert one[name] == seen[0][name], name
    if kind == "lstm":
        assert False in seen[0]["trainable"]


@pytest.mark.skipif(BACKEND == "torch", reason="torch runs without compiling")
def test_nothing_compiles_again(runs):
    kind, plain, watched = runs
    after_baseline, *later = watched["traces"]
    if kind == "lstm":  # its layer is traced by the training step too, in the first epoch
        after_baseline, later = later[0], later[1:]
    assert later == [after_baseline] * len(later)
    assert kind == "function" or after_baseline > 0
