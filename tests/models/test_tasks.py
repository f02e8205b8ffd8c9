"""Do the ready tasks train on raw strings, predict, save, load, and equal what numpy computes?"""

import functools
import os
import pathlib
import subprocess
import sys

import keras
import keras_hub
import numpy as np
import pytest
import tiny_models
from kinds import quick
from kinds import quick_on_torch

import keras_halluc as kh

pytestmark = pytest.mark.eager

VOCABULARY = [
    *["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"],
    *["the", "cat", "sat", "on", "mat", "paris", "is", "in", "france", "rome", "italy", "a", "dog"],
]
EAGER = keras.backend.backend() == "tensorflow"  # where one step is quicker so
TEXTS = ["the cat sat on the mat", "paris is in france", "rome is in italy", "a dog"]
OTHERS = ["a cat sat", "france is in paris", "rome is in france", "the dog"]


def tokenizer(kind):
    if kind in ("Bert", "DistilBert", "FNet"):
        return keras_hub.models.BertTokenizer(VOCABULARY, lowercase=True)
    vocabulary = tiny_models.byte_vocabulary("<|endoftext|>")
    return keras_hub.models.GPT2Tokenizer(vocabulary, tiny_models.MERGES)


def backbone(kind, dtype=None):
    """Backbones that differ in inputs and outputs, three times as large as drawn."""
    keras.utils.set_random_seed(1)
    settings = {
        "vocabulary_size": tokenizer(kind).vocabulary_size(),
        "num_layers": 1,
        "hidden_dim": 16,
        "intermediate_dim": 32,
        "dtype": dtype,
    }
    if kind == "Llama":
        settings |= {"num_query_heads": 2, "num_key_value_heads": 1}
    else:
        settings |= {"max_sequence_length": 64, "dropout": 0.0}
        settings |= {} if kind == "FNet" else {"num_heads": 2}
    model = getattr(keras_hub.models, f"{kind}Backbone")(**settings)
    model.set_weights([3.0 * weight for weight in model.get_weights()])
    return model


def classifier(kind="Bert", length=12, dtype=None):
    preprocessor = kh.models.TextPreprocessor(tokenizer(kind), length)
    return kh.models.SequenceClassifier(
        backbone(kind, dtype), 3, preprocessor, dropout=0.2, pooling="auto", abstain_below=0.5
    )


def regressor(kind="Bert", length=12, dtype=None):
    preprocessor = kh.models.TextPreprocessor(tokenizer(kind), length)
    return kh.models.SequenceRegressor(
        backbone(kind, dtype), preprocessor, minimum=-1.0, maximum=3.0, dropout=0.2, pooling="mean"
    )


def tagger(kind="Bert", length=12, dtype=None):
    preprocessor = kh.models.TaggingPreprocessor(tokenizer(kind), length)
    return kh.models.TokenTagger(backbone(kind, dtype), 3, preprocessor, dropout=0.2)


def entailment(kind="Bert", length=20, dtype=None, architecture="cross"):
    separately = architecture == "bi"
    preprocessor = kh.models.TextPreprocessor(tokenizer(kind), length, separately=separately)
    return kh.models.PairEntailment(
        backbone(kind, dtype),
        preprocessor,
        architecture,
        labels=("neutral", "entailment"),
        dropout=0.2,
        pooling="mean",
    )


def bi_entailment(kind="Bert", length=12, dtype=None):
    return entailment(kind, length, dtype, "bi")


def answerer(kind="Bert", length=20, dtype=None):
    preprocessor = kh.models.QuestionPreprocessor(
        tokenizer(kind), length, max_question_length=6, stride=None
    )
    return kh.models.ExtractiveQA(
        backbone(kind, dtype), preprocessor, max_answer_length=3, dropout=0.2
    )


def copier(kind="GPT2", length=36, dtype=None):
    preprocessor = kh.models.CopyPreprocessor(tokenizer(kind), length, target_length=8)
    return kh.models.PointerGeneratorSeq2Seq(
        backbone(kind, dtype), preprocessor, num_heads=2, dropout=0.2
    )


ANSWERS = {"answer_text": ["cat", "", "italy", ""], "answer_start": [4, -1, 11, -1]}
# Task, texts, labels, arguments beside backbone and preprocessor.
TASKS = {
    "classifier": (classifier, TEXTS, [0, 1, 2, 1]),
    "regressor": (regressor, (TEXTS, OTHERS), [0.5, -1.0, 2.5, 0.0]),
    "tagger": (tagger, TEXTS, [[(4, 7, 1)], [], [(0, 4, 2), (11, 16, 1)], []]),
    "entailment": (entailment, (TEXTS, OTHERS), [0, 1, 1, 0]),
    "bi-entailment": (bi_entailment, (TEXTS, OTHERS), [0, 1, 1, 0]),
    "answerer": (answerer, (OTHERS, TEXTS), ANSWERS),
    "copier": (copier, TEXTS, ["cat", "paris", "rome", "dog"]),
}
each_task = pytest.mark.parametrize("name", quick(TASKS, ["classifier"]))


