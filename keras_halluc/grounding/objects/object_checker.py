"""`ObjectChecker`: object hallucination in captions of pictures (CHAIR, Rohrbach et al. 2018)."""

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence

from keras_halluc._require import received
from keras_halluc._types import Case
from keras_halluc._types import Verdict
from keras_halluc.grounding.objects.coco_objects import COCO_NO_OBJECTS
from keras_halluc.grounding.objects.coco_objects import COCO_OBJECTS
from keras_halluc.grounding.objects.object_finder import ObjectFinder
from keras_halluc.grounding.objects.object_finder import ObjectMention
from keras_halluc.grounding.objects.object_rates import ObjectRates
from keras_halluc.grounding.output_checker import OutputChecker
from keras_halluc.grounding.required_arguments import require_batch
from keras_halluc.text import OutputReader
from keras_halluc.text import sentence_spans

MOST_SHOWN = 3  # objects in a reason


class ObjectChecker(OutputChecker):
    """Finds objects that a caption names and that are not in the picture.

    The references of a case say what is there: captions that people wrote, labels of a detector or
    of annotators, or both. An object is there if any reference names it. Only objects of the
    vocabulary count; what else a caption says is not looked at.

    | output | label | score |
    |---|---|---|
    | names an object that no reference names | `unsupported` | mentions that are there / mentions |
    | names objects, all of them there | `supported` | 1.0 |
    | names no object of the vocabulary | `unmeasured` | None |
    | without text, or only says that it does not know | `abstained` | None |
    | the case has no references | `unmeasured` | None |

    Spans mark the mentions that are not there. The hallucination rate of a monitor is CHAIR_s over
    the captions that name an object; `rates` has CHAIR_i, CHAIR_s and the recall of objects. Watch
    recall too: a caption that names nothing hallucinates nothing.

    Words are matched in any case, the longest phrase first, with English plurals ("two men"). An
    object that is denied ("no dog", "without a dog", "cannot see any dogs") is not named. Numbers
    of objects, their colours and where they are is not looked at.

    Args:
        vocabulary: mapping from the name of an object to a list of other words for it, in the
            singular: `{"dog": ["puppy"]}`; or a list of names. None is `COCO_OBJECTS`, the 80
            objects of MS COCO.
        ignored: list of str, phrases with a word of the vocabulary that name no object:
            `"train station"`. None is a list for `COCO_OBJECTS` where that is the vocabulary, and
            else nothing.
        plurals: bool, whether English plurals of all words count as well. Defaults to `True`.
        abstentions: list of str or None, as `AnswerChecker` takes them.
        reader: `keras_halluc.text.OutputReader`, which leaves out what only wraps what an output
            says. None takes its default steps.

    Example:

    >>> import keras_halluc as kh
    >>> checker = kh.grounding.ObjectChecker({"dog": ["puppy"], "cat": [], "frisbee": ["disc"]})
    >>> case = kh.data.Case("Describe the picture.", ("A puppy jumps for a disc.", "grass"))
    >>> outputs = ["Two dogs with a frisbee, and no cat.", "A cat with a frisbee."]
    >>> for verdict in checker.check([case] * 2, outputs):
    ...     print(verdict.label, verdict.score, verdict.reason)
    supported 1.0 all 2 objects named are there
    unsupported 0.5 1 of 2 objects named is not there: 'cat'
    >>> rates = checker.rates([case] * 2, outputs)
    >>> rates.chair_i, rates.chair_s, rates.recall
    (0.25, 0.5, 0.75)

    References:
        Rohrbach et al. 2018, "Object hallucination in image captioning",
        https://arxiv.org/abs/1809.02156
    """

    requires = ("references",)

    def __init__(
        self,
        vocabulary: Mapping[str, Iterable[str]] | Iterable[str] | None = None,
        ignored: Iterable[str] | None = None,
        plurals: bool = True,
        abstentions: Sequence[str] | None = None,
        reader: OutputReader | None = None,
    ) -> None:
        super().__init__(abstentions, reader)
        if not isinstance(plurals, bool):
            raise TypeError(f"`plurals` must be True or False. {received('plurals', plurals)}")
        if ignored is None:
            ignored = COCO_NO_OBJECTS if vocabulary is None else ()
        self._finder = ObjectFinder(
            COCO_OBJECTS if vocabulary is None else vocabulary, ignored, plurals
        )
        self.vocabulary = self._finder.vocabulary
        self.ignored = self._finder.ignored
        self.plurals = plurals

    def find(self, text: str) -> list[ObjectMention]:
        """The objects that a text names, to see whether the vocabulary has the words it needs.

        Args:
            text: str.

        Returns:
            list of tuples `(name, start, end, denied)` in order: the object by its name in the
            vocabulary, `text[start:end]` that names it, and whether it is said not to be there.
        """
        return self._finder.find(text)

    def rates(self, cases: Sequence[Case], outputs: Sequence[str]) -> ObjectRates:
        """CHAIR and the recall of objects over many captions.

        Args:
            cases: list of `Case`; those without references are left out.
            outputs: list of str, as many.

        Returns:
            `ObjectRates`.
        """
        cases, outputs = require_batch(cases, outputs)
        counts = [
            self._counts(case, self.reader.read(output).text)
            for case, output in zip(cases, outputs)
            if case.references
        ]
        totals = [sum(column) for column in zip(*counts)] or [0] * 8
        return ObjectRates(*totals)

    def _counts(self, case: Case, output: str) -> tuple[int, ...]:
        """The numbers of `ObjectRates` for one caption."""
        there = self._present(case)
        named = self._named(output)
        wrong = [mention for mention in named if mention.name not in there]
        sentences = sentence_spans(output)
        hit = sum(any(s <= m.start < e for m in wrong) for s, e in sentences)
        seen = there & {mention.name for mention in named}
        return 1, bool(wrong), len(sentences), hit, len(named), len(wrong), len(there), len(seen)

    def _present(self, case: Case) -> set[str]:
        """The objects in the picture: what any reference names."""
        return {mention.name for text in case.references for mention in self._named(text)}

    def _named(self, text: str) -> list[ObjectMention]:
        return [mention for mention in self._finder.find(text) if not mention.denied]

    def _verdict(self, case: Case, output: str) -> Verdict:
        named = self._named(output)
        if not named:
            return Verdict("unmeasured", reason="names no object of the vocabulary")
        there = self._present(case)
        wrong = [mention for mention in named if mention.name not in there]
        if not wrong:
            return Verdict("supported", 1.0, reason=f"all {len(named)} objects named are there")
        shown = [repr(name) for name in dict.fromkeys(mention.name for mention in wrong)]
        more = ", ..." if len(shown) > MOST_SHOWN else ""
        verb = "is" if len(wrong) == 1 else "are"
        return Verdict(
            "unsupported",
            1 - len(wrong) / len(named),
            tuple((mention.start, mention.end, "unsupported") for mention in wrong),
            f"{len(wrong)} of {len(named)} objects named {verb} not there: "
            + ", ".join(shown[:MOST_SHOWN])
            + more,
        )
