"""How does a KerasHub task answer prompts inside `fit` without being changed or recompiled?"""

import contextlib
import functools
from collections.abc import Iterator
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from keras_halluc._compiled_apart import variables_key
from keras_halluc._require import received
from keras_halluc._require import require_int
from keras_halluc._require import require_number
from keras_halluc._require import require_same_length
from keras_halluc._require import require_strings
from keras_halluc._types import Tensor
from keras_halluc._types import TokenScores
from keras_halluc.generation.batches import fixed_batches
from keras_halluc.generation.cached_steps import cached_steps_are_right
from keras_halluc.generation.forced_rows import forced_rows
from keras_halluc.generation.new_tokens import new_tokens_only
from keras_halluc.generation.plain_steps import NextLogits
from keras_halluc.generation.plain_steps import Pick
from keras_halluc.generation.plain_steps import PlainSteps
from keras_halluc.generation.plain_steps import drawn
from keras_halluc.generation.plain_steps import likeliest
from keras_halluc.generation.task_prompts import TaskPrompts
from keras_halluc.generation.token_scorer import TokenScorer
from keras_halluc.generation.tokenizers import is_seq2seq
from keras_halluc.generation.tokenizers import require_tokenizer
from keras_halluc.generation.tokenizers import require_whole
from keras_halluc.generation.turns import PROBE
from keras_halluc.generation.turns import Template
from keras_halluc.generation.turns import require_stops
from keras_halluc.text.encodable import encodable

LENGTH_STEP = 8  # lengths are rounded up to this, so that near lengths share one compilation