def fitted(task, x, y, epochs=5, run_eagerly=False, **kwargs):
    task.compile(optimizer=keras.optimizers.AdamW(0.004, clipnorm=1.0), run_eagerly=run_eagerly)
    keras.utils.set_random_seed(3)
    settings = {"batch_size": 2, "epochs": epochs, "verbose": 0, "shuffle": False, **kwargs}
    return task.fit(x, y, **settings).history


def predict(task, x):
    return np.asarray(task.predict(x, verbose=0), "float32")


@functools.cache
def trained(name):
    """A task trained on raw strings, its history, and what it predicts; not to be changed."""
    make, x, y = TASKS[name]
    task = make()
    return task, fitted(task, x, y, validation_data=(x, y)), predict(task, x)


def same_weights(name, **kwargs):
    task = TASKS[name][0](**kwargs)
    task.set_weights(trained(name)[0].get_weights())
    return task


@pytest.mark.parametrize("name", quick(TASKS, ["classifier"]))
def test_trains_on_raw_strings_and_predicts(name):
    _, x, y = TASKS[name]
    task, history, predicted = trained(name)
    assert min(history["loss"][1:]) < history["loss"][0]
    assert all(np.isfinite(values).all() for values in history.values())
    assert predicted.shape[0] == len(TEXTS)
    measured = task.evaluate(x, y, batch_size=2, verbose=0, return_dict=True)
    assert measured["loss"] == pytest.approx(history["val_loss"][-1], rel=1e-4)


@quick_on_torch
@pytest.mark.parametrize(
    "name", quick(["classifier", "regressor", "tagger", "answerer"], ["classifier"])
)
def test_fine_tuner_gives_the_same_history(name):
    make, x, y = TASKS[name]
    _, own, predicted = trained(name)
    tuner = kh.models.FineTuner(make())
    wrapped = fitted(tuner, x, y, validation_data=(x, y))
    assert own.keys() == wrapped.keys()
    for key in own:
        np.testing.assert_allclose(own[key], wrapped[key], rtol=1e-4, err_msg=key)
    np.testing.assert_allclose(tuner.predict(x, verbose=0), predicted, rtol=1e-3, atol=1e-3)


@each_task
def test_eager_and_compiled_agree(name):
    task = same_weights(name)
    task.compile(run_eagerly=True)
    found = predict(task, TASKS[name][1])
    np.testing.assert_allclose(found, trained(name)[2], rtol=1e-4, atol=1e-4)


@each_task
def test_more_padding_changes_nothing(name):
    x = TASKS[name][1]
    short, _, a = trained(name)
    b = predict(same_weights(name, length=48), x)
    if name == "answerer":
        a, b = a.transpose(0, 2, 1), b.transpose(0, 2, 1)
    if a.ndim == 3:
        real = short.preprocess_samples(x)["padding_mask"].astype(bool)
        a, b = a[real], b[:, : a.shape[1]][real]
    np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-4)


@each_task
def test_keras_file_and_preset(name, tmp_path):
    x = TASKS[name][1]
    task, _, expected = trained(name)
    task.save(tmp_path / "task.keras")
    loaded = keras.saving.load_model(tmp_path / "task.keras")
    np.testing.assert_allclose(predict(loaded, x), expected, rtol=1e-5, atol=1e-5)
    assert type(loaded) is type(task) and int(loaded.optimizer.iterations) == 10
    assert float(loaded.optimizer.learning_rate) == pytest.approx(0.004)
    assert isinstance(loaded.optimizer, keras.optimizers.AdamW)
    task.save_to_preset(tmp_path / "preset")
    again = type(task).from_preset(tmp_path / "preset")
    np.testing.assert_allclose(predict(again, x), expected, rtol=1e-5, atol=1e-5)
    for other in (loaded, again):
        for key, value in task.get_config().items():
            if key not in ("backbone", "preprocessor", "name"):
                assert other.get_config()[key] == value, key


