"""What do the parts of the package say to one another? Data and protocols, no behaviour."""

import dataclasses
import os
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any
from typing import Protocol
from typing import TypeAlias
from typing import runtime_checkable

import numpy as np

# A tensor of the active Keras backend, a KerasTensor or a numpy array.
Tensor: TypeAlias = Any
StrPath: TypeAlias = str | os.PathLike[str]

LABELS = ("supported", "unsupported", "contradicted", "abstained", "unmeasured")
HALLUCINATED = ("unsupported", "contradicted")


class ImagePrompt(str):
    """What a generator is given for a case with a picture: the prompt, a str, with `.image`.

    `Case(prompt, image=...)` makes it, so that every monitor, checker and report that asks a case
    hands the picture on. Two of them are equal where the texts are, and the pictures are one
    object or one path. Contents of pictures are never compared, and a plain str is never equal, so
    that one question about two pictures is asked twice.

    Args:
        text: str, the prompt.
        image: the picture: a path, an array, or whatever the generator reads.

    Example:

    >>> import keras_halluc as kh
    >>> import numpy as np
    >>> cases = [kh.data.Case("How bright?", ("0", "1"), image=np.full((2, 2), i)) for i in (0, 1)]
    >>> def model(prompts):
    ...     return [str(prompt.image.mean()) for prompt in prompts]
    >>> model([case.prompt for case in cases]), cases[0].prompt == cases[1].prompt
    (['0.0', '1.0'], False)
    """

    image: Any

    def __new__(cls, text: str, image: Any = None) -> "ImagePrompt":
        made = super().__new__(cls, text)
        made.image = image
        return made

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ImagePrompt) or not str.__eq__(self, other):
            return False
        return self.image is other.image or _picture_key(self.image) == _picture_key(other.image)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((str.__hash__(self), _picture_key(self.image)))


@dataclasses.dataclass(frozen=True)
class Case:
    """One evaluation item: what to ask, and what the output is checked against.

    Args:
        prompt: str, given to the model as it is. With an `image` it becomes an `ImagePrompt`.
        references: tuple of str. Accepted answers.
        source: str or None. The text the output must stay within.
        group: str or None. Name of the slice this case belongs to.
        id: str or None. Unique name; `read_cases` numbers the cases that have none.
        fields: dict, what else is known of the case: the other columns of its row, by name. Only by
            keyword. Values may be of any type. They are not compared: cases that differ in `fields`
            alone are equal and have the same hash.
        image: the picture the prompt is about, or None: a path, an array `(height, width)` or
            `(height, width, channels)`, or whatever the generator reads. Only by keyword. The
            generator finds it as `prompt.image`. Cases are equal where their pictures are one
            object or one path; what is in an array is never compared. The log of cases keeps a
            path as it is, and an array as a PNG file beside it.

    Example:

    >>> import keras_halluc as kh
    >>> kh.data.Case("The capital of France is", references=("Paris",)).references
    ('Paris',)
    """

    prompt: str
    references: tuple[str, ...] = ()
    source: str | None = None
    group: str | None = None
    id: str | None = None
    fields: Mapping[str, Any] = dataclasses.field(default_factory=dict, compare=False, kw_only=True)
    image: Any = dataclasses.field(default=None, compare=False, kw_only=True, repr=False)

    def __post_init__(self) -> None:
        if self.image is None and isinstance(self.prompt, ImagePrompt):
            object.__setattr__(self, "image", self.prompt.image)
        elif self.image is not None and isinstance(self.prompt, str):
            object.__setattr__(self, "prompt", ImagePrompt(str(self.prompt), self.image))


@dataclasses.dataclass(frozen=True)
class Verdict:
    """What a checker says of one output.

    Args:
        label: str, one of `"supported"`, `"unsupported"`, `"contradicted"`, `"abstained"`,
            `"unmeasured"`.
        score: float in [0, 1], higher is better supported; None where nothing was measured.
        spans: tuple of `(start, end, kind)`, character ranges of the output.
        reason: str, one line for a person.

    Example:

    >>> import keras_halluc as kh
    >>> verdict = kh.grounding.Verdict("contradicted", 0.0, spans=((0, 4, "contradicted"),))
    >>> verdict.measured, verdict.hallucinated
    (True, True)
    """

    label: str
    score: float | None = None
    spans: tuple[tuple[int, int, str], ...] = ()
    reason: str = ""

    @property
    def measured(self) -> bool:
        """Whether this verdict counts in rates; an abstention does, an unmeasured case does not."""
        return self.label != "unmeasured"

    @property
    def hallucinated(self) -> bool:
        """Whether the output was measured and found unsupported or contradicted."""
        return self.label in HALLUCINATED


@dataclasses.dataclass(frozen=True)
class TokenScores:
    """How likely a model finds given continuations, token by token.

    Args:
        log_probs: float32 `(batch, seq)`, nats, 0 where `mask` is 0.
        entropies: float32 `(batch, seq)`, nats, of the whole next-token distribution.
        mask: float32 `(batch, seq)`, 1 for tokens of the continuation, 0 elsewhere.

    Example:

    >>> import keras_halluc as kh
    >>> function = kh.generation.FunctionGenerator(lambda prompts: prompts)
    >>> isinstance(function, kh.generation.Generator)  # what returns TokenScores from `score`
    True
    """

    log_probs: np.ndarray
    entropies: np.ndarray
    mask: np.ndarray


@runtime_checkable
class Generator(Protocol):
    """Text and token log-probabilities out of a model."""

    def generate(self, prompts: Sequence[str]) -> list[str]:
        """Returns one continuation a prompt, without the prompt."""
        ...

    def score(self, prompts: Sequence[str], continuations: Sequence[str]) -> TokenScores:
        """Returns log-probabilities of each given continuation after its prompt."""
        ...


@dataclasses.dataclass(frozen=True)
class Passage:
    """A text that a search found.

    Args:
        text: str.
        id: str, its name in the corpus.
        score: float, how well it fits the query; higher is better, comparable within one search.

    Example:

    >>> import keras_halluc as kh
    >>> retriever = kh.grounding.BM25Retriever(["Rome is in Italy.", "Paris is in France."])
    >>> retriever.search(["Where is Paris?"], k=1)[0][0].id
    '1'
    """

    text: str
    id: str
    score: float


@runtime_checkable
class Retriever(Protocol):
    """Finds passages of a corpus: in memory, in a database, in a search engine."""

    def search(self, queries: Sequence[str], k: int) -> list[list[Passage]]:
        """Returns for each query at most `k` passages, best first; none if nothing fits."""
        ...


@runtime_checkable
class Checker(Protocol):
    """Compares outputs with what their cases allow."""

    def check(self, cases: Sequence[Case], outputs: Sequence[str]) -> list[Verdict]:
        """Returns one verdict an output, whatever the batch or its order."""
        ...


def _picture_key(image: Any) -> str | int:
    """What tells one picture from another: a path, else the object itself."""
    if isinstance(image, (str, os.PathLike)):
        return os.fsdecode(image)
    return id(image)