class TaskGenerator:
    """Generates and scores with a KerasHub `CausalLM` or `Seq2SeqLM`.

    Batches and lengths are fixed at first use, so each function compiles once, and anew after
    `enable_lora` or `quantize`; the task's own sampler and generate function are put back after
    every call. Inside a callback read `self.model` first: it updates the weights on JAX. At first
    use the cached steps of a task are compared with its forward pass; where they differ, as those
    of some families of KerasHub do, each token takes a forward pass instead, with a warning.

    Args:
        task: KerasHub `CausalLM` or `Seq2SeqLM` with a preprocessor.
        max_new_tokens: int, most tokens to generate after the prompt. Defaults to `32`.
        batch_size: int, prompts run at once. Defaults to `32`.
        max_length: int or None. Fixed length of prompt and continuation in tokens. None takes the
            longest prompt of the first call plus `max_new_tokens`, and grows (recompiling) only if
            a later prompt is longer.
        stop_token_ids: list of int or None. Generation of a text stops at any of these ids. None
            is what the task stops at, and the end of turn of the template if it is one token.
        template: `ChatTemplate`, other callable from a prompt to the text to go on from, or None.
            Each prompt is put into it. In `score` each answer ends in its end of turn, and that
            counts too. Defaults to `None`: prompts are given to the model as they are.

    Raises:
        ValueError: if a prompt leaves no room for a continuation, or the tokenizer knows more
            tokens than the model.

    Example:

    >>> import keras_halluc as kh
    >>> task = kh.presets.load_facts_gpt2()
    >>> generator = kh.generation.TaskGenerator(task, max_new_tokens=8)
    >>> fact = kh.data.load_facts("asked")[0]
    >>> scores = generator.score([fact.prompt()], [fact.answer])
    >>> scores.log_probs.shape == scores.mask.shape
    True
    """

    def __init__(
        self,
        task: Any,
        max_new_tokens: int = 32,
        batch_size: int = 32,
        max_length: int | None = None,
        stop_token_ids: Sequence[int] | None = None,
        template: Template | None = None,
    ) -> None:
        if not hasattr(task, "generate_step") or not hasattr(task, "generate"):
            raise TypeError(
                "`task` must be a KerasHub CausalLM or Seq2SeqLM. " + received("task", task)
            )
        if getattr(task, "preprocessor", None) is None:
            raise ValueError(
                "`task` must have a preprocessor, to turn prompts into tokens. "
                "Received: task.preprocessor=None"
            )
        self.task = task
        self.max_new_tokens = require_int("max_new_tokens", max_new_tokens, minimum=1)
        self.batch_size = require_int("batch_size", batch_size, minimum=1)
        if max_length is not None:
            require_int("max_length", max_length, minimum=2)
        self.max_length = max_length
        self.is_seq2seq = is_seq2seq(task)
        self._lengths: dict[int, int] = {}
        self.template = template
        self.stop_token_ids = require_stops(stop_token_ids)
        self.task_prompts = TaskPrompts(task, template)
        self._in_place: list[list[int]] | None = None  # token ids for those of the preprocessor
        self._samplers: dict[Any, tuple[Any, Any]] = {}
        self._made_for: int | None = None
        self._scorer: TokenScorer | None = None
        require_tokenizer(task)

    def generate(self, prompts: Sequence[str]) -> list[str]:
        """Greedy continuation of each prompt, without the prompt."""
        from keras_hub.samplers import GreedySampler

        return self._run(require_strings("prompts", prompts), "greedy", GreedySampler, likeliest)

    def sample(
        self, prompts: Sequence[str], num_samples: int, temperature: float = 1.0, seed: int = 0
    ) -> list[list[str]]:
        """Draws `num_samples` continuations a prompt; the same call gives the same texts.

        Args:
            prompts: list of str.
            num_samples: int, at least 1.
            temperature: float > 0; lower is closer to greedy.
            seed: int.

        Returns:
            list with one list of `num_samples` str a prompt.
        """
        from keras_hub.samplers import RandomSampler

        prompts = require_strings("prompts", prompts)
        require_int("num_samples", num_samples, minimum=1)
        require_number("temperature", temperature, above=0.0)
        require_int("seed", seed, minimum=0)
        repeated = [prompt for prompt in prompts for _ in range(num_samples)]
        key = ("random", float(temperature))
        if key in self._samplers:  # start again from this seed, without compiling again
            state = self._samplers[key][0].seed_generator.state
            state.assign(keras.random.SeedGenerator(seed).state)
        make = functools.partial(RandomSampler, seed=seed, temperature=temperature)
        texts = self._run(repeated, key, make, drawn(temperature, seed))
        return [texts[i : i + num_samples] for i in range(0, len(texts), num_samples)]

    def score(self, prompts: Sequence[str], continuations: Sequence[str]) -> TokenScores:
        """Log-probability and entropy of every token of each continuation after its prompt.

        Prompt and continuation are tokenised apart, as in generation: begin a continuation with a
        space where the tokenizer marks words that way.

        Args:
            prompts: list of str.
            continuations: list of str, one a prompt.

        Returns:
            `TokenScores` with arrays `(len(prompts), seq)`.
        """
        if self._scorer is None:
            self._scorer = TokenScorer(self.task, _task_logits)
        out, mask = self.teacher_forced(prompts, continuations, self._scorer)
        zero = np.float32(0.0)  # not log_probs * mask: padding may hold infinities
        return TokenScores(
            np.where(mask > 0, out["log_probs"], zero),
            np.where(mask > 0, out["entropies"], zero),
            mask,
        )

    def teacher_forced(
        self, prompts: Sequence[str], continuations: Sequence[str], model: keras.Model
    ) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """What a model makes of each continuation after its prompt, in batches of one shape.

        Args:
            prompts: list of str.
            continuations: list of str, one a prompt.
            model: keras.Model from `"inputs"`, those of the task, `"targets"`, int
                `(batch, seq)`, the token that comes next, and `"mask"`, float `(batch, seq)`, 1
                where that is one of the continuation, to a dict of arrays `(batch, ...)`.

        Returns:
            the dict with the rows of all batches, and the mask.
        """
        prompts = require_strings("prompts", prompts)
        continuations = require_strings("continuations", continuations)
        require_same_length(prompts=prompts, continuations=continuations)
        heads = self.task_prompts.ids(prompts)
        tails = self.task_prompts.turns.tails(continuations)
        length = self._length(max(len(h) + len(t) for h, t in zip(heads, tails)), room=0)
        texts = self.task_prompts.texts(prompts)
        return forced_rows(self.task, model, texts, heads, tails, length, self.batch_size)

    def _length(self, longest: int, room: int) -> int:
        """The fixed length in tokens, from the longest prompt seen so far."""
        limit = getattr(self.task.backbone, "max_sequence_length", None)
        if self.max_length is not None:
            length = self.max_length
        else:
            wanted = -(-(longest + room) // LENGTH_STEP) * LENGTH_STEP
            length = max(self._lengths.get(room, 0), wanted)
            if limit is not None:
                length = min(length, limit)
        if limit is not None and length > limit:
            raise ValueError(
                f"`max_length` must be <= {limit}, the positions of this model. "
                f"{received('max_length', length)}"
            )
        if longest + min(room, 1) > length:
            raise ValueError(
                f"The longest prompt has {longest} tokens and leaves no room for an answer within "
                f"{length} tokens. Shorten the prompt, or give "
                "`TaskGenerator(task, max_length=...)` and a model with as many positions."
            )
        self._lengths[room] = length
        return length

    def _run(self, prompts: list[str], key: Any, make_sampler: Any, pick: Pick) -> list[str]:
        rows = self.task_prompts.ids(prompts)
        lengths = list(map(len, rows))
        require_whole(self.task, max(lengths))
        length = self._length(max(lengths), self.max_new_tokens)
        # KerasHub steps from the shortest prompt of a batch to its last answer: like with like.
        order = sorted(range(len(prompts)), key=lengths.__getitem__)
        texts = [""] * len(prompts)
        if (made_for := variables_key(self.task)) != self._made_for:
            self._samplers, self._made_for = {}, made_for
        stops: Any = "auto" if self.stop_token_ids is None else self.stop_token_ids
        asked = [encodable(text) for text in self.task_prompts.texts(prompts)]
        with self._sampler(key, make_sampler, pick, prompts[order[-1]] or PROBE):
            for batch, real in fixed_batches(order, self.batch_size):
                self._in_place = self.task_prompts.in_place([rows[i] for i in batch])
                batch_asked = [asked[i] for i in batch]
                out = self.task.generate(batch_asked, max_length=length, stop_token_ids=stops)
                for i, text in zip(batch[:real], out):
                    texts[i] = self.task_prompts.turns.cut(str(text))
        return texts

    @contextlib.contextmanager
    def _sampler(self, key: Any, make: Any, pick: Pick, longest: str) -> Iterator[None]:
        """Lends the task a sampler with its own compiled function, and takes it back."""
        task = self.task
        cached = cached_steps_are_right(task, longest, self.task_prompts.untemplated_ids)
        had = hasattr(task, "sampler")
        before = (getattr(task, "sampler", None), getattr(task, "generate_function", None))
        sampler, function = self._samplers.get(key) or (make(), None)
        task.sampler, task.generate_function = sampler, function
        try:
            if not cached:
                steps = PlainSteps(self._next_logits, self.is_seq2seq, pick, self._limit)
                task.generate_function = self._new_tokens_only(steps)
            elif function is None:
                task.generate_function = self._new_tokens_only(task.make_generate_function())
                self._samplers[key] = sampler, task.generate_function
            yield
        finally:
            if had:
                task.sampler, task.generate_function = before
            else:
                del task.sampler, task.generate_function

    @functools.cached_property
    def _next_logits(self) -> NextLogits:
        return NextLogits(self.task)

    def _new_tokens_only(self, function: Any) -> Any:
        stops = self.task_prompts.turns.stops if self.stop_token_ids is None else ()
        pad = self.task.preprocessor.tokenizer.pad_token_id or 0
        return new_tokens_only(
            function, self.is_seq2seq, self._limit, lambda: self._in_place, stops, pad
        )

    def _limit(self) -> int:
        return self.max_new_tokens


def _task_logits(task: Any, inputs: Any) -> Tensor:
    return task(inputs, training=False)