@pytest.mark.parametrize(
    "kind, name",
    quick(
        [
            ("DistilBert", "classifier"),
            ("FNet", "answerer"),
            ("GPT2", "tagger"),
            ("GPT2", "answerer"),
            ("Llama", "classifier"),
            ("Llama", "copier"),
        ],
    ),
)
def test_any_text_backbone(kind, name):
    make, x, y = TASKS[name]
    length = 12 if tokenizer(kind).vocabulary_size() < 100 else 40  # bytes are many
    task = make(kind, length=length)
    history = fitted(task, x, y, run_eagerly=EAGER)
    assert min(history["loss"][1:]) < history["loss"][0]


@quick_on_torch
@pytest.mark.parametrize("name", quick(["classifier", "answerer", "copier"], ["classifier"]))
def test_mixed_precision(name):
    _, x, y = TASKS[name]
    task = same_weights(name, dtype="mixed_bfloat16")
    assert keras.backend.standardize_dtype(task.output.dtype) == "float32"
    a, b = trained(name)[2], predict(task, x)
    near = np.abs(a) < 1e6  # what is not allowed is -1e9 in both
    assert np.abs(a[near] - b[near]).mean() < 0.05 * np.abs(a[near]).max()
    assert np.isfinite(fitted(task, x, y, epochs=1, run_eagerly=EAGER)["loss"]).all()


FRESH = """
import sys
import numpy as np
import keras
import keras_halluc as kh
for path in sys.argv[2:]:
    loaded = keras.saving.load_model(path)
    value = float(np.asarray(loaded.predict(eval(sys.argv[1]), verbose=0)).sum())
    print("LOADED", type(loaded).__name__, value)
"""


@pytest.mark.slow
def test_a_new_process_loads_it_by_importing_the_package(tmp_path):
    task = classifier()
    tuner = kh.models.FineTuner(task)
    tuner.compile()
    task.save(tmp_path / "task.keras")
    tuner.save(tmp_path / "tuner.keras")
    paths = [str(tmp_path / f"{name}.keras") for name in ("task", "tuner")]
    found = subprocess.run(
        [sys.executable, "-c", FRESH, repr(TEXTS), *paths],
        env={**os.environ, "PYTHONPATH": str(pathlib.Path(kh.__file__).parents[1])},
        capture_output=True,
        text=True,
    )
    assert found.returncode == 0, found.stderr[-2000:]
    lines = [line.split() for line in found.stdout.splitlines() if line.startswith("LOADED")]
    assert [name for _, name, _ in lines] == ["SequenceClassifier", "FineTuner"]
    expected = pytest.approx(float(predict(task, TEXTS).sum()), rel=1e-4, abs=1e-4)
    assert [float(value) for _, _, value in lines] == [expected, expected]


def features(task, x):
    """Outputs of the backbone and the mask, as numpy arrays."""
    rows = task.preprocess_samples(x)
    own = {name: rows[name] for name in task.backbone.input}
    outputs = task.backbone.predict(own, verbose=0)
    return outputs, rows["padding_mask"].astype("float64")


def dense(head):
    kernel, bias = (keras.ops.convert_to_numpy(w) for w in head.dense.weights)
    return kernel.astype("float64"), bias.astype("float64")


def mean_by_hand(outputs, mask):
    tokens = outputs["sequence_output"] if isinstance(outputs, dict) else outputs
    return np.einsum("bsh,bs->bh", tokens, mask) / mask.sum(1, keepdims=True)


def test_classifier_by_hand():
    task = classifier()
    outputs, _ = features(task, TEXTS)
    kernel, bias = dense(task.head)
    expected = outputs["pooled_output"] @ kernel + bias
    np.testing.assert_allclose(predict(task, TEXTS), expected, rtol=1e-4, atol=1e-4)


@quick_on_torch
@pytest.mark.parametrize("pooling", ["first", "last", "mean", "auto"])
def test_pooling_by_hand(pooling):
    preprocessor = kh.models.TextPreprocessor(tokenizer("GPT2"), 30)
    task = kh.models.SequenceClassifier(backbone("GPT2"), 2, preprocessor, pooling=pooling)
    tokens, mask = features(task, TEXTS)
    last = mask.sum(1).astype(int) - 1
    pooled = {"first": tokens[:, 0], "last": tokens[np.arange(len(tokens)), last]}
    kernel, bias = dense(task.head)
    expected = pooled.get(pooling, mean_by_hand(tokens, mask)) @ kernel + bias
    np.testing.assert_allclose(predict(task, TEXTS), expected, rtol=1e-4, atol=1e-4)


def test_regressor_by_hand():
    task = regressor()
    x = (TEXTS, OTHERS)
    kernel, bias = dense(task.head)
    value = mean_by_hand(*features(task, x)) @ kernel + bias
    expected = -1.0 + 4.0 / (1.0 + np.exp(-value))
    np.testing.assert_allclose(predict(task, x), expected, rtol=1e-4, atol=1e-4)


