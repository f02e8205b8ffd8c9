"""Back-end for lm-eval: any KerasHub task or next-token model as an `lm_eval.api.model.LM`."""

import itertools
from collections.abc import Sequence
from typing import Any

from keras_halluc._require import received
from keras_halluc._require import require_choice
from keras_halluc._require import require_int
from keras_halluc.evaluation.chat_history import chat_text
from keras_halluc.evaluation.gen_kwargs import GenKwargs
from keras_halluc.evaluation.gen_kwargs import read_gen_kwargs
from keras_halluc.evaluation.token_model import TokenModel
from keras_halluc.evaluation.tokens_of_generator import token_model_of
from keras_halluc.generation import as_generator

_Base: Any = object
_missing: ImportError | None = None
try:
    from lm_eval.api.model import TemplateLM
    from lm_eval.utils import get_rolling_token_windows
    from lm_eval.utils import make_disjoint_window
except ImportError as error:  # raised when one is made
    _missing = error
else:
    _Base = TemplateLM


class HarnessLM(_Base):
    """An `lm_eval.api.model.LM`: lm-eval runs its tasks, or your own, on a Keras model.

    Give it to `lm_eval.simple_evaluate(model=...)`. Tokens, batches and compiled functions are
    those of `kh.generation`. Contexts, empty contexts, long texts and stop strings are treated as
    lm-eval's own back-ends do: a context that does not fit loses its first tokens; an empty context
    is the start token, or else the end token; text for a perplexity is cut into windows.
    `EvalHarnessMonitor` runs tasks inside `fit`. Needs `pip install keras_halluc[lm-eval]`.

    Args:
        model: KerasHub `CausalLM` or `Seq2SeqLM`, `FineTuner`, `TaskGenerator`,
            `NextTokenGenerator`, or a callable from prompts to texts, which can run tasks of the
            kind `generate_until` only. Batch size and template are those of the generator. A
            template is applied where lm-eval is given `apply_chat_template=True`.
        max_length: int or None, most tokens the model reads at once. None is the positions of the
            model, or the sequence length of its preprocessor where it has no limit.
        max_gen_toks: int, most tokens to generate where a task does not say. Defaults to `256`, as
            in lm-eval. Half of `max_length` is taken where that is less.
        verbose: bool, whether to show the progress bars of lm-eval.

    Attributes:
        generator: `Generator` of the model.
        max_length: int, or None of a callable.

    Raises:
        ImportError: without lm-eval.

    Example:

    >>> import keras_halluc as kh
    >>> kh.evaluation.HarnessLM.__name__
    'HarnessLM'
    """

    def __init__(
        self,
        model: Any,
        max_length: int | None = None,
        max_gen_toks: int = 256,
        verbose: bool = False,
    ) -> None:
        if _missing is not None:
            raise ImportError(
                "HarnessLM needs lm-eval. Install it with: pip install keras_halluc[lm-eval]"
            ) from _missing
        super().__init__()
        if max_length is not None:
            require_int("max_length", max_length, minimum=2)
        self.generator = as_generator(model)
        self.verbose = require_choice("verbose", verbose, (True, False))
        self.max_gen_toks = require_int("max_gen_toks", max_gen_toks, minimum=1)
        self._tokens = token_model_of(self.generator, max_length)
        self.max_length = None if self._tokens is None else self._tokens.window
        self.backend = "seq2seq" if self._tokens and self._tokens.is_seq2seq else "causal"
        self._writers: dict[tuple[int, tuple[str, ...]], Any] = {}

    # What lm-eval asks

    def loglikelihood(
        self, requests: list[Any], disable_tqdm: bool = False
    ) -> list[tuple[float, bool]]:
        """Log-likelihood of each continuation in nats, and whether it is the greedy one.

        Args:
            requests: list of `lm_eval.api.instance.Instance` with `args` (context, continuation).
            disable_tqdm: bool, whether to show no progress bar.
        """
        for request in requests:
            if not request.args[1]:
                raise ValueError(
                    "A continuation must not be empty. " + received("args", request.args)
                )
        found: list[tuple[float, bool]] = super().loglikelihood(
            requests, disable_tqdm=disable_tqdm or not self.verbose
        )
        return found

    def loglikelihood_rolling(self, requests: list[Any], disable_tqdm: bool = False) -> list[float]:
        """Log-likelihood of each whole text in nats.

        A text longer than `max_length` is cut into windows, in which each token is predicted once,
        with as many tokens before it as fit.

        Args:
            requests: list of `lm_eval.api.instance.Instance` with `args` (text,).
            disable_tqdm: bool, not used.
        """
        windows, owners = [], []
        for i, request in enumerate(requests):
            ids = self.tok_encode(request.args[0], add_special_tokens=False)
            pairs = get_rolling_token_windows(ids, self.prefix_token_id, self._known().window, 1)
            for head, tail in map(make_disjoint_window, pairs):
                windows.append((("", ""), head, tail))
                owners.append(i)
        sums = [0.0] * len(requests)
        for i, (total, _) in zip(owners, self._loglikelihood_tokens(windows)):
            sums[i] += total
        for request, total in zip(requests, sums):
            self.cache_hook.add_partial("loglikelihood_rolling", request.args, total)
        return sums

    def generate_until(self, requests: list[Any], disable_tqdm: bool = False) -> list[str]:
        """Continuation of each context, up to the first of its stop strings.

        Args:
            requests: list of `lm_eval.api.instance.Instance` with `args` (context, options). Of the
                options `until`, `max_gen_toks`, `do_sample` and `temperature` are known.
            disable_tqdm: bool, not used.
        """
        asked = [read_gen_kwargs(request.args[1], self._default_tokens) for request in requests]
        texts = [""] * len(requests)
        order = sorted(range(len(requests)), key=lambda i: asked[i].key)
        for _, group in itertools.groupby(order, key=lambda i: asked[i].key):
            places = list(group)
            options = asked[places[0]]
            written = self._write([requests[i].args[0] for i in places], options)
            for i, text in zip(places, written):
                texts[i] = options.cut(text)
                self.cache_hook.add_partial("generate_until", requests[i].args, texts[i])
        return texts

    def apply_chat_template(
        self, chat_history: list[dict[str, str]], add_generation_prompt: bool = True
    ) -> str:
        """The turns of a conversation in the template of the generator.

        Args:
            chat_history: list of dict with `role`, `"system"`, `"user"` or `"assistant"`, and
                `content`.
            add_generation_prompt: bool, False where the last turn is the beginning of an answer.
        """
        template = getattr(self.generator, "template", None)
        if template is None:
            raise ValueError(
                "`apply_chat_template` needs a generator with a template: give "
                "`HarnessLM(kh.generation.TaskGenerator(task, template=...))`. Received: "
                "template=None"
            )
        return chat_text(template, chat_history, add_generation_prompt)

    @property
    def tokenizer_name(self) -> str:
        """What tells requests in the cache of lm-eval from those of another template."""
        owner = getattr(self.generator, "task", None) or getattr(self.generator, "model", None)
        return f"{type(owner).__name__}-{getattr(self.generator, 'template', None)}"

    # What `TemplateLM` asks

    @property
    def eot_token_id(self) -> int:
        """Id of the end token; where there is none, of the start token."""
        tokens = self._known()
        return self.prefix_token_id if tokens.end_token_id is None else tokens.end_token_id

    @property
    def prefix_token_id(self) -> int:
        """Id before a text that has nothing before it: the start token, or else the end token."""
        tokens = self._known()
        if (prefix := self._prefix(tokens)) is None:
            raise ValueError(
                "An empty context has nothing to go on from. Give `start_token_id` or "
                "`end_token_id` to the `NextTokenGenerator`."
            )
        return prefix

    def tok_encode(
        self, string: str, add_special_tokens: bool | None = None, **kwargs: Any
    ) -> list[int]:
        """Token ids of a text, behind the start token where the model has one."""
        tokens = self._known()
        ids = tokens.encode(string)
        starts = add_special_tokens is not False and not tokens.is_seq2seq
        return tokens.start + ids if starts else ids

    def _loglikelihood_tokens(
        self, requests: Sequence[Any], disable_tqdm: bool = False, **kwargs: Any
    ) -> list[tuple[float, bool]]:
        tokens = self._known()
        pairs = []
        for (context, _), head, tail in requests:
            if len(tail) > tokens.window:
                raise ValueError(
                    f"A continuation must have at most {tokens.window} tokens, which the model "
                    f"reads at once. Received: one of {len(tail)} tokens"
                )
            whole = (head + tail)[-(tokens.window + 1) :]  # the last token is not read
            pairs.append((context.rstrip(), whole[: -len(tail)], tail))
        found = tokens.score(pairs) if pairs else []
        for (texts, _, _), result in zip(requests, found):
            if texts[1]:
                self.cache_hook.add_partial("loglikelihood", texts, result)
        return found

    def _write(self, contexts: list[str], options: GenKwargs) -> Sequence[str]:
        writer = self._writer(options)
        if options.temperature:
            if not hasattr(writer, "sample"):
                raise ValueError(
                    f"A {type(self.generator).__name__} cannot sample. Set `do_sample: false` in "
                    f"the task. {received('temperature', options.temperature)}"
                )
            drawn = writer.sample(contexts, 1, options.temperature)
            return [texts[0] for texts in drawn]
        texts: Sequence[str] = writer.generate(contexts)
        return texts

    def _writer(self, options: GenKwargs) -> Any:
        tokens = self._tokens
        if tokens is None:
            return self.generator
        count = options.max_gen_toks
        if count >= tokens.window and not tokens.is_seq2seq:
            raise ValueError(
                f"`max_gen_toks` must be less than {tokens.window}, the tokens the model reads at "
                f"once. Change it in the task. {received('max_gen_toks', count)}"
            )
        key = count, options.until
        if key not in self._writers:
            self._writers[key] = tokens.writer(count, options.until, self._prefix(tokens))
        return self._writers[key]

    @property
    def _default_tokens(self) -> int:
        half = self.max_gen_toks if self.max_length is None else self.max_length // 2
        return min(self.max_gen_toks, half)

    def _prefix(self, tokens: TokenModel) -> int | None:
        return tokens.start[-1] if tokens.start else tokens.end_token_id

    def _known(self) -> TokenModel:
        if self._tokens is None:
            raise TypeError(
                "Log-likelihoods need a KerasHub task or a `NextTokenGenerator`; a "
                f"{type(self.generator).__name__} runs tasks of output type `generate_until` only."
            )
        return self._tokens
