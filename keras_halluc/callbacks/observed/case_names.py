"""Names of cases: the `id`, or the place among all cases where a case has none."""

from collections.abc import Collection

from keras_halluc.callbacks.observed.answers import Answer


def case_name(answer: Answer, taken: Collection[str | None]) -> str:
    """The name of the case of an answer; `taken` are the ids of all cases of the monitor."""
    if answer.case.id is not None:
        return answer.case.id
    name = str(answer.index)
    while name in taken:
        name += "_"
    return name
