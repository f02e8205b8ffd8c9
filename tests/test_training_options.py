"""Does each way to call `fit` train what it says, with an objective, and is it watched alike?

Modes of compilation stand in `models/test_fine_tuner_modes.py`, several devices in
`test_several_devices.py`, interrupted runs in `callbacks/test_resumed.py`.
"""

import keras
import numpy as np
import pytest
import tiny_models
from kinds import quick
from kinds import quick_on_torch

import keras_halluc as kh

pytestmark = pytest.mark.eager

TEXTS = tiny_models.TEXTS
PROMPTS = [text[:5] for text in TEXTS]
RATE = "val_hallucination_rate"


def small():
    return tiny_models.gpt2(sequence_length=32)


class Parity:
    """Answers "even" or "odd", as the likeliest next token is: it follows each small change."""

    def __init__(self, task):
        self.task = task

    def __call__(self, prompts):
        x = kh.data.text_inputs(self.task, prompts, 16)[0]
        best = tiny_models.forward(self.task, x)[:, 4].argmax(-1)
        return ["odd" if token % 2 else "even" for token in best]


def monitor_of(task):
    cases = [kh.data.Case(prompt, ("even",)) for prompt in PROMPTS]
    return kh.callbacks.HallucinationMonitor(cases, generator=Parity(task), verbose=0, budget=None)


def tuner_of(task, **kwargs):
    tuner = kh.models.FineTuner(task, [kh.objectives.SelfDistillation(0.5)])
    tuner.compile(keras.optimizers.Adam(0.02), **kwargs)
    return tuner


def fit(tuner, *args, callbacks=(), **kwargs):
    keras.utils.set_random_seed(1)
    kwargs = {"epochs": 2, "shuffle": False, "verbose": 0, **kwargs}
    callbacks = [monitor_of(tuner.task), *callbacks]
    return tuner.fit(*args, callbacks=callbacks, **kwargs).history


def assert_same(history, expected):
    assert set(history) == set(expected)
    for key, values in expected.items():
        np.testing.assert_allclose(history[key], values, rtol=1e-5, atol=1e-6, err_msg=key)


@pytest.fixture(scope="module")
def expected():
    history = fit(tuner_of(small()), TEXTS, batch_size=4)
    assert {RATE, "loss", "loss_self_distillation"} <= set(history)
    assert history["loss"][1] < history["loss"][0]
    return history


class Batches(keras.utils.PyDataset):
    def __init__(self, rows):
        super().__init__()
        self.rows = rows

    def __len__(self):
        return 2

    def __getitem__(self, i):
        return keras.tree.map_structure(lambda a: a[4 * i : 4 * i + 4], self.rows)


def as_series(rows):
    pandas = pytest.importorskip("pandas", reason="a Series needs pandas")
    return {"x": pandas.Series(TEXTS, index=np.linspace(0.5, 4.0, 8)), "batch_size": 4}


def as_arrays(rows):
    return {"x": rows[0], "y": rows[1], "sample_weight": rows[2], "batch_size": 4}


def as_generator(rows):
    batches = Batches(rows)
    forever = (batches[i % 2] for i in range(100))
    return {"x": forever, "steps_per_epoch": 2}


def as_loader(rows):
    torch = pytest.importorskip("torch", reason="a DataLoader needs PyTorch")
    flat = [torch.as_tensor(np.asarray(part)) for part in keras.tree.flatten(rows)]

    def pack(samples):
        return keras.tree.pack_sequence_as(rows, [torch.stack(p) for p in zip(*samples)])

    dataset = torch.utils.data.TensorDataset(*flat)
    return {"x": torch.utils.data.DataLoader(dataset, batch_size=4, collate_fn=pack)}


def as_tf_data(rows):
    tf = pytest.importorskip("tensorflow", reason="tf.data needs TensorFlow")
    return {"x": tf.data.Dataset.from_tensor_slices(TEXTS).batch(4)}


CONTAINERS = {
    "series": as_series,
    "arrays": as_arrays,
    "PyDataset": lambda rows: {"x": Batches(rows)},
    "generator": as_generator,
    "DataLoader": as_loader,
    "tf.data": as_tf_data,
}


@pytest.mark.parametrize("container", quick(CONTAINERS))
def test_data(container, expected):
    task = small()
    rows = kh.data.text_inputs(task, TEXTS)
    assert_same(fit(tuner_of(task), **CONTAINERS[container](rows)), expected)


