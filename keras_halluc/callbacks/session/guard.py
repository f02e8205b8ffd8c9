"""One path for all that a callback writes or measures: an error is said once and ends no `fit`."""

import errno
import warnings
from collections.abc import Callable
from typing import Any

FULL = (errno.ENOSPC, errno.EDQUOT)  # no space left, quota exceeded


class Guard:
    """Calls functions; an error is warned of once and does not end `fit`, unless `strict`.

    Args:
        owner: str, name of the callback's class.
        strict: bool. Whether an error is raised.
        said: set that the callbacks of a `fit` share, of what has been said. Of a full disk only
            the first of them speaks.
    """

    def __init__(self, owner: str, strict: bool, said: set[Any]) -> None:
        self.owner = owner
        self.strict = strict
        self._said = said

    def __call__(
        self, what: str, function: Callable[..., Any], *args: Any, starting: bool = False
    ) -> None:
        """Calls `function(*args)`.

        Args:
            what: str, what could not be done if it fails: "write to TensorBoard".
            function: callable.
            args: its arguments.
            starting: bool. Whether `fit` has not begun: then a wrong path is an error, and only a
                full disk is not.
        """
        try:
            function(*args)
        except Exception as error:
            full = is_full(error)
            if self.strict or (starting and not full):
                raise
            told = "full disk" if full else (self.owner, type(error).__name__)
            if told in self._said:
                return
            self._said.add(told)
            others = "; the same of what other callbacks write is not said" if full else ""
            warnings.warn(
                f"{self.owner} could not {what} and goes on; said once{others} (strict=True raises "
                f"instead): {type(error).__name__}: {error}",
                stacklevel=3,
            )


def is_full(error: BaseException) -> bool:
    """Whether an error is that of a disk without space."""
    return isinstance(error, OSError) and error.errno in FULL
