"""How is a model taught something new, in one call, so that it keeps what it knew?"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from keras_halluc._progress import say
from keras_halluc._require import received
from keras_halluc._require import require_int
from keras_halluc._require import require_number
from keras_halluc._require import require_same_length
from keras_halluc._require import require_strings
from keras_halluc._require import require_verbose
from keras_halluc.data import agreed_answers
from keras_halluc.data import answer_inputs
from keras_halluc.data import generate_replay
from keras_halluc.data import mix_replay
from keras_halluc.data import text_inputs
from keras_halluc.data.token_inputs import Inputs
from keras_halluc.generation import TaskGenerator
from keras_halluc.generation.turns import Template
from keras_halluc.models.fine_tuner import FineTuner
from keras_halluc.models.recipe_cost import RecipeCost
from keras_halluc.models.recipe_cost import cost_of
from keras_halluc.objectives import SelfDistillation

PREPARED, BACKUP = "prepared.json", "backup"
PROBE = "Who?"  # what a template makes of it tells it from another
ANSWER_TOKENS = 24  # of the model's own answers to practise


class RetentionRecipe:
    """Fine-tunes a causal language model on answers, at about twice the price, and keeps the rest.

    Before training the base model writes texts by itself (`kh.data.generate_replay`), and answers
    the questions to practise, where you have some (`kh.data.agreed_answers`). What it says on its
    texts is recorded. In training each step goes once through the model, with the rows of the task
    and half as many of the texts. On the texts the model is held to the record
    (`SelfDistillation(replay=..., teacher="cached")`); questions to practise are further rows. No
    second model is in memory. The settings are those of a first look at small models;
    `benchmarks/recipe_search.py` searches for better ones. Its parts, and what they kept, stand in
    `docs/methods.md`.

    Each part stands for itself: `inputs`, `replay` and `tuner` are yours to use without `fit`.

    Args:
        task: KerasHub `CausalLM` with a preprocessor, trained in place.
        prompts: list of str.
        answers: list of str, one a prompt. Begin each with a space where the tokenizer marks words
            that way.
        practice: None, or questions without answers that the model should go on answering: list of
            str, or of lists of str, the wordings of each. Of the latter only those count that it
            answers alike in most wordings.
        epochs: int >= 1. Defaults to `8`.
        learning_rate: float > 0, the highest; it falls to 0 along a cosine. Defaults to `5e-5`.
        batch_size: int >= 1, rows of the task in a step. Defaults to `16`.
        replay_texts: int >= 1, texts the base model writes. Defaults to `2000`.
        replay_tokens: int >= 1, tokens of each. Defaults to `24`.
        replay_weight: float > 0, of the term that holds the model to its texts. Defaults to `10.0`.
        template: `kh.generation.ChatTemplate` or other callable, or None; see `answer_inputs`.
        folder: path or None. There the texts, the answers and a backup of training are kept: the
            same call goes on where it was interrupted.
        seed: int >= 0. Defaults to `0`.
        verbose: `"auto"`, 0, 1 or 2, as in `fit`.

    Attributes:
        cost: `RecipeCost`, as a multiple of plain fine-tuning; known before anything is done.
        inputs: rows to train on, `(x, y, sample_weight)`; after `prepare`.
        replay: rows to be held to, `(x, y, sample_weight)`; after `prepare`.
        tuner: `FineTuner`, compiled; after `prepare`.

    Example:

    >>> import keras_halluc as kh
    >>> lm = kh.presets.load_facts_gpt2()
    >>> new = kh.data.load_facts("unknown")[:8]
    >>> recipe = kh.models.RetentionRecipe(
    ...     lm,
    ...     [fact.prompt() for fact in new],
    ...     [fact.answer for fact in new],
    ...     practice=[fact.prompts for fact in kh.data.load_facts("asked")[:8]],
    ...     epochs=2,
    ...     replay_texts=16,
    ...     verbose=0,
    ... )
    >>> recipe.cost.times_plain > 1.0
    True
    >>> history = recipe.fit()
    >>> sorted(history.history)[:2]
    ['loss', 'loss_self_distillation']

    References:
        Marek et al. 2026, https://arxiv.org/abs/2605.26097; Li and Hoiem 2016,
        https://arxiv.org/abs/1606.09282
    """

    def __init__(
        self,
        task: Any,
        prompts: Sequence[str],
        answers: Sequence[str],
        practice: Sequence[str] | Sequence[Sequence[str]] | None = None,
        epochs: int = 8,
        learning_rate: float = 5e-5,
        batch_size: int = 16,
        replay_texts: int = 2000,
        replay_tokens: int = 24,
        replay_weight: float = 10.0,
        template: Template | None = None,
        folder: Any = None,
        seed: int = 0,
        verbose: str | int = "auto",
    ) -> None:
        self.task = task
        self.prompts = require_strings("prompts", prompts)
        self.answers = require_strings("answers", answers)
        require_same_length(prompts=self.prompts, answers=self.answers)
        self.practice = _wordings(practice)
        self.epochs = require_int("epochs", epochs, minimum=1)
        self.learning_rate = require_number("learning_rate", learning_rate, above=0.0)
        self.batch_size = require_int("batch_size", batch_size, minimum=1)
        self.replay_texts = require_int("replay_texts", replay_texts, minimum=1)
        self.replay_tokens = require_int("replay_tokens", replay_tokens, minimum=1)
        self.replay_weight = require_number("replay_weight", replay_weight, above=0.0)
        self.template = template
        self.folder = None if folder is None else Path(folder)
        self.seed = require_int("seed", seed, minimum=0)
        self.verbose = require_verbose(verbose)
        self._rows = answer_inputs(task, self.prompts, self.answers, template=template)
        self.replay_size = max(1, self.batch_size // 2)
        self.cost: RecipeCost = cost_of(
            rows=len(self.prompts),
            row_tokens=self._rows[1].shape[1],
            epochs=self.epochs,
            practised=len(self.practice),
            wordings=sum(map(len, self.practice)),
            answer_tokens=ANSWER_TOKENS,
            texts=self.replay_texts,
            text_tokens=self.replay_tokens,
            replay_share=self.replay_size / self.batch_size,
        )
        self.inputs: Inputs | None = None
        self.replay: Inputs | None = None
        self.tuner: FineTuner | None = None

    def prepare(self) -> "RetentionRecipe":
        """Asks the base model for its texts and answers, and sets up `tuner`; `fit` calls it."""
        if self.tuner is not None:
            return self
        self._say(f"{self.cost}")
        texts, said = self._base_says()
        self.replay = text_inputs(self.task, texts)
        rows = self._rows
        space = " " if self.template is None else ""
        kept = [(w[0], space + a) for w, a in zip(self.practice, said) if a is not None]
        if kept:
            questions, own = ([pair[i] for pair in kept] for i in range(2))
            practised = answer_inputs(self.task, questions, own, template=self.template)
            rows = mix_replay(rows, practised, seed=self.seed)
        self.inputs = rows
        if self.practice:
            self._say(f"Practice: {len(kept)} of {len(self.practice)} questions.")
        keras.utils.set_random_seed(self.seed)
        self.tuner = FineTuner(
            self.task,
            [
                SelfDistillation(
                    self.replay_weight,
                    replay=self.replay,
                    teacher="cached",
                    batch_size=self.replay_size,
                    seed=self.seed,
                )
            ],
        )
        self.tuner.compile(optimizer=self._optimizer(len(rows[1])))
        return self

    def fit(self, callbacks: Sequence[Any] = (), **kwargs: Any) -> Any:
        """Prepares, and trains.

        Args:
            callbacks: list of Keras callbacks, such as monitors.
            **kwargs: further arguments of `keras.Model.fit`, such as `validation_data`.

        Returns:
            what `fit` returns, a `History`.
        """
        self.prepare()
        x, y, sample_weight = self.inputs  # type: ignore[misc]
        resumed = []
        if self.folder is not None:
            resumed = [keras.callbacks.BackupAndRestore(str(self.folder / BACKUP))]
        return self.tuner.fit(  # type: ignore[union-attr]
            x,
            y,
            sample_weight=sample_weight,
            batch_size=self.batch_size,
            epochs=self.epochs,
            callbacks=[*callbacks, *resumed],
            verbose=kwargs.pop("verbose", self.verbose),
            **kwargs,
        )

    def _optimizer(self, rows: int) -> Any:
        steps = self.epochs * -(-rows // self.batch_size)
        warmup = max(1, steps // 20)
        rate = keras.optimizers.schedules.CosineDecay(
            0.0, max(1, steps - warmup), warmup_target=self.learning_rate, warmup_steps=warmup
        )
        return keras.optimizers.AdamW(rate, weight_decay=0.0, clipnorm=1.0)

    def _base_says(self) -> tuple[list[str], list[str | None]]:
        """Texts of the base model and its answers, from `folder` where they are."""
        identity = None if self.folder is None else self._identity()
        stored = self._stored(identity)
        if stored is not None:
            return stored["texts"], stored["answers"]
        self._say(f"The base model writes {self.replay_texts:,} texts.")
        writer = TaskGenerator(self.task, max_new_tokens=self.replay_tokens, batch_size=64)
        texts = generate_replay(writer, self.replay_texts, seed=self.seed)
        said: list[str | None] = []
        if self.practice:
            self._say(f"It answers {len(self.practice):,} questions to practise.")
            speaker = TaskGenerator(
                self.task, max_new_tokens=ANSWER_TOKENS, batch_size=64, template=self.template
            )
            said = agreed_answers(speaker, self.practice)
        self._store(identity, texts, said)
        return texts, said

    def _identity(self) -> dict[str, Any]:
        """What the stored texts and answers depend on."""
        weights = [float(np.abs(np.asarray(w, "float64")).sum()) for w in self.task.get_weights()]
        return {
            "weights": f"{sum(weights):.9e}",
            "practice": self.practice,
            "template": None if self.template is None else self.template(PROBE),
            "replay_texts": self.replay_texts,
            "replay_tokens": self.replay_tokens,
            "seed": self.seed,
        }

    def _stored(self, identity: dict[str, Any] | None) -> dict[str, Any] | None:
        path = None if self.folder is None else self.folder / PREPARED
        if path is None or not path.exists():
            return None
        stored: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if stored["of"] != json.loads(json.dumps(identity)):
            raise ValueError(
                "`folder` holds what another model or another recipe prepared. Give the model as "
                f"it was before training, or another folder. {received('folder', str(self.folder))}"
            )
        return stored

    def _store(
        self, identity: dict[str, Any] | None, texts: list[str], said: list[str | None]
    ) -> None:
        if self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        content = json.dumps({"of": identity, "texts": texts, "answers": said})
        part = self.folder / f"{PREPARED}.part"
        part.write_text(content, encoding="utf-8")
        part.replace(self.folder / PREPARED)

    def _say(self, message: str) -> None:
        if self.verbose:
            say(message)


def _wordings(practice: Any) -> list[list[str]]:
    """Each question as a list of its wordings."""
    if practice is None:
        return []
    if isinstance(practice, str) or not isinstance(practice, Sequence):
        raise TypeError(f"`practice` must be a list. {received('practice', practice)}")
    return [
        [question] if isinstance(question, str) else require_strings(f"practice[{i}]", question)
        for i, question in enumerate(practice)
    ]
