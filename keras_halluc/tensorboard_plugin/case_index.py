"""Which steps does a run's folder hold? Several files may hold steps; the later one counts."""

import glob
import os
import threading
from collections.abc import Callable

from keras_halluc.tensorboard.case_log import END
from keras_halluc.tensorboard.case_log import START
from keras_halluc.tensorboard_plugin.case_file import CaseFile
from keras_halluc.tensorboard_plugin.case_file import StepBlock

KEPT_RUNS = 64  # about 1 MB each for 2,000 cases of 50 epochs


class CaseIndex:
    """The steps of one run, kept up to date while it is written.

    Args:
        folder: str, the run's folder.
    """

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._files: list[CaseFile] = []
        self._steps: dict[int, StepBlock] = {}

    def steps(self) -> dict[int, StepBlock]:
        """All steps there are by now, the first one first."""
        with self._lock:
            self._refresh()
            return dict(sorted(self._steps.items()))

    def _refresh(self) -> None:
        pattern = os.path.join(glob.escape(self.folder), f"{START}.*{END}")
        paths = sorted(path for path in glob.glob(pattern) if os.path.isfile(path))
        known = [file.path for file in self._files]
        if known != paths[: len(known)] or any(map(_shrunk, self._files)):
            self._files, self._steps, known = [], {}, []  # a run was written anew
        self._files += [CaseFile(path) for path in paths[len(known) :]]
        for number, file in enumerate(self._files):
            later = self._files[number + 1 :]
            for block in file.scan():
                held = self._steps.get(block.step)
                if held is None or held.file not in later:
                    self._steps[block.step] = block


class CaseIndexes:
    """The indexes of the runs looked at last.

    Args:
        folder_of: function from the name of a run to its folder.
    """

    def __init__(self, folder_of: Callable[[str], str]) -> None:
        self._folder_of = folder_of
        self._lock = threading.Lock()
        self._kept: dict[str, CaseIndex] = {}

    def of(self, run: str) -> CaseIndex:
        """The index of a run; the caller has made sure that there is such a run."""
        with self._lock:
            index = self._kept.pop(run, None) or CaseIndex(self._folder_of(run))
            self._kept[run] = index
            if len(self._kept) > KEPT_RUNS:
                del self._kept[next(iter(self._kept))]
            return index


def _shrunk(file: CaseFile) -> bool:
    return os.path.getsize(file.path) < file.scanned
