"""How does any Keras model that predicts the next token, an LSTM too, generate and score text?"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_halluc._compiled_apart import CompiledApart
from keras_halluc._require import received
from keras_halluc._require import require_choice
from keras_halluc._require import require_int
from keras_halluc._require import require_number
from keras_halluc._require import require_same_length
from keras_halluc._require import require_strings
from keras_halluc._token_rows import pad_rows
from keras_halluc._types import Tensor
from keras_halluc._types import TokenScores
from keras_halluc.generation.batches import fixed_batches
from keras_halluc.generation.image_prompts import require_no_images
from keras_halluc.generation.tokenizers import decoder_of
from keras_halluc.generation.turns import Template
from keras_halluc.generation.turns import Turns
from keras_halluc.generation.turns import require_stops
from keras_halluc.ops import token_entropies
from keras_halluc.ops import token_log_probs

TINY = 1e-20  # keeps log(probability) finite in float32


class _NextTokenLogits(CompiledApart):
    """Logits that follow given positions, in a compiled function apart from the user's model."""

    def __init__(self, model: keras.Model, from_logits: bool) -> None:
        super().__init__(name="next_token_logits")
        self.model = model
        self.from_logits = from_logits
        self.built = True
        self.compile(optimizer=None)

    def call(self, inputs: dict[str, Tensor], training: bool = False) -> dict[str, Tensor]:
        logits = ops.cast(self.model(inputs["ids"], training=False), "float32")
        if not self.from_logits:
            logits = ops.log(ops.maximum(logits, TINY))
        if len(logits.shape) == 3:
            last = ops.cast(inputs["last"], "int32")[:, None, None]
            logits = ops.take_along_axis(logits, last, axis=1)
        else:
            logits = logits[:, None, :]
        targets = inputs["target"][:, None]
        return {
            "logits": logits[:, 0],
            "log_probs": token_log_probs(logits, targets)[:, 0],
            "entropies": token_entropies(logits)[:, 0],
        }


