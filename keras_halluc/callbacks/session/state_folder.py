"""Folder that holds the state of one callback after each epoch, inside the backup of a `fit`."""

import json
import os
import shutil
import urllib.parse
import zipfile
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any
from typing import TypeAlias

import numpy as np

from keras_halluc._parse_json import parse_json
from keras_halluc.callbacks.session.backup import saved_epochs

FOLDER = "keras_halluc"  # inside of the backup, so that it goes when the backup goes
FORMAT = 2  # of the records
KEYS = ("format", "identity", "state", "arrays")  # of a record
PART = ".part"  # ends the name of what is being written, or was when a run was killed
BASE = "base"  # name of the record of what was measured before training

Arrays: TypeAlias = Mapping[str, Sequence[np.ndarray]]
LazyArrays: TypeAlias = Mapping[str, Callable[[], Sequence[np.ndarray]]]


class StateFolder:
    """Records of one callback: one of the base model, and one for each number of epochs done.

    A record is written beside its name and then renamed, so that it is there as a whole or not at
    all. Arrays are files of their own, so that those that do not change are written once. Records
    that no backup can bring training back to are deleted.

    Args:
        backup: str, the folder of `BackupAndRestore`.
        name: str, of the callback among those of the `fit`.
        identity: what must be the same in a run that goes on; JSON can hold it.
    """

    def __init__(self, backup: str, name: str, identity: Mapping[str, Any]) -> None:
        self.backup = backup
        self.path = os.path.join(backup, FOLDER, urllib.parse.quote(name, safe=" "))
        self.identity = json.loads(json.dumps(dict(identity)))

    def save(self, step: int | None, state: Mapping[str, Any], arrays: LazyArrays) -> None:
        """Writes a record.

        Args:
            step: int, epochs done, or None for what was measured before training.
            state: what JSON can hold.
            arrays: functions that return lists of arrays, by a name that no other content has; not
                called where a file of that name is there.
        """
        os.makedirs(self.path, exist_ok=True)
        for name, function in arrays.items():
            if not os.path.exists(self._file(name, ".npz")):
                self._write_arrays(name, function())
        record = dict(zip(KEYS, (FORMAT, self.identity, state, sorted(arrays)), strict=True))
        self._write(_name(step) + ".json", lambda file: file.write(json.dumps(record).encode()))
        self._prune()

    def steps(self) -> list[int]:
        """The numbers of epochs there is a record of, rising."""
        names = os.listdir(self.path) if os.path.isdir(self.path) else []
        stems = [name[:-5] for name in names if name.endswith(".json")]
        return sorted(int(stem) for stem in stems if stem.isdecimal())

    def load(self, step: int | None) -> tuple[dict[str, Any], Arrays] | None:
        """The record of a step, None being the base model's; None where there is no whole one.

        Raises:
            ValueError: the record is of another run.
        """
        record = self._record(_name(step))
        if record is None:
            return None
        kind, identity, state, names = (record[key] for key in KEYS)
        both = {"format": kind, **identity}, {"format": FORMAT, **self.identity}
        apart = [key for key in both[1] if both[0].get(key) != both[1][key]]
        if apart:
            old, new = (side.get(apart[0]) for side in both)
            raise ValueError(
                f"The interrupted run whose state is in {self.path!r} had another `{apart[0]}`. A "
                "run that goes on must have the same callbacks with the same arguments. Give "
                f"them, or delete {self.backup!r} and begin anew. Received: {apart[0]}={new!r}, "
                f"and it was {old!r}"
            )
        found = {name: self._read_arrays(name) for name in names}
        return state, {name: arrays for name, arrays in found.items() if arrays is not None}

    def clear(self) -> None:
        """Deletes all records: a run begins anew."""
        shutil.rmtree(self.path, ignore_errors=True)

    def forget_after(self, step: int) -> None:
        """Deletes the records of later epochs, which the run goes through again."""
        for later in self.steps():
            if later > step:
                os.remove(self._file(_name(later), ".json"))
        self._prune()

    def _prune(self) -> None:
        """Deletes what no backup needs: records of earlier epochs, and arrays of no record."""
        oldest = min(saved_epochs(self.backup), default=0)
        before = [step for step in self.steps() if step < oldest]
        for step in before[:-1]:  # the last of them may stand for one that could not be written
            os.remove(self._file(_name(step), ".json"))
        used = set()
        for name in os.listdir(self.path):
            record = self._record(name[:-5]) if name.endswith(".json") else None
            used |= set(record["arrays"] if record else ())
        for name in os.listdir(self.path):
            unused = name.endswith(".npz") and urllib.parse.unquote(name[:-4]) not in used
            if unused or name.endswith(PART):
                os.remove(os.path.join(self.path, name))

    def _record(self, name: str) -> dict[str, Any] | None:
        try:
            with open(self._file(name, ".json"), "rb") as file:
                record = parse_json(file.read())
        except (OSError, ValueError):
            return None
        return record if isinstance(record, dict) and set(KEYS) <= set(record) else None

    def _file(self, name: str, ending: str) -> str:
        return os.path.join(self.path, urllib.parse.quote(name, safe="") + ending)

    def _write_arrays(self, name: str, arrays: Sequence[np.ndarray]) -> None:
        # numpy's files have no name for bfloat16 and its like, so names are kept beside the bytes.
        plain = [np.asarray(array) for array in arrays]
        dtypes = np.array([array.dtype.name for array in plain], "U32")
        named = {f"array_{i}": array for i, array in enumerate(plain)}
        path = os.path.basename(self._file(name, ".npz"))
        savez: Any = np.savez
        self._write(path, lambda file: savez(file, dtypes=dtypes, **named))

    def _read_arrays(self, name: str) -> list[np.ndarray] | None:
        try:
            with np.load(self._file(name, ".npz")) as found:
                dtypes = [np.dtype(str(dtype)) for dtype in found["dtypes"]]
                return [found[f"array_{i}"].view(dtype) for i, dtype in enumerate(dtypes)]
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
            return None

    def _write(self, name: str, write: Callable[[Any], Any]) -> None:
        path = os.path.join(self.path, name)
        with open(path + PART, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(path + PART, path)


def _name(step: int | None) -> str:
    return BASE if step is None else f"{step:08d}"
