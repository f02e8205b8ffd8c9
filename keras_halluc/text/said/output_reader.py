"""Answer extraction: reads what an output says and leaves out what only wraps it."""

from collections.abc import Sequence

from keras_halluc._require import received
from keras_halluc._require import require_choice
from keras_halluc._require import require_strings
from keras_halluc.text.said.answer_fields import find_answer_field
from keras_halluc.text.said.answer_fields import find_answer_tag
from keras_halluc.text.said.answer_line import find_further_lines
from keras_halluc.text.said.answer_line import find_working
from keras_halluc.text.said.citations import find_citations
from keras_halluc.text.said.citations import find_links
from keras_halluc.text.said.citations import find_source_lines
from keras_halluc.text.said.cleaned_output import CleanedOutput
from keras_halluc.text.said.closings import find_closings
from keras_halluc.text.said.draft import Draft
from keras_halluc.text.said.draft import Step
from keras_halluc.text.said.emphasis import EMPHASIS_STEPS
from keras_halluc.text.said.fences import find_fences
from keras_halluc.text.said.fences import find_inline_code
from keras_halluc.text.said.html_tags import find_entities
from keras_halluc.text.said.html_tags import find_raised
from keras_halluc.text.said.html_tags import find_tags
from keras_halluc.text.said.latex import find_commands
from keras_halluc.text.said.latex import find_escapes
from keras_halluc.text.said.latex import find_maths
from keras_halluc.text.said.latex import find_powers
from keras_halluc.text.said.lead_ins import find_later_lead_ins
from keras_halluc.text.said.lead_ins import find_lead_ins
from keras_halluc.text.said.list_marks import find_bullets
from keras_halluc.text.said.list_marks import find_headings
from keras_halluc.text.said.list_marks import find_inline_numbers
from keras_halluc.text.said.list_marks import find_list_numbers
from keras_halluc.text.said.list_marks import find_quote_marks
from keras_halluc.text.said.list_marks import find_rules
from keras_halluc.text.said.list_marks import find_step_labels
from keras_halluc.text.said.reasoning import find_channels
from keras_halluc.text.said.reasoning import find_printed_reasoning
from keras_halluc.text.said.reasoning import find_reasoning
from keras_halluc.text.said.titles import find_titles
from keras_halluc.text.said.turns import find_echoed_question
from keras_halluc.text.said.turns import find_next_turn
from keras_halluc.text.said.turns import find_opening
from keras_halluc.text.said.turns import find_prompt
from keras_halluc.text.said.turns import find_stop

# The steps in the order in which they are taken, each with what it looks for.
_FIRST: dict[str, tuple[Step, ...]] = {
    "reasoning": (find_channels, find_reasoning, find_printed_reasoning),
    "turns": (find_prompt, find_opening, find_stop, find_echoed_question, find_next_turn),
    "working": (find_working,),
}
_WRAPPING: dict[str, tuple[Step, ...]] = {
    "fences": (find_fences, find_inline_code),
    "fields": (find_answer_tag, find_answer_field),
    "html": (find_raised, find_tags, find_entities),
    "latex": (find_maths, find_commands, find_powers, find_escapes),
    "citations": (find_links, find_citations, find_source_lines),
    "titles": (find_titles,),
    "emphasis": EMPHASIS_STEPS,
    "lists": (
        *(find_headings, find_rules, find_quote_marks, find_bullets),
        *(find_inline_numbers, find_list_numbers, find_step_labels),
    ),
    "lead_ins": (find_lead_ins, find_later_lead_ins),
    "closings": (find_closings,),
}
_LAST: dict[str, tuple[Step, ...]] = {"further_lines": (find_further_lines,)}
_ALL = (*_FIRST, *_WRAPPING, *_LAST)
_ROUNDS = 3  # a fence may hold JSON, which holds Markdown
ANSWER_STEPS = tuple(step for step in _ALL if step != "titles")
OUTPUT_STEPS = tuple(step for step in _ALL if step not in ("working", "further_lines"))


