"""How does a person see that a long check is running, and not that a short one was?"""

import sys
import time

import keras
from absl import logging

PATIENCE_SECONDS = 3.0


def say(message: str) -> None:
    """Prints a line of its own where Keras would print.

    `keras.config.disable_interactive_logging()` sends it to the log of absl instead, as it does
    with what `fit` says.
    """
    if keras.config.is_interactive_logging_enabled():
        print(message, file=sys.stdout, flush=True)
    else:
        logging.info(message)


class Progress:
    """A Keras progress bar that appears only if the work takes more than a few seconds.

    Args:
        label: str, what is being done.
        total: int, steps of the work; None if that is not known before the end.
        verbose: int, 0 never shows anything, 1 a bar, 2 one line at the end.
    """

    def __init__(self, label: str, total: int | None, verbose: int) -> None:
        self.label = label
        self.total = total
        self.verbose = int(verbose)
        self._start = time.perf_counter()
        self._bar: keras.utils.Progbar | None = None

    def update(self, done: int) -> None:
        """Tells how many steps are done."""
        if not self.verbose:
            return
        if self._bar is None and time.perf_counter() - self._start > PATIENCE_SECONDS:
            say(self.label)
            self._bar = keras.utils.Progbar(self.total, verbose=self.verbose, unit_name="case")
        if self._bar is not None:
            self._bar.update(done if self.total is None else min(done, self.total))

    def finish(self, done: int) -> None:
        """Ends the line of a bar that could not know when it was full."""
        if self._bar is not None and self.total is None:
            self._bar.update(done, finalize=True)
