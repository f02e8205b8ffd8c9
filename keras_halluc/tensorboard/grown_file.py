"""Append-only file that holds whole pieces only, on a full disk and in a deleted folder too."""

import contextlib
import itertools
import os
import socket
import time
from typing import Any

_numbers = itertools.count()


class GrownFile:
    """A file in a run's folder that only grows, by whole pieces.

    A piece that cannot be written in full is taken back, so that what comes later can be read. A
    file whose folder was deleted or moved away is not written into unseen: `is_gone` says so.

    Args:
        folder: str; it is made when needed.
        start: str, how the file's name begins.
        end: str, how it ends.
    """

    def __init__(self, folder: str, start: str, end: str = "") -> None:
        os.makedirs(folder, exist_ok=True)
        self._file = create_file(folder, start, end)
        self.path: str = self._file.name
        self._waiting: list[bytes] = []

    def add(self, piece: bytes, flush: bool = True) -> None:
        """Appends a piece; with `flush`, others can read it, and all before it, at once.

        Raises:
            OSError: nothing that waited was written; it is dropped.
        """
        self._waiting.append(piece)
        if flush:
            self.flush()

    def flush(self) -> None:
        """Hands what waits to the operating system; see `add`."""
        left = memoryview(b"".join(self._waiting))
        self._waiting.clear()
        whole = self._file.tell()
        try:
            while len(left):
                left = left[self._file.write(left) :]
        except OSError:
            with contextlib.suppress(OSError):
                self._file.truncate(whole)
            self._file.seek(whole)
            raise

    def is_gone(self) -> bool:
        """Whether nobody finds the file under its name any more."""
        try:
            return not os.path.samestat(os.stat(self.path), os.fstat(self._file.fileno()))
        except FileNotFoundError:
            return True

    def close(self) -> None:
        """Writes what waits and closes the file."""
        try:
            self.flush()
        finally:
            self._file.close()


def create_file(folder: str, start: str, end: str = "") -> Any:
    """A new unbuffered file, named so that it sorts after all with the same ends in the folder.

    TensorBoard reads the files of a folder in this order and never goes back to an earlier one. A
    clock may have been set back since, or two files be of one second.
    """
    names = [name for name in os.listdir(folder) if name.startswith(f"{start}.")]
    seconds = max([int(time.time()), *(_seconds(name, start) + 1 for name in names)])
    while True:
        name = f"{start}.{seconds:010d}.{socket.gethostname()}"
        path = os.path.join(folder, f"{name}.{os.getpid()}.{next(_numbers):06d}{end}")
        try:
            return open(path, "xb", buffering=0)
        except FileExistsError:
            continue


def _seconds(name: str, start: str) -> int:
    digits = name[len(start) + 1 :].partition(".")[0]
    return int(digits) if digits.isdecimal() and len(digits) == 10 else 0