@quick_on_torch
def test_bi_encoder_by_hand():
    task = bi_entailment()
    pooled = []
    for column in (TEXTS, OTHERS):
        preprocessor = kh.models.TextPreprocessor(tokenizer("Bert"), 12)
        rows = preprocessor(column)
        outputs = task.backbone.predict(rows, verbose=0)
        pooled.append(mean_by_hand(outputs, rows["padding_mask"].astype("float64")))
    u, v = pooled
    kernel, bias = dense(task.head)
    expected = np.concatenate([u, v, np.abs(u - v), u * v], axis=-1) @ kernel + bias
    np.testing.assert_allclose(predict(task, (TEXTS, OTHERS)), expected, rtol=1e-4, atol=1e-4)
    probs = np.exp(tiny_models.log_softmax(expected))[:, 1]  # of "entailment"
    np.testing.assert_allclose(task.score(TEXTS, OTHERS), probs, rtol=1e-4, atol=1e-4)


def test_answerer_by_hand():
    task = answerer()
    x = (OTHERS, TEXTS)
    rows = task.preprocess_samples(x)
    outputs, _ = features(task, x)
    kernel, bias = dense(task.head)
    expected = (outputs["sequence_output"] @ kernel + bias).transpose(0, 2, 1)
    allowed = rows["context_mask"].astype(bool)
    allowed[:, 0] = True
    expected = np.where(allowed[:, None], expected, -1e9)
    np.testing.assert_allclose(predict(task, x), expected, rtol=1e-4, atol=1e-4)


@quick_on_torch
def test_classifier_calibrates_decides_and_keeps_it(tmp_path):
    task = classifier()
    fitted(task, TEXTS, [0, 1, 2, 1], epochs=8)
    before = predict(task, TEXTS)
    classes = before.argmax(axis=-1)
    classes[0] = (classes[0] + 1) % 3  # better than chance, and not without fault
    temperature = task.calibrate(TEXTS, classes)
    np.testing.assert_allclose(predict(task, TEXTS), before / temperature, rtol=1e-4, atol=1e-5)
    classes, probs = task.classify(TEXTS)
    by_hand = np.exp(tiny_models.log_softmax(before / temperature))
    np.testing.assert_allclose(probs, by_hand.max(-1), rtol=1e-4)
    assert classes.tolist() == np.where(by_hand.max(-1) >= 0.5, by_hand.argmax(-1), -1).tolist()
    task.abstain_below = 1.0
    assert (task.classify(TEXTS)[0] == -1).all()
    with pytest.raises(ValueError, match="`abstain_below` must be <= 1.0"):
        task.abstain_below = 1.1
    task.save_to_preset(tmp_path / "preset")
    again = kh.models.SequenceClassifier.from_preset(tmp_path / "preset")
    np.testing.assert_allclose(predict(again, TEXTS), predict(task, TEXTS), rtol=1e-5, atol=1e-5)
    assert again.abstain_below == 1.0


@quick_on_torch
def test_answerer_tunes_its_threshold_and_keeps_it(tmp_path):
    task = answerer()
    margins = [found["margin"] for found in task.answer(OTHERS, TEXTS)]
    spans = [found["text"] for found in task.answer(OTHERS, TEXTS, threshold=1e9)]
    low, high = np.argsort(margins)[[0, -1]]
    answers = ["" if i == high else text for i, text in enumerate(spans)]
    threshold = task.tune_threshold(OTHERS, TEXTS, answers)
    assert margins[low] < threshold == task.threshold < margins[high]
    assert [found["text"] for found in task.answer(OTHERS, TEXTS)] == answers
    task.save_to_preset(tmp_path / "preset")
    again = kh.models.ExtractiveQA.from_preset(tmp_path / "preset")
    assert again.threshold == threshold
    with pytest.raises(ValueError, match="with an answer and questions without.*4 of 4"):
        task.tune_threshold(OTHERS, TEXTS, spans)
    with pytest.raises(ValueError, match="same length.*'answers': 3"):
        task.tune_threshold(OTHERS, TEXTS, answers[:3])


