"""Is a check passed, refused clearly, or neither?

A check returns nothing where all is right, raises AssertionError where a value is wrong, and lets
the error of a refusal through.
"""

import pathlib
import re

import keras_halluc as kh

PACKAGE = str(pathlib.Path(kh.__file__).parent)


class HubRefuses(Exception):
    """KerasHub or Keras itself says that it cannot do it."""


def outcome(check, family):
    """`(cell, reason)`: "ok", or "error" for a clear refusal."""
    try:
        check(family)
    except HubRefuses as reason:
        return "error", f"KerasHub: {reason}"
    except (TypeError, ValueError, NotImplementedError) as error:
        if not is_clear(error):
            raise
        return "error", first_sentence(error)
    return "ok", ""


def is_clear(error):
    """Whether the package raised it itself, and says what came."""
    last = error.__traceback__
    while last.tb_next is not None:
        last = last.tb_next
    ours = last.tb_frame.f_code.co_filename.startswith(PACKAGE)
    return ours and "Received" in str(error)


def first_sentence(error):
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(error))  # Keras writes in bold
    text = re.sub(r"^Exception encountered when calling \S+\.\s+", "", text)
    text = re.sub(r"\s+", " ", text)
    return re.split(r"(?<=\.) (?=[A-Z])| Received| Arguments received", text)[0]


def each(*parts):
    """Runs all parts; those that are refused clearly must not hide that another is wrong."""
    refusals = []
    for part in parts:
        try:
            part()
        except (TypeError, ValueError, NotImplementedError) as error:
            if not is_clear(error):
                raise
            refusals.append(error)
    if refusals:
        raise refusals[0]
