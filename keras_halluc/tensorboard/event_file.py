"""Where do a run's events go on disk, and who else is writing there?

TensorBoard reads the event files of a folder one after another, and never goes back to one after
it has seen a newer. Two writers with a file each would lose events while the page is open. So all
writers of a process that log to one folder share one file, which closes with the last of them.

`tensorboard`'s own `EventFileWriter` is not used: it imports TensorFlow wherever that is
installed, whatever the Keras backend, and keeps events in memory that a crash would lose.
"""

import io
import os
import threading
import time
from typing import Any

from tensorboard.compat.proto import event_pb2
from tensorboard.summary.writer.record_writer import RecordWriter

from keras_halluc.tensorboard.grown_file import GrownFile

START = "events.out.tfevents"  # of the file's name

_lock = threading.RLock()
_open_files: dict[str, "EventFile"] = {}


class EventFile:
    """An event file that some writers share. Get one from `acquire`, give it back to `release`."""

    def __init__(self, folder: str):
        self.folder = folder
        self.users = 0
        self._file = self._begun()

    def add(self, event: Any, flush: bool = True) -> None:
        """Appends one `Event` message, and hands it to the operating system if `flush`.

        Where the folder was deleted it is made anew, with a new file.
        """
        with _lock:
            if flush and self._file.is_gone():
                gone, self._file = self._file, self._begun()
                gone.close()
            self._file.add(_record(event), flush)

    def flush(self) -> None:
        """Hands all events so far to the operating system."""
        with _lock:
            self._file.flush()

    def close(self) -> None:
        """Closes the file; every event is in it then."""
        with _lock:
            self._file.close()

    def _begun(self) -> GrownFile:
        file = GrownFile(self.folder, START)
        version = event_pb2.Event(wall_time=time.time(), file_version="brain.Event:2")
        file.add(_record(version))
        return file


def has_events(folder: str) -> bool:
    """Whether there is an event file in the folder."""
    return os.path.isdir(folder) and any(name.startswith(START) for name in os.listdir(folder))


def acquire(folder: str) -> EventFile:
    """The file this process writes for `folder`; a new one if none is open."""
    key = os.path.realpath(folder)
    with _lock:
        if key not in _open_files:
            _open_files[key] = EventFile(key)
        file = _open_files[key]
        file.users += 1
        return file


def release(file: EventFile) -> None:
    """Gives back what `acquire` returned."""
    with _lock:
        file.users -= 1
        if not file.users:
            _open_files.pop(file.folder)
            file.close()


def _record(event: Any) -> bytes:
    """An `Event` message with its length and checksums."""
    framed = io.BytesIO()
    RecordWriter(framed).write(event.SerializeToString())
    return framed.getvalue()