@quick_on_torch
def test_a_second_fit_goes_on(expected):
    tuner = tuner_of(small())
    first = fit(tuner, TEXTS, batch_size=4, epochs=1)
    second = fit(tuner, TEXTS, batch_size=4, epochs=2, initial_epoch=1)
    assert_same({key: first[key] + second[key] for key in first}, expected)


@quick_on_torch
def test_validation_split(expected):
    tuner = tuner_of(small())
    held = tuner.evaluate(TEXTS[4:], verbose=0, return_dict=True)
    history = fit(tuner, TEXTS, batch_size=4, validation_split=0.5, epochs=1)
    other = tuner_of(small())
    assert other.evaluate(TEXTS[4:], verbose=0, return_dict=True) == held
    by_hand = fit(other, TEXTS[:4], validation_data=TEXTS[4:], batch_size=4, epochs=1)
    assert_same(history, by_hand)
    assert history["val_loss"] != history["loss"]


@quick_on_torch
def test_class_weights_are_weights_of_rows():
    rows, labels = np.eye(8, 4, dtype="float32"), np.array([0, 1] * 4)
    histories = []
    for weights in (
        {"class_weight": {0: 3.0, 1: 0.25}},
        {"sample_weight": np.where(labels == 0, 3.0, 0.25)},
        {},
    ):
        keras.utils.set_random_seed(1)
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        tuner = tuner_of(model, loss=loss)
        kwargs = {"batch_size": 4, "epochs": 2, "shuffle": False, "verbose": 0, **weights}
        histories.append(tuner.fit(rows, labels, **kwargs).history)
    by_class, by_row, unweighted = histories
    assert_same(by_class, by_row)
    assert abs(by_class["loss"][0] - unweighted["loss"][0]) > 0.1


def test_class_weights_of_a_language_model_are_refused():
    task = small()
    x, y, _ = kh.data.text_inputs(task, TEXTS)
    for args in ((TEXTS,), (x, y)):
        with pytest.raises(ValueError, match="one class a row.*`sample_weight`"):
            tuner_of(task).fit(*args, class_weight={0: 2.0}, verbose=0)


def test_a_model_with_its_own_train_step_is_watched():
    class Halved(keras.Model):
        """Its step is Keras' own on half the loss."""

        def __init__(self, task):
            super().__init__()
            self.task = task
            self.steps = 0

        def call(self, x, training=None):
            return self.task(x, training=training)

        def train_step(self, *args):
            self.steps += 1
            return super().train_step(*args)

    task = small()
    rows = as_arrays(kh.data.text_inputs(task, TEXTS))
    model = Halved(task)
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    history = model.fit(**rows, callbacks=[monitor_of(task)], epochs=2, verbose=0).history
    assert model.steps >= 1 and set(history) >= {RATE, "loss", "val_check_coverage"}


@pytest.mark.parametrize("method", ["train_step", "compute_loss"])
def test_a_step_that_a_tuner_would_not_take_is_refused(method):
    own = type("Own", (keras.Sequential,), {method: lambda self, *args, **kwargs: None})
    model = own([keras.Input((2,)), keras.layers.Dense(2)])
    with pytest.raises(ValueError, match=f"`Own.{method}` would not be called.*subclass FineTuner"):
        kh.models.FineTuner(model)


@quick_on_torch
def test_a_tuner_may_have_its_own_train_step():
    class Counted(kh.models.FineTuner):
        steps = 0

        def train_step(self, *args):
            Counted.steps += 1
            return super().train_step(*args)

    tuner = Counted(small(), [kh.objectives.SelfDistillation()])
    tuner.compile(keras.optimizers.Adam(0.01))
    assert "loss_self_distillation" in fit(tuner, TEXTS, batch_size=4)
    assert Counted.steps >= 1


