"""A file that one process at a time holds open to write."""

import os
import stat
import warnings
from pathlib import Path

from keras_halluc._require import received

try:
    import fcntl
except ImportError:  # no POSIX system
    fcntl = None  # type: ignore[assignment]


class LockedFile:
    """A file opened to read and write, which no other `LockedFile` can open meanwhile.

    The lock belongs to the open file: it ends with `close`, and with the process, however that
    ends. A file that this one made and nobody wrote to is removed by `close`.

    Args:
        name: str, the argument that holds the path, for errors.
        path: `pathlib.Path`, made if there is no such file.

    Raises:
        ValueError: another one has it open, or it is no ordinary file.
        OSError: the operating system does not let it be opened.
    """

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self.path = path
        self.made = False
        self._descriptor = -1
        while not self._open():
            pass  # it was removed between being opened and being locked

    def size(self) -> int:
        """Bytes in it."""
        return os.fstat(self._descriptor).st_size

    def start(self, length: int) -> bytes:
        """The first bytes, at most `length`."""
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        return os.read(self._descriptor, length)

    def write(self, data: bytes, place: int) -> None:
        """Writes all of `data` at `place`, where the file then ends.

        Raises:
            FileNotFoundError: the path leads to this file no longer.
        """
        if not self._is_at_path():
            raise FileNotFoundError(
                f"`{self.name}` was moved, removed or replaced while it was written; what followed "
                f"would be lost. {received(self.name, str(self.path))}"
            )
        os.ftruncate(self._descriptor, place)
        os.lseek(self._descriptor, place, os.SEEK_SET)
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]

    def close(self) -> None:
        """Lets the next one in."""
        if self._descriptor < 0:
            return
        if self.made and not self.size() and self._is_at_path():
            self.path.unlink(missing_ok=True)
        os.close(self._descriptor)
        self._descriptor = -1

    def __enter__(self) -> "LockedFile":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _open(self) -> bool:
        """Whether the file at the path is open and locked now."""
        flags = os.O_RDWR | getattr(os, "O_BINARY", 0)
        self.made = False
        try:
            self._descriptor = os.open(self.path, flags)
        except FileNotFoundError:
            self._descriptor = os.open(self.path, flags | os.O_CREAT, 0o666)
            self.made = True
        try:
            self._hold()
            there = self._is_at_path()
            self.made = self.made and not self.size()  # else another one was faster
        except BaseException:
            os.close(self._descriptor)
            raise
        if not there:
            os.close(self._descriptor)
        return there

    def _hold(self) -> None:
        if not stat.S_ISREG(os.fstat(self._descriptor).st_mode):
            raise ValueError(
                f"`{self.name}` must be an ordinary file. {received(self.name, str(self.path))}"
            )
        try:
            if fcntl is None:
                raise OSError("this system has no flock")
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ValueError(
                f"`{self.name}` is being written by another process. Wait until that ends, or give "
                f"another path. {received(self.name, str(self.path))}"
            ) from None
        except OSError as error:
            warnings.warn(
                f"{self.path} lies where files cannot be locked ({error}): make sure that only one "
                "process writes to it.",
                stacklevel=2,
            )

    def _is_at_path(self) -> bool:
        try:
            return os.path.samestat(os.stat(self.path), os.fstat(self._descriptor))
        except FileNotFoundError:
            return False
