"""Is the task, its training and every random state as before, whatever was generated?"""

import random

import keras
import numpy as np
import pytest
import tiny_models
from kinds import quick
from kinds import quick_on_torch

import keras_halluc as kh
from keras_halluc.generation import TaskGenerator
from keras_halluc.generation import task_generator

COMPILED = keras.backend.backend() != "torch"


TRACES = {"generate": 0, "score": 0}


@pytest.fixture(scope="module")
def task():
    """A task that counts in `TRACES` how often generation and scoring are traced."""
    task = tiny_models.gpt2(dropout=0.2)
    step, logits = task.generate_step, task_generator._task_logits

    def counted_step(inputs, stop_token_ids=None):
        TRACES["generate"] += 1
        return step(inputs, stop_token_ids)

    def counted_logits(task, inputs):
        TRACES["score"] += 1
        return logits(task, inputs)

    object.__setattr__(task, "generate_step", counted_step)
    task_generator._task_logits = counted_logits
    yield task
    task_generator._task_logits = logits


@pytest.fixture(scope="module")
def generator(task):
    return TaskGenerator(task, max_new_tokens=3, batch_size=2)


def draws():
    """What each global random state gives next."""
    values = [
        random.random(),
        *np.random.rand(2),
        *keras.ops.convert_to_numpy(keras.random.normal((2,))),
    ]
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


@quick_on_torch
def test_random_states_and_weights_are_as_before(task, generator):
    before = [np.array(weight) for weight in task.get_weights()]
    states = [np.array(keras.ops.convert_to_numpy(v)) for v in task.non_trainable_variables]
    keras.utils.set_random_seed(5)
    expected = draws()
    for _ in range(2):  # the first use compiles
        keras.utils.set_random_seed(5)
        use(generator)
        assert draws() == expected
    for old, new in zip(before, task.get_weights()):
        np.testing.assert_array_equal(old, new)
    assert states  # the seeds of dropout
    for old, new in zip(states, task.non_trainable_variables):
        np.testing.assert_array_equal(old, keras.ops.convert_to_numpy(new))


def test_samples_do_not_depend_on_the_global_seed(generator):
    keras.utils.set_random_seed(1)
    first = generator.sample(["the"], 4, seed=3)
    keras.utils.set_random_seed(2)
    draws()
    assert generator.sample(["the"], 4, seed=3) == first


@quick_on_torch
def test_the_tasks_own_sampler_and_function_come_back(task, generator):
    task.compile(sampler="top_k")
    task.generate(["the"], max_length=8)
    sampler, function, optimizer = task.sampler, task.generate_function, task.optimizer
    assert function is not None
    use(generator)
    assert task.sampler is sampler
    assert task.generate_function is function
    assert task.optimizer is optimizer


def test_they_come_back_when_generation_fails(task, generator, monkeypatch):
    expected = generator.generate(["the"])
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
    assert generator.generate(["the"]) == expected


@quick_on_torch
def test_a_task_that_was_never_compiled_stays_so():
    task = tiny_models.gpt2()
    bare = type(task)(task.backbone, task.preprocessor)
    bare.compiled = False
    for name in ("sampler", "generate_function"):
        if hasattr(bare, name):
            delattr(bare, name)
    TaskGenerator(bare, max_new_tokens=2, batch_size=2).generate(["the"])
    assert not hasattr(bare, "sampler")
    assert not hasattr(bare, "generate_function")


@pytest.mark.skipif(not COMPILED, reason="torch runs eagerly: nothing is traced")
def test_nothing_is_traced_again_after_first_use(task):
    generator = TaskGenerator(task, max_new_tokens=3, batch_size=2)
    before = dict(TRACES)
    generator.generate(["the cat sat"])
    generator.sample(["the cat sat"], 1)
    generator.score(["the cat sat", "b"], [" on the", "c"])
    first = dict(TRACES)
    assert first["generate"] >= before["generate"] + 2
    assert first["score"] > before["score"]
    generator.generate(["a", "b", "c", "巴黎"])
    generator.sample(["a", "b", "c"], 3, seed=8)
    generator.score(["a"], ["b"])
    generator.score(["the cat", "a", "rome"], [" on the", "b", "c"])
    generator.generate(["the cat sat"])
    assert first == TRACES
    generator.generate(["the cat sat on the mat"])  # a longer prompt: once more
    generator.generate(["the"])
    assert TRACES["generate"] == first["generate"] + 1


