"""Is the task, its training and every random state as before, whatever was generated?"""

import random

import keras
import numpy as np
import pytest
import tiny_models

import keras_halluc as kh
from keras_halluc.generation import TaskGenerator
from keras_halluc.generation import task_generator

COMPILED = keras.backend.backend() != "torch"


@pytest.fixture(scope="module")
def task():
    return tiny_models.gpt2(dropout=0.2)


def draws():
    """What each global random state gives next."""
    values = [random.random(), *np.random.rand(2), *keras.ops.convert_to_numpy(keras.random.normal((2,)))]
    if keras.backend.backend() == "torch":
        import torch

        values.append(float(torch.rand(())))
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        values.append(float(tf.random.uniform(())))
    return [float(value) for value in values]


def use(generator):
    generator.generate(["the", "rome"])
    generator.sample(["the"], 2, seed=4)
    generator.score(["the"], [" cat"])


def test_random_states_and_weights_are_as_before(task):
    before = [np.array(weight) for weight in task.get_weights()]
    states = [np.array(keras.ops.convert_to_numpy(v)) for v in task.non_trainable_variables]
    keras.utils.set_random_seed(5)
    expected = draws()
    keras.utils.set_random_seed(5)
    generator = TaskGenerator(task, max_new_tokens=3, batch_size=2)
    use(generator)
    assert draws() == expected
    keras.utils.set_random_seed(5)
    use(generator)
    assert draws() == expected
    for old, new in zip(before, task.get_weights()):
        np.testing.assert_array_equal(old, new)
    assert states  # the seeds of dropout
    for old, new in zip(states, task.non_trainable_variables):
        np.testing.assert_array_equal(old, keras.ops.convert_to_numpy(new))


def test_samples_do_not_depend_on_the_global_seed(task):
    generator = TaskGenerator(task, max_new_tokens=3, batch_size=2)
    keras.utils.set_random_seed(1)
    first = generator.sample(["the"], 4, seed=3)
    keras.utils.set_random_seed(2)
    draws()
    assert generator.sample(["the"], 4, seed=3) == first
    assert TaskGenerator(task, max_new_tokens=3, batch_size=2).sample(["the"], 4, seed=3) == first


def test_the_tasks_own_sampler_and_function_come_back(task):
    generator = TaskGenerator(task, max_new_tokens=3, batch_size=2)
    task.compile(sampler="top_k")
    task.generate(["the"], max_length=8)
    sampler, function, optimizer = task.sampler, task.generate_function, task.optimizer
    assert function is not None
    use(generator)
    assert task.sampler is sampler
    assert task.generate_function is function
    assert task.optimizer is optimizer


def test_they_come_back_when_generation_fails(task, monkeypatch):
    generator = TaskGenerator(task, max_new_tokens=3, batch_size=2)
    task.compile(sampler="top_k")
    sampler = task.sampler

    def fails(*args, **kwargs):
        assert task.sampler is not sampler  # ours is in place by now
        raise RuntimeError("out of memory")

    with monkeypatch.context() as patch:
        patch.setattr(task.preprocessor, "generate_postprocess", fails)
        for call in (generator.generate, lambda prompts: generator.sample(prompts, 2)):
            with pytest.raises(RuntimeError, match="out of memory"):
                call(["the"])
            assert task.sampler is sampler
            assert task.generate_function is None
    assert generator.generate(["the"]) == TaskGenerator(task, 3, 2).generate(["the"])


def test_a_task_that_was_never_compiled_stays_so():
    task = tiny_models.gpt2()
    bare = type(task)(task.backbone, task.preprocessor)
    bare.compiled = False
    for name in ("sampler", "generate_function"):
        if hasattr(bare, name):
            delattr(bare, name)
    use(TaskGenerator(bare, max_new_tokens=2, batch_size=2))
    assert not hasattr(bare, "sampler")
    assert not hasattr(bare, "generate_function")


