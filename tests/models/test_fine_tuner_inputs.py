"""Are texts, arrays, classes and letters taken, is the loss a mean over real tokens, and are wrong
arguments refused?"""

import keras
import numpy as np
import pytest
import tiny_models
from kinds import quick_on_torch

import keras_halluc as kh
from keras_halluc._preprocessing import is_dataset
from keras_halluc._preprocessing import preprocess
from keras_halluc._preprocessing import preprocess_dataset

pytestmark = pytest.mark.eager

TEXTS = tiny_models.TEXTS
SHORT = ["a cat", "rome", "the mat", "who"]


@pytest.fixture(scope="module")
def tuner():
    """Moved away from its base model, so that the objective is not 0."""
    task = tiny_models.gpt2()
    tuner = kh.models.FineTuner(task, [kh.objectives.SelfDistillation(weight=100.0)])
    task.set_weights([w * 1.3 for w in task.get_weights()])
    tuner.compile(optimizer=keras.optimizers.Adam(0.01))
    return tuner


def evaluate(tuner, x, y=None, weight=None):
    return tuner.evaluate(x, y, sample_weight=weight, batch_size=8, verbose=0, return_dict=True)


def text_inputs(tuner, length):
    return kh.data.text_inputs(tuner.task, SHORT, length)


def cross_entropy(task, x, y, weight):
    logits = tiny_models.forward(task, x)
    log_probs = np.take_along_axis(tiny_models.log_softmax(logits), y[..., None], -1)[..., 0]
    return -(log_probs * weight).sum() / weight.sum()


def test_validation_loss_is_the_mean_over_real_tokens_without_the_objective(tuner):
    x, y, weight = kh.data.text_inputs(tuner.task, TEXTS)
    logs = evaluate(tuner, x, y, weight)
    assert logs["loss"] == pytest.approx(cross_entropy(tuner.task, x, y, weight), rel=1e-4)
    assert logs["loss_self_distillation"] > 0.01
    trained = tuner.fit(x, y, sample_weight=weight, batch_size=8, verbose=0).history
    expected = logs["loss"] + 100.0 * logs["loss_self_distillation"]
    assert trained["loss"][0] == pytest.approx(expected, rel=1e-4)


@quick_on_torch
def test_padding_changes_neither_loss_nor_objective(tuner):
    expected = evaluate(tuner, *text_inputs(tuner, 8))
    assert expected["loss_self_distillation"] > 1e-3
    assert evaluate(tuner, *text_inputs(tuner, 32)) == pytest.approx(expected, rel=1e-4)
    assert tuner.task.preprocessor.sequence_length == 16
    assert evaluate(tuner, SHORT) == pytest.approx(expected, rel=1e-4)


def test_texts_in_every_container_are_what_the_preprocessor_makes_of_them():
    task = tiny_models.gpt2(bpe=True)  # whose tokenizer takes no arrays
    x, y, weight = task.preprocessor(TEXTS)
    for given in (TEXTS, np.array(TEXTS), np.array(TEXTS, dtype=object)):
        made = preprocess(task, given)
        for a, b in zip(keras.tree.flatten(made), keras.tree.flatten((x, y, weight))):
            assert isinstance(a, np.ndarray) and a.dtype in ("int32", "float32")
            np.testing.assert_array_equal(a, keras.ops.convert_to_numpy(b))
    assert preprocess(task, *made) == made  # not twice


def test_predict_and_evaluate_on_texts(tuner):
    x, y, weight = preprocess(tuner.task, TEXTS)
    logits = tiny_models.forward(tuner.task, x)
    np.testing.assert_allclose(tuner.predict(TEXTS, verbose=0), logits, rtol=1e-4, atol=1e-4)
    logs = evaluate(tuner, TEXTS)
    assert logs["loss"] == pytest.approx(cross_entropy(tuner.task, x, y, weight), rel=1e-4)


@quick_on_torch
def test_validation_split_on_texts(tuner):
    before = evaluate(tuner, TEXTS[:6])
    split = tuner.fit(TEXTS, validation_split=0.25, batch_size=8, verbose=0).history
    expected = before["loss"] + 100.0 * before["loss_self_distillation"]
    assert split["loss"][0] == pytest.approx(expected, rel=1e-4)
    assert split["val_loss"][0] == pytest.approx(evaluate(tuner, TEXTS[6:])["loss"], rel=1e-4)