class Ask(keras.callbacks.Callback):
    """Generates, samples and scores after every second batch and at the end of epochs."""

    def __init__(self, generator):
        super().__init__()
        self.generator, self.steps = generator, 0
        self.totals, self.traces = [], []

    def ask(self):
        self.model  # noqa: B018  brings the weights up to date on JAX
        self.generator.generate(["the cat", "rome", "a"])
        self.generator.sample(["rome"], 2)
        self.totals.append(float(self.generator.score(["the cat"], [" sat"]).log_probs.sum()))
        self.traces.append(dict(TRACES))

    def on_train_batch_end(self, batch, logs=None):
        self.steps += 1
        if self.steps % 2 == 0:
            self.ask()

    def on_epoch_end(self, epoch, logs=None):
        self.ask()


@quick_on_torch
def test_inside_fit_the_history_is_bit_equal_and_nothing_is_traced_again(task, generator):
    x, y, weight = kh.data.text_inputs(task, tiny_models.TEXTS, 24)
    start = task.get_weights()
    seeds = [keras.ops.convert_to_numpy(v) for v in task.non_trainable_variables]

    def run(wrapped, asks):
        task.set_weights(start)
        for variable, value in zip(task.non_trainable_variables, seeds):
            variable.assign(value)
        keras.utils.set_random_seed(3)
        model = kh.models.FineTuner(task) if wrapped else task
        model.compile(
            optimizer=keras.optimizers.Adam(0.01),
            loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        )
        ask = Ask(generator)
        arguments = {"batch_size": 3, "epochs": 2, "verbose": 0, "callbacks": [ask] * asks}
        fit = kh.models.FineTuner.fit if wrapped else keras.Model.fit
        history = fit(model, x, y, sample_weight=weight, **arguments)
        return history.history, task.get_weights(), ask

    history, weights, _ = run(wrapped=False, asks=False)
    assert history["loss"][1] < history["loss"][0]
    traces = []
    for wrapped in (False, True):
        again, after, ask = run(wrapped, asks=True)
        assert again == history
        for a, b in zip(weights, after):
            np.testing.assert_array_equal(a, b)
        # after batches 2, 3, 4, 6 and 6: the last two see the same weights
        assert len(ask.totals) == 5 and len(set(ask.totals)) == 4
        traces += ask.traces
    if COMPILED:
        assert all(trace == traces[0] for trace in traces)
    task.set_weights(start)


@pytest.mark.parametrize("change", quick(["lora", "int8"]))
def test_what_is_kept_follows_a_task_that_gets_other_variables(change):
    """The old graph would read the old variables: with adapters, those of the base model."""
    task = tiny_models.gpt2()
    prompts, said = ["the", "rome", "a cat"], [" cat", " dog", " sat"]
    kept = TaskGenerator(task, max_new_tokens=4, batch_size=2)
    before = kept.score(prompts, said).log_probs
    kept.generate(prompts)
    if change == "lora":
        kh.models.enable_lora(task, rank=2)
        for variable in task.trainable_variables:
            variable.assign(variable + 0.3)
    else:
        task.quantize("int8")
    fresh = TaskGenerator(task, max_new_tokens=4, batch_size=2)
    expected = fresh.score(prompts, said).log_probs
    assert np.abs(expected - before).max() > 1e-4
    np.testing.assert_allclose(kept.score(prompts, said).log_probs, expected, rtol=1e-6)
    assert kept.generate(prompts) == fresh.generate(prompts)
