"""Are these cases and outputs what a checker can compare?"""

from collections.abc import Iterable
from collections.abc import Sequence

from keras_halluc._check import check_same_length
from keras_halluc._check import check_strings
from keras_halluc._check import received
from keras_halluc._types import Case


def check_batch(cases: Sequence[Case], outputs: Sequence[str]) -> tuple[list[Case], list[str]]:
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
        check_strings(f"cases[{i}].references", case.references, empty_ok=True)
    outputs = check_strings("outputs", outputs, empty_ok=True)
    check_same_length(cases=cases, outputs=outputs)
    return cases, outputs