def test_the_base_model_does_not_learn(tuner):
    base = tuner.objectives[0].base_model
    before = base.get_weights()
    first = tuner.task.get_weights()
    tuner.trainable = True  # sets it for everything inside, until `compile`
    optimizer = keras.optimizers.Adam(0.01)
    tuner.compile(optimizer=optimizer)
    tuner.fit(TEXTS, batch_size=8, verbose=0)
    for a, b in zip(before, base.get_weights()):
        np.testing.assert_array_equal(a, b)
    assert not base.trainable_variables
    trained = tuner.task.trainable_variables
    assert [v.path for v in tuner.trainable_variables] == [v.path for v in trained]
    assert len(optimizer.variables) == 2 + 2 * len(trained)
    assert all(not np.array_equal(a, b) for a, b in zip(first, tuner.task.get_weights()))


@quick_on_torch
def test_lora_is_enabled_after_the_weights_are_kept():
    task = tiny_models.gpt2()
    tuner = kh.models.FineTuner(task, [kh.objectives.SelfDistillation()])
    task.backbone.enable_lora(2)
    before = tuner.objectives[0].base_model.get_weights()
    tuner.compile(optimizer=keras.optimizers.Adam(0.1))
    history = tuner.fit(TEXTS, batch_size=4, epochs=2, verbose=0).history
    assert history["loss"][1] < history["loss"][0]
    assert history["loss_self_distillation"][1] > 1e-4
    for a, b in zip(before, tuner.objectives[0].base_model.get_weights()):
        np.testing.assert_array_equal(a, b)


@quick_on_torch
def test_a_classifier_is_fine_tuned():
    labels = [0, 1] * 4
    task = tiny_models.bert_classifier()
    tuner = kh.models.FineTuner(task, [kh.objectives.SelfDistillation(0.1)])
    tuner.compile(optimizer=keras.optimizers.Adam(0.03))
    history = tuner.fit(
        TEXTS,
        labels,
        sample_weight=[1.0] * 7 + [0.0],
        validation_data=(TEXTS[:4], np.array(labels[:4])),
        batch_size=4,
        epochs=8,
        verbose=0,
    ).history
    assert history["loss"][-1] < 0.7 * history["loss"][0]
    assert history["val_sparse_categorical_accuracy"][-1] == 1.0
    assert history["loss_self_distillation"][-1] > 1e-3