class OutputReader:
    """Reads what an output says: the text without what wraps it, in one language or several.

    Every checker reads outputs so before it judges them. The steps, in this order:

    | step | what it leaves out |
    |---|---|
    | `"reasoning"` | `<think>...</think>` and its kin, channels other than the final one; all \
where the reasoning does not end, since no answer was given |
    | `"turns"` | special tokens, what follows a stop token, the turn of somebody else ("User:") |
    | `"working"` | what stands before "The final answer is", `####` and `\\boxed` |
    | `"fences"` | the marks of code blocks and inline code |
    | `"fields"` | JSON and tags around an answer: `{"answer": "Paris"}` |
    | `"html"` | tags; `m<sup>2</sup>` becomes `m²` |
    | `"latex"` | commands and signs of maths; `m^2` becomes `m²` |
    | `"citations"` | `[1]`, `(p. 12)`, `【1】`, `[^1]`, `(Source 2)`, the address of a link |
    | `"titles"` | short headings and labels on a line of their own, above other text |
    | `"emphasis"` | `**`, `__`, `*`, `_`, `~~` around words |
    | `"lists"` | list numbers, bullets, "Step 1:", rules, the signs of headings |
    | `"lead_ins"` | "Sure!", "Here is the answer:", "Based on the text,", "The answer is" |
    | `"closings"` | "I hope this helps!", "Let me know if ..." |
    | `"further_lines"` | all behind the first line that answers, and a question before it |

    `"working"` and `"further_lines"` suit a short answer, which may stand in a title:
    `ANSWER_STEPS` has them and not `"titles"`, `OUTPUT_STEPS` has `"titles"` and not them. Words
    are known in English, Chinese, German, French, Spanish, Japanese, Italian and Portuguese; signs
    in any language. What is left keeps its place: spans of a verdict are those of the output as it
    was written. The time grows with the length of the output.

    It goes by signs and phrases, not by sense: a phrase that is no wrapping where it stands ("Let
    me know if it rains." at the end of a story) is left out all the same.

    Args:
        steps: list of str, names of steps. None takes `OUTPUT_STEPS`. An empty list reads the
            output as it is written.
        without: list of str, steps of these that are not taken.

    Example:

    >>> import keras_halluc as kh
    >>> reader = kh.text.OutputReader()
    >>> reader.read("<think>Lyon?</think>Sure! **Paris** [1]").text.strip()
    'Paris'
    >>> kh.text.OutputReader(without=["citations"]).read("Sure! **Paris** [1]").text.strip()
    'Paris [1]'
    """

    def __init__(self, steps: Sequence[str] | None = None, without: Sequence[str] = ()) -> None:
        chosen = OUTPUT_STEPS if steps is None else steps
        given = require_strings("steps", chosen, empty_ok=True)
        left = require_strings("without", without, empty_ok=True)
        for name, names in (("steps", given), ("without", left)):
            for step in names:
                require_choice(name, step, _ALL)
        self.steps = tuple(step for step in _ALL if step in given and step not in left)

    def read(self, output: str) -> CleanedOutput:
        """Reads one output.

        Args:
            output: str, what a model wrote.

        Returns:
            `CleanedOutput`. Its `text` may be empty.
        """
        if not isinstance(output, str):
            raise TypeError(f"`output` must be a str. {received('output', output)}")
        draft = Draft(output)
        self._take(draft, _FIRST)
        for _ in range(_ROUNDS):
            if not self._take(draft, _WRAPPING):
                break
        self._take(draft, _LAST)
        return CleanedOutput(draft.text, output, draft.all_dropped(), draft.starts, draft.ends)

    def _take(self, draft: Draft, steps: dict[str, tuple[Step, ...]]) -> bool:
        """Takes the steps that are wanted; whether the text has changed."""
        changed = False
        for name, finders in steps.items():
            if name in self.steps:
                for find in finders:
                    changed |= draft.apply(find(draft.text))
        return changed
