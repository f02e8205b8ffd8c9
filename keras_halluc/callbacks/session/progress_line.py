"""Progress line: how far long work is, written over Keras' bar and gone when the work is done."""

import math
import shutil
import sys
import time
from types import TracebackType

import keras

from keras_halluc._progress import PATIENCE_SECONDS
from keras_halluc._progress import say

INTERVAL = 0.1  # seconds between two writings of the line
NOTEBOOK_WIDTH = 240  # characters that may be left of a bar, whose colours count too
FILE_WIDTH = 79


class ProgressLine:
    """Shows a count in the line of the cursor, from 0 on; a context manager.

    Keras draws the bar of an epoch over and over in one line and ends the line after the callbacks.
    A line of our own below would split that bar in two. This one takes the place of the bar while
    the work lasts and is blank afterwards, so that Keras draws its bar there again.

    Args:
        label: str, what is being done.
        total: int, steps of the work.
        unit: str, what they are.
        verbose: int, 1 shows the line, 2 one line at the end of work that took long, 0 nothing.
    """

    def __init__(self, label: str, total: int, unit: str, verbose: int) -> None:
        self.label = label
        self.total = total
        self.unit = unit
        self.verbose = verbose if keras.config.is_interactive_logging_enabled() else 0
        self._start = time.perf_counter()
        self._written = -INTERVAL
        self._width = 0

    def __enter__(self) -> "ProgressLine":
        self.update(0)
        return self

    def update(self, done: int) -> None:
        """Tells how many steps are done."""
        now = time.perf_counter() - self._start
        if self.verbose != 1 or not self.total or now - self._written < INTERVAL:
            return
        self._written = now
        done = min(done, self.total)
        seconds = math.ceil(now / done * (self.total - done)) if done else 0
        left = f", about {seconds} s left" if seconds else ""
        self._write(f"{self.label}: {done} of {self.total} {self.unit}{left}")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        seconds = time.perf_counter() - self._start
        if self._width:
            sys.stdout.write("\r" + " " * self._width + "\r")
            sys.stdout.flush()
        elif self.verbose == 2 and seconds > PATIENCE_SECONDS:
            say(f"{self.label}: {self.total} {self.unit} in {seconds:.0f} s")

    def _write(self, text: str) -> None:
        self._width = max(self._width, _line_width())
        sys.stdout.write("\r" + text[: self._width].ljust(self._width))
        sys.stdout.flush()


def _line_width() -> int:
    if getattr(sys.stdout, "isatty", bool)():
        return max(shutil.get_terminal_size().columns - 1, 1)  # in the last column it would wrap
    return NOTEBOOK_WIDTH if "ipykernel" in sys.modules else FILE_WIDTH
