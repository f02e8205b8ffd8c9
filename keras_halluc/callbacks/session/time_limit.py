"""Time limit of calls that may never come back, such as those of a server that hangs."""

import contextvars
import threading
import time
from collections.abc import Callable
from typing import Any


class TimeLimit:
    """Calls functions, and stops waiting for them when their time together is up.

    A thread cannot be ended from outside. One that did not come back is left behind: what it
    returns is thrown away, it goes on using what it uses, and it does not keep the process from
    ending. Until it has come back nothing else is called, so that there is never more than one.

    Args:
        seconds: float > 0, or None, which waits for ever and starts no thread.
    """

    def __init__(self, seconds: float | None) -> None:
        self.seconds = seconds
        self._until = 0.0
        self._left_behind: tuple[str, threading.Thread] | None = None

    def begin(self) -> None:
        """Starts the clock.

        Raises:
            TimeoutError: an earlier call has not come back.
        """
        if self.seconds is None:
            return
        if self._left_behind is not None and self._left_behind[1].is_alive():
            raise TimeoutError(
                f"{self._left_behind[0]} has still not come back from a call that took more than "
                f"timeout={self.seconds} s, so it is not called again."
            )
        self._left_behind = None
        self._until = time.monotonic() + self.seconds

    def check(self, who: str) -> None:
        """Raises TimeoutError if time is up; for what must not be left behind."""
        if self.seconds is not None and time.monotonic() > self._until:
            raise TimeoutError(self._too_long(who))

    def call(self, who: str, function: Callable[..., Any], *args: Any) -> Any:
        """What `function(*args)` returns or raises, called in a thread of its own.

        Raises:
            TimeoutError: time is up.
        """
        if self.seconds is None:
            return function(*args)
        found: list[Any] = []
        context = contextvars.copy_context()

        def run() -> None:
            try:
                found.append((context.run(function, *args), None))
            except BaseException as error:
                found.append((None, error))

        thread = threading.Thread(target=run, name=f"{who} within a time limit", daemon=True)
        thread.start()
        thread.join(max(self._until - time.monotonic(), 0.0))
        if not found:
            self._left_behind = who, thread
            raise TimeoutError(
                f"{self._too_long(who)} The call is left behind in its thread, which cannot be "
                "ended; until it has come back nothing is measured."
            )
        value, error = found[0]
        if error is not None:
            raise error
        return value

    def _too_long(self, who: str) -> str:
        return f"{who} took more than timeout={self.seconds} s for the cases of one epoch."
