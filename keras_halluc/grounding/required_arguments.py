"""Checks of what a checker is given, and of what it returns: each raises with the fix."""

import dataclasses
from collections.abc import Iterable
from collections.abc import Sequence
from typing import Any

from keras_halluc._require import received
from keras_halluc._require import require_choice
from keras_halluc._require import require_number
from keras_halluc._require import require_same_length
from keras_halluc._require import require_strings
from keras_halluc._types import LABELS
from keras_halluc._types import Case
from keras_halluc._types import Checker
from keras_halluc._types import Verdict


def require_batch(cases: Sequence[Case], outputs: Sequence[str]) -> tuple[list[Case], list[str]]:
    """`cases` must be `Case` objects, `outputs` as many str; an empty batch will do."""
    if isinstance(cases, (str, bytes, dict)) or not isinstance(cases, Iterable):
        raise TypeError(f"`cases` must be a list of Case. {received('cases', cases)}")
    cases = list(cases)
    for i, case in enumerate(cases):
        if not isinstance(case, Case):
            raise TypeError(
                f"`cases` must hold Case objects only; keras_halluc.data.read_cases makes them of "
                f"files, dicts and pairs. {received(f'cases[{i}]', case)}"
            )
        require_strings(f"cases[{i}].references", case.references, empty_ok=True)
    outputs = require_strings("outputs", outputs, empty_ok=True)
    require_same_length(cases=cases, outputs=outputs)
    return cases, outputs


def require_checker(name: str, value: Any) -> Checker:
    """`value` must be an object, not a class, with a method `check`."""
    if isinstance(value, type) or not isinstance(value, Checker):
        raise TypeError(
            f"`{name}` must have a method `check`, as keras_halluc.grounding.OverlapChecker() has. "
            f"{received(name, value)}"
        )
    return value


def require_verdict(verdict: Any) -> Verdict:
    """What a checker of the user's own returned; a wrong one would make rates wrong."""
    if not isinstance(verdict, Verdict):
        raise TypeError(f"A checker must return Verdict objects. {received('verdict', verdict)}")
    require_choice("verdict.label", verdict.label, LABELS)
    if verdict.score is not None:
        require_number("verdict.score", verdict.score, minimum=0.0, maximum=1.0)
    # Numbers of numpy become Python's, which every file format takes.
    score = None if verdict.score is None else float(verdict.score)
    spans = tuple((int(start), int(end), kind) for start, end, kind in verdict.spans)
    return dataclasses.replace(verdict, score=score, spans=spans)


def require_below(name: str, value: float | None, upper: float) -> float:
    """`value` must be a number in `[0, upper]`; None is `upper`."""
    return upper if value is None else require_number(name, value, minimum=0.0, maximum=upper)
