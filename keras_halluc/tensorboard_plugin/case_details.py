"""Details of one case: its whole texts and fields, and what was said to it at every step."""

from typing import Any

from tensorboard.errors import NotFoundError

from keras_halluc.tensorboard_plugin.case_file import StepBlock
from keras_halluc.tensorboard_plugin.case_image import image_of
from keras_halluc.tensorboard_plugin.case_page import Query
from keras_halluc.tensorboard_plugin.case_page import choose_steps
from keras_halluc.tensorboard_plugin.source_passages import source_passages
from keras_halluc.tensorboard_plugin.span_pieces import cut_pieces
from keras_halluc.tensorboard_plugin.texts import SHOWN
from keras_halluc.tensorboard_plugin.texts import fields_of
from keras_halluc.tensorboard_plugin.texts import text_of
from keras_halluc.tensorboard_plugin.texts import texts_of


def case_details(steps: dict[int, StepBlock], name: str, step: int | None) -> dict[str, Any]:
    """One case at a step in full, and its outputs of all steps, cut.

    `passages` has, for each marked span of the output, the sentence of the source that is nearest.

    Args:
        steps: the run's steps in order, at least one.
        name: str, the id of the case.
        step: int, or None for the last one there is.

    Raises:
        NotFoundError: the case was not asked at that step.
    """
    block, case = case_at(steps, name, step)
    (answer,) = block.answers([block.row_of[name]])
    found = _said(block, name, None)
    found["prompt"] = text_of(case, "prompt")
    found["image"] = image_of(case)
    found["source"] = text_of(case, "source")
    found["references"] = texts_of(case, "references")
    found["fields"] = [[key, str(value)] for key, value in fields_of(case).items()]
    found["passages"] = source_passages(
        found["source"], text_of(answer, "output"), answer.get("spans")
    )
    found["history"] = [
        _said(other, name, SHOWN) for other in steps.values() if name in other.row_of
    ]
    return found


def case_at(
    steps: dict[int, StepBlock], name: str, step: int | None
) -> tuple[StepBlock, dict[str, Any]]:
    """What was said at a step, and the line of a case that was asked there.

    Raises:
        NotFoundError: the case was not asked at that step.
    """
    block, _ = choose_steps(steps, Query(step=step))
    if name not in block.row_of:
        raise NotFoundError(f"case {name!r} was not asked at step {block.step}")
    (case,) = block.cases([block.row_of[name]])
    return block, case


def _said(block: StepBlock, name: str, limit: int | None) -> dict[str, Any]:
    row = block.row_of[name]
    (answer,) = block.answers([row])
    return {
        "step": block.step,
        "label": block.labels[row],
        "score": block.scores[row],
        "reason": text_of(answer, "reason"),
        "output": cut_pieces(text_of(answer, "output"), answer.get("spans"), limit),
    }
