"""Is the lookback ratio that of the attention of one full forward pass?"""

import keras
import numpy as np
import pytest
import tiny_models
from kinds import quick_on_torch
from scripted import case_list

import keras_halluc as kh
from keras_halluc._types import Case
from keras_halluc.callbacks import AttentionMonitor

pytestmark = pytest.mark.eager

PROMPTS = ["paris is in", "the cat", "who is in rome"]


@pytest.fixture(scope="module")
def task():
    return tiny_models.gpt2()


def make(task, **kwargs):
    generator = kh.generation.TaskGenerator(task, max_new_tokens=4, batch_size=4)
    cases = [Case(prompt, id=f"case {i}") for i, prompt in enumerate(PROMPTS)]
    monitor = AttentionMonitor(cases, generator, verbose=0, budget=None, strict=True, **kwargs)
    monitor.set_model(task)
    return monitor


def slow_ratio(task, prompt, output):
    """From Keras' own explicit attention, row by row."""
    head = tiny_models.prompt_ids(task, [prompt])[0]
    tail = [int(i) for i in task.preprocessor.tokenizer(output)]
    ids = np.array([head + tail], "int32")
    with kh.internals.captured_attention() as captured:
        task.backbone({"token_ids": ids, "padding_mask": np.ones_like(ids)}, training=False)
    ratios = []
    for weights in captured:
        weights = keras.ops.convert_to_numpy(weights)[0].astype("float64")
        for one in weights:
            for query in range(len(head), len(head) + len(tail)):
                a = one[query, : len(head)].mean()
                b = one[query, len(head) : query + 1].mean()
                ratios.append(a / (a + b))
    return np.mean(ratios)


@quick_on_torch
def test_value_is_that_of_the_definition(task):
    monitor = make(task)
    monitor.on_train_begin()
    expected = [slow_ratio(task, a.case.prompt, a.output) for a in monitor.answers]
    estimate = monitor.baseline["lookback_ratio"]
    assert estimate.value == pytest.approx(np.mean(expected), rel=1e-4)
    assert estimate.low < estimate.value < estimate.high and estimate.count == 3
    assert len({round(ratio, 4) for ratio in expected}) == 3
    logs = {}
    monitor.on_epoch_end(0, logs)
    assert logs["lookback_ratio"] == pytest.approx(estimate.value, rel=1e-5)


def test_tensorboard(task, tmp_path, read_events):
    monitor = make(task, log_dir=tmp_path, pictures=1)
    monitor.on_train_begin()
    events = read_events(tmp_path / "attention")
    images = [tag for tag in events if tag.startswith(("lookback/", "attention/"))]
    images = [tag for tag in images if not tag.endswith("/tokens")]
    size = {tag: tuple(map(int, events[tag][0][1][:2])) for tag in images}
    assert size["lookback/heads"] == (24, 12)  # width of two heads, height of one layer
    answer = monitor.answers[0]
    head = len(tiny_models.prompt_ids(task, [answer.case.prompt])[0])
    tail = len(task.preprocessor.tokenizer(answer.output))
    assert size["attention/case 0"] == (12 * (head + 1 + tail), 12 * tail)
    assert "attention/case 1" not in events
    cells = np.vectorize(lambda cell: cell.decode())(events["attention/case 0/tokens"][0][1])
    assert cells.shape == (max(head, tail) + 1, 2)


def test_weights_in_a_picture_are_causal_and_sum_to_one(task):
    monitor = make(task)
    monitor.on_train_begin()
    answer = monitor.answers[0]
    weights, tokens = monitor._lookback.picture(answer.case.prompt, answer.output)
    assert len(tokens) == weights.shape[1]
    np.testing.assert_allclose(np.nansum(weights, axis=1), 1.0, rtol=1e-5)
    before = weights.shape[1] - weights.shape[0]
    for i, row in enumerate(weights):
        assert np.isnan(row[before + i + 1 :]).all() and not np.isnan(row[: before + i + 1]).any()


def test_empty_answers_are_left_out(task, monkeypatch):
    monitor = make(task)
    said = iter([["", " cat", ""], ["", "", ""]])
    monkeypatch.setattr(monitor.generator, "generate", lambda prompts: next(said))
    monitor.on_train_begin()
    assert monitor.baseline["lookback_ratio"].count == 1
    logs = {}
    monitor.on_epoch_end(0, logs)
    assert logs == {}


@quick_on_torch
@pytest.mark.parametrize("kind", ["function", "seq2seq"])
def test_models_whose_attention_cannot_be_read(kind):
    if kind == "seq2seq":
        pytest.importorskip("tensorflow", reason="KerasHub detokenises for it with TensorFlow")
    generator = tiny_models.bart() if kind == "seq2seq" else lambda prompts: list(prompts)
    monitor = AttentionMonitor(case_list(2), generator, verbose=0)
    with pytest.raises(TypeError, match="Attention can be read only of a KerasHub CausalLM"):
        monitor.on_train_begin()
