"""Epoch at which a `fit` goes on: that of `BackupAndRestore`'s backup, or `initial_epoch`."""

import inspect
import os
import platform
from collections.abc import Sequence
from typing import Any

import keras

from keras_halluc._parse_json import parse_json
from keras_halluc._processes import Processes

# What `BackupAndRestore` writes beside the weights, and with `double_checkpoint` keeps one of.
METADATA = ("training_metadata.json", "training_metadata.json.bkp")


def backup_folder(callbacks: Sequence[keras.callbacks.Callback]) -> str | None:
    """Folder of the first `BackupAndRestore`; None without one, or where it is no local path."""
    for callback in callbacks:
        if isinstance(callback, keras.callbacks.BackupAndRestore):
            folder = os.fsdecode(callback.backup_dir)
            return None if "://" in folder else os.path.abspath(folder)
    return None


def saved_epochs(folder: str) -> list[int]:
    """The epochs at which the backup can put training back, the one it would first."""
    found = []
    for name in METADATA:
        try:
            with open(os.path.join(folder, name), "rb") as file:
                found.append(int(parse_json(file.read())["epoch"]))
        except (OSError, ValueError, KeyError, TypeError, OverflowError):  # none, or cut by a crash
            continue
    return found


def resumed_epoch(callbacks: Sequence[keras.callbacks.Callback]) -> int | None:
    """Epochs that are over when the running `fit` begins; None where it begins anew.

    0 is a backup made within the first epoch.
    """
    folder = backup_folder(callbacks)
    saved = [] if folder is None else saved_epochs(folder)
    given = _initial_epoch()
    if saved:
        return saved[0] or given
    return given or None


def require_own_backups(folder: str | None, epoch: int | None, processes: Processes) -> None:
    """Raises where processes that train together cannot be put back together.

    Keras writes the backup of each process by itself. In one folder two of them write one file at
    once, and of folders that differ in the epoch each would train another one.
    """
    if processes.count == 1:
        return
    found = processes.gathered(lambda: (platform.node(), folder, epoch))
    places = [(node, place) for node, place, _ in found if place is not None]
    if len(set(places)) < len(places) or 0 < len(places) < len(found):
        raise ValueError(
            "Each of several processes needs a `BackupAndRestore` with a folder of its own, such "
            f"as f'backup-{{index}}'. Received: {[place for _, place, _ in found]}"
        )
    epochs = [epoch for *_, epoch in found]
    if len(set(epochs)) > 1:
        raise ValueError(
            "All processes must go on at the same epoch: give those behind the backup of another, "
            f"or clear all of them. Received: epochs {epochs} by process"
        )


def _initial_epoch() -> int:
    """`initial_epoch` of the running `fit`, which stands further up the stack; 0 without one."""
    frame = inspect.currentframe()
    while frame is not None:
        found: dict[str, Any] = frame.f_locals
        if (
            frame.f_code.co_name == "fit"
            and isinstance(found.get("self"), keras.Model)
            and isinstance(found.get("initial_epoch"), int)
        ):
            return int(found["initial_epoch"])
        frame = frame.f_back
    return 0