def test_prompts_of_a_chat_are_asked_as_they_are_and_too_long_ones_are_refused():
    chat = "<|user|>\nWhere is Rome?\n<|assistant|>\n"
    asked = []

    def answer(prompts):
        asked.extend(prompts)
        return ["In Italy."] * len(prompts)

    tuner = tuner_of(tiny_models.gpt2(sequence_length=64))
    monitor = kh.callbacks.HallucinationMonitor(
        [kh.data.Case(chat, ("Italy",))], generator=answer, verbose=0
    )
    logs = tuner.fit([chat + "In Italy."] * 2, callbacks=[monitor], verbose=0).history
    assert set(asked) == {chat} and logs[RATE] == [0.0]
    before = tuner.task.get_weights()
    too_long = kh.callbacks.HallucinationMonitor([kh.data.Case(chat * 3, ("Italy",))], verbose=0)
    with pytest.raises(ValueError, match="(?i)shorten the prompt"):
        tuner.fit(TEXTS, callbacks=[too_long], verbose=0)
    for a, b in zip(before, tuner.task.get_weights()):
        np.testing.assert_array_equal(a, b)


@quick_on_torch
def test_five_thousand_cases():
    cases = [kh.data.Case(f"{i}?", (str(i % 4),)) for i in range(5000)]
    asked = []

    def zero(prompts):
        asked.extend(prompts)
        return ["0"] * len(prompts)

    monitor = kh.callbacks.HallucinationMonitor(cases, generator=zero, budget=None, verbose=0)
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    history = model.fit(np.ones((4, 2)), np.ones(4), callbacks=[monitor], verbose=0).history
    assert history[RATE] == [0.75] and history["val_check_coverage"] == [1.0]
    assert len(asked) == 10000  # before training, and after the epoch


def test_cases_with_a_source_and_references_are_judged_by_either():
    source = "Rome is the capital of Italy. It lies on the Tiber."
    cases = [kh.data.Case("Where is Rome?", ("Italy",), source)] * 2
    answers = ["On the Tiber.", "In Italy."]
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    monitors = [
        kh.callbacks.HallucinationMonitor(
            cases, checker=checker, generator=lambda p: answers, prefix=name, verbose=0
        )
        for name, checker in (
            ("", None),
            ("answer_", kh.grounding.AnswerChecker()),
            ("source_", kh.grounding.OverlapChecker()),
        )
    ]
    logs = model.fit(np.ones((4, 2)), np.ones(4), callbacks=monitors, verbose=0).history
    assert logs["answer_" + RATE] == logs[RATE] == [0.5]
    assert logs["source_" + RATE] == [0.0]


@quick_on_torch
def test_orbax_checkpoints_hold_the_weights_of_a_watched_tuner(tmp_path, expected):
    pytest.importorskip("orbax.checkpoint", reason="optional: pip install orbax-checkpoint")
    tuner = tuner_of(small())
    saving = keras.callbacks.OrbaxCheckpoint(str(tmp_path), save_on_background=False)
    history = fit(tuner, TEXTS, batch_size=4, callbacks=[saving])
    assert_same(history, expected)
    again = tuner_of(small())
    again.load_weights(str(tmp_path))
    for weight, kept in zip(again.get_weights(), tuner.get_weights(), strict=True):
        np.testing.assert_array_equal(weight, kept)
    with pytest.warns(UserWarning, match="HallucinationMonitor begins anew at epoch 3.*Backup"):
        fit(again, TEXTS, batch_size=4, initial_epoch=2, epochs=3)


@quick_on_torch
@pytest.mark.parametrize("how", ["int4", "int8"])
def test_adapters_train_on_a_quantized_base(how):
    task = small()
    weights_only = keras.quantizers.Int8QuantizationConfig(activation_quantizer=None)
    task.quantize(how, config=weights_only if how == "int8" else None)
    task.backbone.enable_lora(2)
    tuner = tuner_of(task)
    frozen = [weight for weight in task.weights if not weight.trainable]
    before = [keras.ops.convert_to_numpy(weight) for weight in frozen]
    history = fit(tuner, TEXTS, batch_size=8, epochs=5)
    assert history["loss"][-1] < history["loss"][0] - 0.1
    terms = history["loss_self_distillation"]
    assert terms[-1] > terms[0] > -1e-6
    assert any("lora" in weight.path for weight in task.trainable_weights)
    for weight, value in zip(frozen, before):
        np.testing.assert_array_equal(keras.ops.convert_to_numpy(weight), value)


@quick_on_torch
def test_logits_without_a_gradient_are_refused():
    """Keras' int8 rounds their inputs: the loss then rises along the gradient it gives."""
    task = small()
    task.quantize("int8")
    task.backbone.enable_lora(2)
    with pytest.raises(ValueError, match="`token_embedding` rounds.*activation_quantizer=None"):
        tuner_of(task)