@quick_on_torch
def test_presets_of_others_and_new_heads(tmp_path):
    """A task of KerasHub gives backbone and tokenizer; more classes give a new head."""
    tiny_models.bert_classifier().save_to_preset(tmp_path / "bert")
    task = kh.models.TokenTagger.from_preset(tmp_path / "bert", num_classes=4)
    assert task.preprocessor.sequence_length == 16  # as many positions as the backbone has
    assert predict(task, TEXTS).shape == (4, 16, 4)
    pair = kh.models.PairEntailment.from_preset(tmp_path / "bert", architecture="bi")
    assert pair.preprocessor.separately and pair.score(TEXTS, OTHERS).shape == (4,)
    tiny_models.bart().save_to_preset(tmp_path / "bart")
    copier = kh.models.PointerGeneratorSeq2Seq.from_preset(tmp_path / "bart", sequence_length=20)
    assert copier.preprocessor.encoder_decoder and copier.preprocessor.sequence_length == 20
    classifier().save_to_preset(tmp_path / "own")
    more = kh.models.SequenceClassifier.from_preset(
        tmp_path / "own", num_classes=5, sequence_length=9
    )
    assert predict(more, TEXTS).shape == (4, 5) and more.preprocessor.sequence_length == 9
    shared = kh.models.SequenceClassifier.from_preset(tmp_path / "own", load_weights=False)
    assert np.abs(predict(shared, TEXTS) - predict(classifier(), TEXTS)).max() > 1e-3


@quick_on_torch
def test_batches_and_arrays_pass():
    task = classifier()
    task.compile(run_eagerly=True)
    x = task.preprocess_samples(TEXTS)
    np.testing.assert_allclose(predict(task, x), predict(task, TEXTS), rtol=1e-6)
    batches = ((x, np.array([0, 1, 2, 1])) for _ in range(2))
    history = task.fit(batches, verbose=0, steps_per_epoch=2, validation_data=(TEXTS, [0, 1, 2, 1]))
    assert "val_loss" in history.history
    loss = task.train_on_batch(TEXTS, [0, 1, 2, 1])
    assert np.isfinite(loss).all() and np.asarray(task.predict_on_batch(TEXTS)).shape == (4, 3)


@quick_on_torch
def test_errors():
    task = classifier()
    with pytest.raises(ValueError, match=r"`y` must hold integers in \[0, 3\).*from 0 to 3"):
        task.fit(TEXTS, [0, 1, 2, 3], verbose=0)
    with pytest.raises(ValueError, match="`preprocessor.sequence_length` must be at most 64"):
        classifier(length=65)
    with pytest.raises(TypeError, match="`backbone` must be a KerasHub text backbone.*Received"):
        kh.models.TokenTagger(tiny_models.bart().backbone, 2)
    with pytest.raises(ValueError, match="separately=True for a bi-encoder"):
        kh.models.PairEntailment(backbone("Bert"), task.preprocessor, "bi")
    with pytest.raises(ValueError, match="`labels` must be at least two distinct names"):
        kh.models.PairEntailment(backbone("Bert"), labels=("yes", "no"))
    with pytest.raises(ValueError, match="`architecture` must be 'cross'"):
        bi_entailment().calibrate(TEXTS, OTHERS, [0, 1, 1, 0])
    with pytest.raises(ValueError, match="`architecture` must be one of"):
        kh.models.PairEntailment(backbone("Bert"), architecture="both")
    with pytest.raises(ValueError, match="a token of this one depends on the token after it"):
        kh.models.PointerGeneratorSeq2Seq(backbone("Bert"))
    with pytest.raises(ValueError, match="encoder_decoder=False for this backbone"):
        kh.models.PointerGeneratorSeq2Seq(
            backbone("GPT2"), kh.models.CopyPreprocessor(tokenizer("GPT2"), encoder_decoder=True)
        )


@quick_on_torch
def test_a_weight_of_a_question_is_that_of_both_ends():
    task = answerer()
    task.compile("sgd")
    questions, contexts = ["the cat"] * 2, ["the cat sat", "rome is in italy"]
    labels = {"answer_text": ["cat", "italy"], "answer_start": [4, 11]}

    def loss(rows, **kwargs):
        x = [questions[i] for i in rows], [contexts[i] for i in rows]
        y = {key: [values[i] for i in rows] for key, values in labels.items()}
        return task.evaluate(x, y, verbose=0, return_dict=True, **kwargs)["loss"]

    first, second = loss([0]), loss([1])
    assert first != pytest.approx(second, rel=1e-4)
    weighted = loss([0, 1, 0], sample_weight=[1.0, 0.0, 3.0])
    assert weighted == pytest.approx(first, rel=1e-5)
    x = questions * 2, contexts * 2
    y = {key: values * 2 for key, values in labels.items()}
    history = task.fit(x, y, sample_weight=[1.0] * 4, verbose=0).history
    assert np.isfinite(history["loss"]).all()