def count_traces(task, monkeypatch):
    """Counts, on TensorFlow and JAX, how often generation and scoring are traced."""
    count = {"generate": 0, "score": 0}
    step, logits = task.generate_step, task_generator._task_logits

    def counted_step(inputs, stop_token_ids=None):
        count["generate"] += 1
        return step(inputs, stop_token_ids)

    def counted_logits(task, inputs):
        count["score"] += 1
        return logits(task, inputs)

    object.__setattr__(task, "generate_step", counted_step)
    monkeypatch.setattr(task_generator, "_task_logits", counted_logits)
    return count


@pytest.mark.skipif(not COMPILED, reason="torch runs eagerly: nothing is traced")
def test_nothing_is_traced_again_after_first_use(task, monkeypatch):
    count = count_traces(task, monkeypatch)
    try:
        generator = TaskGenerator(task, max_new_tokens=4, batch_size=2)
        generator.generate(["the cat sat"])
        generator.sample(["the cat sat"], 1)
        generator.score(["the cat sat", "b"], [" on the", "c"])
        first = dict(count)
        assert min(first.values()) >= 1
        generator.generate(["a", "b", "c", "巴黎"])
        generator.sample(["a", "b", "c"], 3, seed=8)
        generator.score(["a"], ["b"])
        generator.score(["the cat", "a", "rome"], [" on the", "b", "c"])
        generator.generate(["the cat sat"])
        assert count == first
        generator.generate(["the cat sat on the mat"])  # a longer prompt, once more
        assert count["generate"] == first["generate"] + 1
        generator.generate(["the"])
        assert count["generate"] == first["generate"] + 1
    finally:
        object.__delattr__(task, "generate_step")


class Ask(keras.callbacks.Callback):
    """Generates, samples and scores at the end of epochs, or after every second batch."""

    def __init__(self, generator, every):
        super().__init__()
        self.generator, self.every, self.steps = generator, every, 0
        self.answers, self.traces = [], []

    def ask(self):
        self.model  # noqa: B018  brings the weights up to date on JAX
        texts = self.generator.generate(["the cat", "rome", "a"])
        texts += self.generator.sample(["rome"], 2)[0]
        total = float(self.generator.score(["the cat"], [" sat"]).log_probs.sum())
        self.answers.append((texts, total))
        self.traces.append(dict(self.count))

    def on_train_batch_end(self, batch, logs=None):
        self.steps += 1
        if self.every == "batch" and self.steps % 2 == 0:
            self.ask()

    def on_epoch_end(self, epoch, logs=None):
        if self.every == "epoch":
            self.ask()


@pytest.mark.parametrize("wrapped", [False, True])
def test_inside_fit_the_history_is_bit_equal_and_nothing_is_traced_again(
    task, monkeypatch, wrapped
):
    x, y, weight = kh.data.text_inputs(task, tiny_models.TEXTS, 24)
    start = task.get_weights()
    seeds = [keras.ops.convert_to_numpy(v) for v in task.non_trainable_variables]
    count = count_traces(task, monkeypatch)
    preprocessor = task.preprocessor

    def run(every):
        task.set_weights(start)
        for variable, value in zip(task.non_trainable_variables, seeds):
            variable.assign(value)
        keras.utils.set_random_seed(3)
        model = kh.models.FineTuner(task) if wrapped else task
        model.compile(
            optimizer=keras.optimizers.Adam(0.01),
            loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        )
        ask = Ask(TaskGenerator(task, max_new_tokens=4, batch_size=2), every)
        ask.count = count
        fit = model.fit if wrapped else lambda *a, **k: keras.Model.fit(task, *a, **k)
        history = fit(
            x, y, sample_weight=weight, batch_size=2, epochs=2, verbose=0, callbacks=[ask]
        )
        return history.history, task.get_weights(), ask

    try:
        plain, weights, _ = run(None)
        for every, times in (("epoch", 2), ("batch", 4)):
            history, after, ask = run(every)
            assert history == plain
            for a, b in zip(weights, after):
                np.testing.assert_array_equal(a, b)
            assert len(ask.answers) == times
            assert len({total for _, total in ask.answers}) == times  # it sees the new weights
            if COMPILED:
                assert all(traces == ask.traces[0] for traces in ask.traces)
            assert task.preprocessor is preprocessor
    finally:
        object.__delattr__(task, "generate_step")
        task.set_weights(start)
