"""Does a generator keep the promises every generator makes?"""

import dataclasses
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from keras_halluc._types import Generator
from keras_halluc._types import TokenScores
from keras_halluc.testing.promises import assert_bad_arguments
from keras_halluc.testing.promises import close
from keras_halluc.testing.promises import equal
from keras_halluc.testing.promises import given
from keras_halluc.testing.promises import random_numbers

FIELDS = ("log_probs", "entropies", "mask")


@dataclasses.dataclass(frozen=True)
class GeneratorContract:
    """A generator, how to make one, and what to ask it.

    Args:
        generator: the class.
        kwargs: arguments of the constructor, or a function that returns them.
        prompts: at least 3 str, of different lengths, the longest first.
        continuations: one str a prompt, to be scored; each has a token.
        scores: bool. Whether it knows the probabilities of tokens. Without them `score` raises.
        traces: function from the generator to an int, how often the code of its model has run in
            Python. None: it compiles nothing.
        bad_kwargs: wrong arguments, one dict a mistake, the one at fault first; the rest are
            `kwargs`.
    """

    generator: type[Any]
    kwargs: Mapping[str, Any] | Callable[[], Mapping[str, Any]]
    prompts: tuple[str, ...]
    continuations: tuple[str, ...]
    scores: bool = True
    traces: Callable[[Any], int] | None = None
    bad_kwargs: tuple[Mapping[str, Any], ...] = ()

    def make(self) -> Any:
        """A fresh generator."""
        return self.generator(**given(self.kwargs))


def assert_generator(contract: GeneratorContract) -> None:
    """Asserts every promise of `GENERATOR_PROMISES`.

    Args:
        contract: `GeneratorContract`.

    Raises:
        AssertionError: with the promise that was broken.
    """
    for promise in GENERATOR_PROMISES:
        promise(contract)


def assert_generator_arguments(contract: GeneratorContract) -> None:
    """Bad constructor arguments raise, and the error names the argument and what came."""
    if contract.bad_kwargs:
        kwargs = given(contract.kwargs)
        bad = [
            {**wrong, **{k: v for k, v in kwargs.items() if k not in wrong}}
            for wrong in contract.bad_kwargs
        ]
        assert_bad_arguments(contract.generator, bad)


def assert_generator_inputs(contract: GeneratorContract) -> None:
    """Prompts that are no list of str, or none at all, raise; so do lists of unequal lengths."""
    generator: Any = contract.make()
    prompts = list(contract.prompts)
    is_generator = isinstance(generator, Generator)
    assert is_generator, "it has no `generate` and `score`"
    for wrong in ([], "abc", ["a", 3], None):
        _raises("generate", generator.generate, wrong)
        _raises("score", generator.score, wrong, ["a", "b"])
        if _can_sample(generator):
            _raises("sample", generator.sample, wrong, 2)
    _raises("score", generator.score, prompts, ["a"] * (len(prompts) + 1))


def assert_generator_texts(contract: GeneratorContract) -> None:
    """One str a prompt, whatever prompts stand beside it, in what order, and how often."""
    generator, prompts = contract.make(), list(contract.prompts)
    whole = generator.generate(prompts)
    assert isinstance(whole, list) and all(isinstance(text, str) for text in whole), (
        f"not a list of str: {whole!r}"
    )
    equal("number of texts", len(whole), len(prompts))
    equal("texts of prompts reversed", generator.generate(prompts[::-1])[::-1], whole)
    equal("texts of a tuple", generator.generate(tuple(prompts)), whole)
    equal("texts one by one", [generator.generate([p])[0] for p in prompts], whole)
    equal("texts of each prompt twice", generator.generate(prompts * 2), whole * 2)


def assert_generator_scores(contract: GeneratorContract) -> None:
    """Log-probabilities are at most 0, entropies at least 0, and neither depends on the rest."""
    generator = contract.make()
    prompts, texts = list(contract.prompts), list(contract.continuations)
    if not contract.scores:
        _raises("score", generator.score, prompts, texts)
        return
    whole = _scored(generator, prompts, texts)
    counts = [int(row.sum()) for row in whole.mask]
    assert min(counts) > 0, f"tokens of the continuations: {counts}"
    back = _rows(_scored(generator, prompts[::-1], texts[::-1]))[::-1]
    single = [_rows(_scored(generator, [p], [t]))[0] for p, t in zip(prompts, texts)]
    for i, row in enumerate(_rows(whole)):
        for what, other in (("reversed", back[i]), ("one by one", single[i])):
            close(f"scores of row {i}, {what}", other, row, rtol=1e-3, atol=1e-4)
    nothing = _scored(generator, prompts, [*texts[:-1], ""])
    equal("tokens of an empty continuation", float(nothing.mask[-1].sum()), 0.0)
    likely = _scored(generator, prompts, generator.generate(prompts))
    sums = likely.log_probs.sum(axis=1)
    assert np.isfinite(sums).all(), f"log-probabilities of its own texts: {sums}"


