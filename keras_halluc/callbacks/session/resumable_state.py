"""State of a callback from one `fit` to the one that goes on, in another process too.

A `fit` goes on where `BackupAndRestore` puts an interrupted one back, or at `initial_epoch`. In the
first case the state comes from the backup's folder; in the second the callback still has it, if it
is the object of the earlier `fit`, and the model is the same.
"""

import warnings
from collections.abc import Callable
from collections.abc import Mapping
from typing import Any

import keras

from keras_halluc.callbacks.session.fingerprint import arguments_of
from keras_halluc.callbacks.session.fit_session import FitSession
from keras_halluc.callbacks.session.state_folder import Arrays
from keras_halluc.callbacks.session.state_folder import LazyArrays
from keras_halluc.callbacks.session.state_folder import StateFolder


class ResumableState:
    """What a callback says its state is, kept and given back.

    Args:
        callback: keras.callbacks.Callback, with `model` and `session`.
        restore_base: function that takes state and arrays of the base model's record.
        restore: function that takes state and arrays after some epoch.

    Attributes:
        resumed_at: int or None. Epochs done when the running `fit` began, where the callback goes
            on with the state it had then; None in a run that begins anew.
        is_restored: bool. Whether that state came from a backup's folder.
    """

    def __init__(
        self,
        callback: keras.callbacks.Callback,
        restore: Callable[[Mapping[str, Any], Arrays], None],
        restore_base: Callable[[Mapping[str, Any], Arrays], None] | None = None,
    ) -> None:
        self.resumed_at: int | None = None
        self.is_restored = False
        self._callback = callback
        self._restore = restore
        self._restore_base = restore_base
        self._folder: StateFolder | None = None
        self._live: tuple[Any, int] | None = None  # the model and epochs this object has seen

    def begin(self, session: FitSession, name: str) -> int | None:
        """Gives the callback the state it had, if this `fit` goes on; returns `resumed_at`.

        Args:
            session: `FitSession` of the running `fit`.
            name: str, of the callback among those of its class.

        Raises:
            ValueError: the saved state is of another run.
        """
        callback, model = self._callback, self._callback.model
        live, self._live = self._live, None
        step = session.resumed_epoch
        self.resumed_at, self.is_restored, self._folder = None, False, None
        if session.backup_folder is not None:
            label = f"{type(callback).__name__} {name}".strip()
            self._folder = StateFolder(session.backup_folder, label, arguments_of(callback))
        if step is not None and self._take(step):
            self.resumed_at, self.is_restored = step, True
            return step
        if self._folder is not None:
            self._folder.clear()
        if not step:
            return None
        if live is None or live[0] is not model:
            self._warn_of_a_new_beginning(
                step,
                "it has seen no earlier epoch of this model, and takes the model as it is for the "
                "base model. To go on, put `keras.callbacks.BackupAndRestore` after it.",
            )
        elif live[1] == step:
            self.resumed_at = step
        else:
            self._warn_of_a_new_beginning(
                step,
                f"its latest `fit` ended after epoch {live[1]}. To go on, give "
                f"initial_epoch={live[1]}.",
            )
        return self.resumed_at

    def _warn_of_a_new_beginning(self, step: int, why: str) -> None:
        name = type(self._callback).__name__
        warnings.warn(f"{name} begins anew at epoch {step + 1}, since {why}", stacklevel=4)

    def epoch_begins(self, epoch: int) -> None:
        """Takes the state of another epoch, if Keras went back to an earlier backup."""
        if self.is_restored and epoch != self.resumed_at and self._take(epoch):
            self.resumed_at = epoch
        self.is_restored = False  # said once, at the first epoch

    def keep_base(self, state: Mapping[str, Any], arrays: LazyArrays) -> None:
        """Keeps what was measured before training."""
        if self._folder is not None:
            self._folder.save(None, state, arrays)

    def keep(self, step: int, state: Mapping[str, Any], arrays: LazyArrays) -> None:
        """Keeps the state after `step` epochs."""
        self._live = self._callback.model, step
        if self._folder is not None:
            self._folder.save(step, state, arrays)

    def _take(self, step: int) -> bool:
        """Gives the callback the latest saved state up to a step; returns whether there is one."""
        folder = self._folder
        if folder is None:
            return False
        base = folder.load(None)
        if self._restore_base is not None:
            if base is None:
                return False
            self._restore_base(*base)
        steps = [saved for saved in folder.steps() if saved <= step]
        for saved in reversed(steps):
            record = folder.load(saved)
            if record is None:
                continue
            self._restore(*record)
            folder.forget_after(step)
            if saved < step:
                warnings.warn(
                    f"{type(self._callback).__name__} has no saved state of epochs {saved + 1} to "
                    f"{step}, and goes on without what it saw in them.",
                    stacklevel=4,
                )
            return True
        return self._restore_base is not None