@quick_on_torch
def test_an_lstm_is_fine_tuned_with_an_explicit_loss():
    model = tiny_models.lstm(length=6)
    tuner = kh.models.FineTuner(model, [kh.objectives.SelfDistillation(0.1)])
    with pytest.raises(ValueError, match="`loss` must be given: the task is not compiled"):
        tuner.compile(optimizer="adam")
    tuner.compile(
        optimizer=keras.optimizers.Adam(0.01),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    rows = np.array(
        [tiny_models.LetterTokenizer().encode(text[:7]) for text in TEXTS if len(text) > 6]
    )
    history = tuner.fit(rows[:, :-1], rows[:, 1:], epochs=6, batch_size=4, verbose=0).history
    assert history["loss"][-1] < 0.9 * history["loss"][0]
    assert history["loss_self_distillation"][-1] > 1e-3


def test_auto_takes_the_loss_of_a_compiled_model_that_is_no_hub_task():
    model = tiny_models.lstm(softmax=True)
    loss = keras.losses.SparseCategoricalCrossentropy()  # of probabilities
    model.compile(loss=loss)
    tuner = kh.models.FineTuner(model)
    tuner.compile()
    assert tuner.loss is loss


def test_what_is_a_dataset():
    for x in (["a"], ("a",), {"a": 1}, "a", np.zeros(2), keras.ops.zeros(2), None):
        assert not is_dataset(x)
    assert is_dataset(iter([1]))
    assert is_dataset(keras.utils.PyDataset())
    batches = iter([1])
    assert preprocess_dataset(tiny_models.gpt2(), batches) is batches


def test_wrong_arguments():
    task = tiny_models.lstm()
    objective = kh.objectives.SelfDistillation()
    with pytest.raises(TypeError, match="`task` must be a keras.Model. Received: task=3"):
        kh.models.FineTuner(3)
    with pytest.raises(TypeError, match="`objectives` must be a list of Objective"):
        kh.models.FineTuner(task, objective)
    with pytest.raises(TypeError, match="`objectives` must hold Objective only.*'l2'"):
        kh.models.FineTuner(task, ["l2"])
    with pytest.raises(ValueError, match="`objectives` must have distinct names"):
        kh.models.FineTuner(task, [objective, kh.objectives.SelfDistillation(2.0)])
    with pytest.raises(ValueError, match="must be built before its weights are kept.*built=False"):
        kh.models.FineTuner(keras.Sequential([keras.layers.Dense(2)]), [objective])


@pytest.mark.parametrize("name", ["Adam", "AdamW"])
def test_adam_does_nothing_in_pure_bfloat16_and_is_refused(name):
    tuner = kh.models.FineTuner(tiny_models.gpt2(dtype="bfloat16"))
    match = f"{name} with beta_2=0.999 does not move bfloat16 weights.*'mixed_bfloat16'.*<= 0.99"
    with pytest.raises(ValueError, match=match):
        tuner.compile(optimizer=name)
    with pytest.raises(ValueError, match="does not move bfloat16"):
        tuner.compile()
    tuner.compile(optimizer=keras.optimizers.Adam(0.05, beta_2=0.99))
    before = [np.array(w, "float32") for w in tuner.task.get_weights()]
    tuner.fit(TEXTS, batch_size=8, verbose=0)  # the way out works
    assert any(
        not np.array_equal(a, np.array(b, "float32"))
        for a, b in zip(before, tuner.task.get_weights())
    )


def test_sgd_in_bfloat16_and_adam_in_float32_or_mixed_precision_pass():
    kh.models.FineTuner(tiny_models.gpt2(dtype="bfloat16")).compile(optimizer="sgd")
    for dtype in ("float32", "mixed_bfloat16"):
        kh.models.FineTuner(tiny_models.gpt2(dtype=dtype)).compile(optimizer="adam")


@pytest.mark.skipif(
    not hasattr(keras.optimizers, "MultiOptimizer"), reason="this Keras has no MultiOptimizer"
)
@pytest.mark.parametrize("wrap", ["clip_counter", "layerwise", "loss_scale"])
def test_adam_in_pure_bfloat16_is_refused_within_other_optimizers_too(wrap):
    task = tiny_models.gpt2(dtype="bfloat16")
    adam = keras.optimizers.AdamW(0.05, clipnorm=1.0)
    optimizer = {
        "clip_counter": kh.schedules.ClipCounter,
        "layerwise": lambda inner: kh.schedules.layerwise_optimizer(inner, task),
        "loss_scale": keras.optimizers.LossScaleOptimizer,
    }[wrap](adam)
    with pytest.raises(ValueError, match="does not move bfloat16"):
        kh.models.FineTuner(task).compile(optimizer=optimizer)


def test_a_task_with_its_own_loss_is_not_measured_by_token_accuracy():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
    model.compile(loss="mse")
    tuner = kh.models.FineTuner(model)
    tuner.compile("sgd")
    rows = np.ones((4, 2), "float32")
    assert set(tuner.fit(rows, np.ones((4, 3)), verbose=0).history) == {"loss"}
    tuner.compile("sgd", loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    history = tuner.fit(rows, np.ones(4), verbose=0).history
    assert set(history) == {"loss", "sparse_categorical_accuracy"}


def test_several_outputs_and_validation_data_in_a_list():
    inputs = keras.Input((2,))
    heads = {name: keras.layers.Dense(1, name=name)(inputs) for name in "ab"}
    task = keras.Model(inputs, heads)
    losses = {"a": "mse", "b": "mae"}
    task.compile("sgd", loss=losses)
    x = np.ones((4, 2), "float32")
    y = {name: np.zeros((4, 1), "float32") for name in "ab"}
    for loss in ("auto", losses):
        tuner = kh.models.FineTuner(task)
        tuner.compile(keras.optimizers.SGD(0.0), loss=loss)
        history = tuner.fit(x, y, validation_data=[x, y], verbose=0).history
        assert history["val_loss"] == pytest.approx(history["loss"])
        assert history["loss"][0] == pytest.approx(task.evaluate(x, y, verbose=0)[0])