def assert_generator_samples(contract: GeneratorContract) -> None:
    """As many samples of a prompt as were asked for, the same with the same seed."""
    generator, prompts = contract.make(), list(contract.prompts)
    if not _can_sample(generator):
        return
    found = generator.sample(prompts, 3, seed=1)
    equal("samples of each prompt", [len(texts) for texts in found], [3] * len(prompts))
    assert all(isinstance(text, str) for texts in found for text in texts), f"no str: {found!r}"
    keras.utils.set_random_seed(5)  # the global state does not matter
    equal("samples with the same seed", generator.sample(prompts, 3, seed=1), found)


def assert_generator_state(contract: GeneratorContract) -> None:
    """Weights and the random states of Python, numpy and Keras are as before."""
    generator = contract.make()
    models = [x for x in vars(generator).values() if isinstance(x, keras.Model)]
    keras.utils.set_random_seed(5)
    expected = random_numbers()
    before = [[np.array(weight) for weight in model.get_weights()] for model in models]
    for _ in range(2):  # the first use compiles
        keras.utils.set_random_seed(5)
        _use(contract, generator, contract.prompts, contract.continuations)
        equal("random numbers after use", random_numbers(), expected)
    for model, weights in zip(models, before):
        for one, other in zip(model.get_weights(), weights):
            assert np.array_equal(one, other), f"weights of {model.name} have changed"


def assert_generator_compiles_once(contract: GeneratorContract) -> None:
    """After first use no other prompts of that length, however many, compile anything again."""
    if contract.traces is None or keras.backend.backend() == "torch":  # which compiles nothing
        return
    generator = contract.make()
    _use(contract, generator, contract.prompts[:1], contract.continuations[:1])
    before = contract.traces(generator)
    assert before > 0, "`traces` counts nothing"
    _use(contract, generator, contract.prompts[:1] * 5, contract.continuations[:1] * 5)
    _use(contract, generator, contract.prompts[:1], contract.continuations[:1])
    equal("traces after first use", contract.traces(generator), before)


GENERATOR_PROMISES: tuple[Callable[[GeneratorContract], None], ...] = (
    assert_generator_arguments,
    assert_generator_inputs,
    assert_generator_texts,
    assert_generator_scores,
    assert_generator_samples,
    assert_generator_state,
    assert_generator_compiles_once,
)


def _can_sample(generator: Any) -> bool:
    return hasattr(generator, "sample") and getattr(generator, "can_sample", True)


def _use(
    contract: GeneratorContract, generator: Any, prompts: Sequence[str], texts: Sequence[str]
) -> None:
    generator.generate(list(prompts))
    if contract.scores:
        generator.score(list(prompts), list(texts))
    if _can_sample(generator):
        generator.sample(list(prompts), 1, seed=3)


def _raises(name: str, method: Callable[..., Any], *args: Any) -> None:
    try:
        method(*args)
    except (TypeError, ValueError) as error:
        assert len(str(error)) > 20, f"{name}{args} raises without a word: {error!r}"
    else:
        raise AssertionError(f"taken: {name}{args}")


def _scored(generator: Any, prompts: list[str], texts: list[str]) -> TokenScores:
    """The scores, each of their arrays well formed."""
    scores: TokenScores = generator.score(prompts, texts)
    shape = np.shape(scores.mask)
    equal("rank of the mask", len(shape), 2)
    equal("rows of the mask", shape[0], len(prompts))
    for name in FIELDS:
        value = getattr(scores, name)
        equal(f"shape of {name}", np.shape(value), shape)
        equal(f"dtype of {name}", str(value.dtype), "float32")
        assert (value[scores.mask == 0.0] == 0.0).all(), f"{name} is not 0 where the mask is"
    assert set(np.unique(scores.mask)) <= {0.0, 1.0}, "the mask holds more than 0 and 1"
    assert (scores.log_probs <= 0.0).all(), "a log-probability is above 0"
    assert (scores.entropies >= -1e-6).all(), "an entropy is below 0"
    return scores


def _rows(scores: TokenScores) -> list[np.ndarray]:
    """Log-probabilities and entropies of the tokens of each row, without padding."""
    kept = [row > 0.0 for row in scores.mask]
    return [
        np.stack([scores.log_probs[i][keep], scores.entropies[i][keep]])
        for i, keep in enumerate(kept)
    ]
