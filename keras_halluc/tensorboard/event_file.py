"""Where do a run's events go on disk, and who else is writing there?

TensorBoard reads the event files of a folder one after another, and never goes back to one after
it has seen a newer. Two writers with a file each would lose events while the page is open. So all
writers of a process that log to one folder share one file, which closes with the last of them.

`tensorboard`'s own `EventFileWriter` is not used: it imports TensorFlow wherever that is
installed, whatever the Keras backend, and keeps events in memory that a crash would lose.
"""

import itertools
import os
import socket
import threading
import time
from typing import Any

from tensorboard.compat.proto import event_pb2
from tensorboard.summary.writer.record_writer import RecordWriter

_lock = threading.RLock()
_open_files: dict[str, "EventFile"] = {}
_numbers = itertools.count()


class EventFile:
    """An event file that some writers share. Get one from `acquire`, give it back to `release`."""

    def __init__(self, folder: str):
        self.folder = folder
        self.users = 0
        os.makedirs(folder, exist_ok=True)
        self._records = RecordWriter(create_file(folder, "events.out.tfevents"))
        self.add(event_pb2.Event(wall_time=time.time(), file_version="brain.Event:2"))

    def add(self, event: Any, flush: bool = True) -> None:
        """Appends one `Event` message, and hands it to the operating system if `flush`."""
        with _lock:
            self._records.write(event.SerializeToString())
            if flush:
                self._records.flush()

    def flush(self) -> None:
        """Hands all events so far to the operating system."""
        with _lock:
            self._records.flush()

    def close(self) -> None:
        """Closes the file; every event is in it then."""
        with _lock:
            self._records.close()


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


def create_file(folder: str, start: str, end: str = "") -> Any:
    """A new file, named so that later ones of this process with the same ends sort later."""
    while True:
        name = f"{start}.{int(time.time()):010d}.{socket.gethostname()}"
        path = os.path.join(folder, f"{name}.{os.getpid()}.{next(_numbers):06d}{end}")
        try:
            return open(path, "xb")
        except FileExistsError:
            continue
