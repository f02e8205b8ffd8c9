"""How does a person see that a long check is running, and not that a short one was?"""

import time

import keras

PATIENCE_SECONDS = 3.0


class Progress:
    """A Keras progress bar that appears only if the work takes more than a few seconds.

    Args:
        label: str, what is being done.
        total: int, steps of the work; None if that is not known before the end.
        verbose: bool, False never shows anything.
    """

    def __init__(self, label: str, total: int | None, verbose: bool) -> None:
        self.label = label
        self.total = total
        self.verbose = verbose
        self._start = time.perf_counter()
        self._bar: keras.utils.Progbar | None = None

    def update(self, done: int) -> None:
        """Tells how many steps are done."""
        if not self.verbose:
            return
        if self._bar is None and time.perf_counter() - self._start > PATIENCE_SECONDS:
            print(f"\n{self.label}")
            self._bar = keras.utils.Progbar(self.total, unit_name="case")
        if self._bar is not None:
            self._bar.update(done if self.total is None else min(done, self.total))

    def finish(self, done: int) -> None:
        """Ends the line of a bar that could not know when it was full."""
        if self._bar is not None and self.total is None:
            self._bar.update(done, finalize=True)