class NextTokenGenerator:
    """Generates and scores with a model that maps token ids to next-token logits.

    The model takes int ids `(batch, max_length)` and returns `(batch, max_length, vocab)`, the
    prediction after every position, or `(batch, vocab)`, the prediction after the last. Ids are
    padded on the right for the first kind and on the left for the second, as such models are
    usually trained. Every token costs one forward pass over the whole window: there is no cache.

    Args:
        model: keras.Model, shared, never copied.
        tokenizer: object with `encode(text)` giving ids and `decode(ids)` giving text, or a
            KerasHub tokenizer.
        max_length: int, window of the model in tokens. Longer contexts keep their last tokens
            where the model predicts after the last position only, and are an error otherwise.
        max_new_tokens: int, most tokens to generate. Defaults to `32`.
        batch_size: int, prompts run at once. Defaults to `32`.
        end_token_id: int or None. Generation of a text stops at this id. Defaults to `None`.
        start_token_id: int or None. Put before every prompt. Defaults to `None`.
        pad_token_id: int. Fills unused places. Defaults to `0`.
        from_logits: bool. False if the model ends in a softmax. Defaults to `True`.
        stop_token_ids: list of int or None. Generation of a text stops at any of these ids. None
            is `end_token_id`, and the end of turn of the template if it is one token.
        template: `ChatTemplate`, other callable from a prompt to the text to go on from, or None.
            Each prompt is put into it. In `score` each answer ends in its end of turn, and that
            counts too. Defaults to `None`: prompts are given to the model as they are.

    Raises:
        ValueError: if the output is not next-token scores, or the tokenizer produces an id the
            model has no output for.

    Example:

    >>> import keras
    >>> import keras_halluc as kh
    >>> class Letters:
    ...     def encode(self, text): return [ord(letter) - 96 for letter in text]
    ...     def decode(self, ids): return "".join(chr(i + 96) for i in ids)
    >>> lm = keras.Sequential([keras.Input((8,)), keras.layers.Embedding(27, 4),
    ...                        keras.layers.LSTM(4, return_sequences=True), keras.layers.Dense(27)])
    >>> g = kh.generation.NextTokenGenerator(lm, Letters(), max_length=8, max_new_tokens=3)
    >>> len(g.generate(["abc"]))
    1

    """

    def __init__(
        self,
        model: keras.Model,
        tokenizer: Any,
        max_length: int,
        max_new_tokens: int = 32,
        batch_size: int = 32,
        end_token_id: int | None = None,
        start_token_id: int | None = None,
        pad_token_id: int = 0,
        from_logits: bool = True,
        stop_token_ids: Sequence[int] | None = None,
        template: Template | None = None,
    ) -> None:
        if not isinstance(model, keras.layers.Layer):
            raise TypeError(f"`model` must be a Keras model. {received('model', model)}")
        require_choice("from_logits", from_logits, (True, False))
        self.model = model
        self.max_length = require_int("max_length", max_length, minimum=2)
        self.max_new_tokens = require_int("max_new_tokens", max_new_tokens, minimum=1)
        self.batch_size = require_int("batch_size", batch_size, minimum=1)
        self.end_token_id = end_token_id
        self.start_token_id = start_token_id
        self.pad_token_id = require_int("pad_token_id", pad_token_id, minimum=0)
        self.template = template
        self.turns = Turns(template, tokenizer, end_token_id)
        stops = require_stops(stop_token_ids)
        ends = () if end_token_id is None else (end_token_id,)
        self.stop_token_ids = (*ends, *self.turns.stops) if stops is None else stops
        self._decode = decoder_of(tokenizer)
        self._next = _NextTokenLogits(model, from_logits)
        shape = tuple(model.compute_output_shape((self.batch_size, self.max_length)))
        if len(shape) not in (2, 3) or (len(shape) == 3 and shape[1] != self.max_length):
            raise ValueError(
                "`model` must return next-token scores (batch, vocab) or (batch, seq, vocab) for "
                f"ids (batch, seq). Received: output shape {shape} for ids of shape "
                f"{(self.batch_size, self.max_length)}"
            )
        self._last_only = len(shape) == 2
        self.vocabulary_size = int(shape[-1])

    def generate(self, prompts: Sequence[str]) -> list[str]:
        """Greedy continuation of each prompt, without the prompt."""
        prompts = require_strings("prompts", prompts)
        return self._run(prompts, lambda logits: np.argmax(logits, axis=-1))

    def sample(
        self, prompts: Sequence[str], num_samples: int, temperature: float = 1.0, seed: int = 0
    ) -> list[list[str]]:
        """Draws `num_samples` continuations a prompt; the same call gives the same texts."""
        prompts = require_strings("prompts", prompts)
        require_int("num_samples", num_samples, minimum=1)
        require_number("temperature", temperature, above=0.0)
        rng = np.random.default_rng(require_int("seed", seed, minimum=0))

        def draw(logits: np.ndarray) -> np.ndarray:
            noise = rng.gumbel(size=logits.shape)  # argmax of logits + Gumbel noise is a sample
            return np.asarray(np.argmax(logits / temperature + noise, axis=-1))

        repeated = [prompt for prompt in prompts for _ in range(num_samples)]
        texts = self._run(repeated, draw)
        return [texts[i : i + num_samples] for i in range(0, len(texts), num_samples)]

    def score(self, prompts: Sequence[str], continuations: Sequence[str]) -> TokenScores:
        """Log-probability and entropy of every token of each continuation after its prompt.

        Returns:
            `TokenScores` with arrays `(len(prompts), longest continuation)`.
        """
        prompts = require_strings("prompts", prompts)
        continuations = require_strings("continuations", continuations)
        require_same_length(prompts=prompts, continuations=continuations)
        tails = self.turns.tails(continuations)
        out, mask = self.forced_rows(self._heads(prompts), tails)
        return TokenScores(out["log_probs"], out["entropies"], mask)

    def forced_rows(
        self, heads: Sequence[list[int]], tails: Sequence[list[int]]
    ) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """What the model makes of token ids: `heads` before each continuation, and `tails`.

        The last token of a continuation is not read, only foretold.

        Returns:
            dict of float32 `(len(heads), longest tail)`: `"log_probs"`, `"entropies"` and
            `"greedy"`, 1 where no other token is likelier; and the mask.
        """
        heads, tails = self._known(list(heads)), self._known(list(tails))
        shape = (len(heads), max(len(tail) for tail in tails))
        found = {name: np.zeros(shape, "float32") for name in ("log_probs", "entropies", "greedy")}
        mask = np.zeros(shape, "float32")
        places = [(i, j) for i, tail in enumerate(tails) for j in range(len(tail))]
        for batch, real in fixed_batches(places, self.batch_size):
            contexts = [heads[i] + tails[i][:j] for i, j in batch]
            targets = [tails[i][j] for i, j in batch]
            out = self._predict(contexts, targets)
            out["greedy"] = np.argmax(out["logits"], axis=-1) == np.asarray(targets)
            for row, (i, j) in enumerate(batch[:real]):
                mask[i, j] = 1.0
                for name, values in found.items():
                    values[i, j] = out[name][row]
        return found, mask

    def _heads(self, prompts: list[str]) -> list[list[int]]:
        require_no_images("NextTokenGenerator", prompts)
        start = [] if self.start_token_id is None else [self.start_token_id]
        return self._known(self.turns.heads(prompts, start))

    def _known(self, rows: list[list[int]]) -> list[list[int]]:
        highest = max((max(row, default=0) for row in rows), default=0)
        if highest >= self.vocabulary_size:
            raise ValueError(
                f"The tokenizer produced id {highest}, but the model has {self.vocabulary_size} "
                "outputs. Use the tokenizer the model was made with."
            )
        return rows

    def _predict(self, contexts: list[list[int]], targets: list[int]) -> dict[str, np.ndarray]:
        if self._last_only:
            contexts = [row[-self.max_length :] for row in contexts]
        longest = max(len(row) for row in contexts)
        if longest > self.max_length:
            raise ValueError(
                f"Prompt and continuation have {longest} tokens but `max_length` is "
                f"{self.max_length}. Shorten them, or give a larger `max_length`."
            )
        if min(len(row) for row in contexts) == 0:
            raise ValueError(
                "An empty prompt has nothing to continue from. Give `start_token_id`, a "
                "`template`, or `prompts=` without an empty one."
            )
        ids, mask = pad_rows(contexts, self.max_length, self.pad_token_id, left=self._last_only)
        inputs = {
            "ids": ids,
            "last": mask.sum(axis=1).astype("int32") - 1,
            "target": np.asarray(targets, "int32"),
        }
        out: dict[str, np.ndarray] = self._next.predict_on_batch(inputs)
        return out

    def _run(self, prompts: list[str], pick: Any) -> list[str]:
        texts: list[str] = []
        for batch, real in fixed_batches(self._heads(prompts), self.batch_size):
            contexts, new = list(batch), [[] for _ in batch]  # type: list[list[int]], list[list[int]]
            open_rows = set(range(real))
            for _ in range(self.max_new_tokens):
                out = self._predict(contexts, [0] * len(contexts))
                for row, token in enumerate(pick(out["logits"])):
                    if row not in open_rows:
                        continue
                    if token in self.stop_token_ids:
                        open_rows.discard(row)
                        continue
                    new[row].append(int(token))
                    if self._last_only or len(contexts[row]) < self.max_length:
                        contexts[row] = contexts[row] + [int(token)]
                    else:  # the window is full
                        open_rows.discard(row)
                if not open_rows:
                    break
            texts.extend(self.turns.cut(self._decode(ids)) for ids in new[:real])
        return texts
