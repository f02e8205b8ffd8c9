"""What do the callbacks of one `fit` share?"""

import contextlib
import dataclasses
from collections.abc import Collection
from collections.abc import Iterator
from collections.abc import Mapping
from typing import Any

import keras

from keras_halluc._processes import Processes
from keras_halluc._processes import apart
from keras_halluc._require import require_verbose
from keras_halluc._types import Generator
from keras_halluc.callbacks.session.backup import backup_folder
from keras_halluc.callbacks.session.backup import require_own_backups
from keras_halluc.callbacks.session.backup import resumed_epoch
from keras_halluc.callbacks.session.backup import saved_epochs
from keras_halluc.callbacks.session.callback_order import flat_callbacks
from keras_halluc.callbacks.session.callback_order import require_order
from keras_halluc.callbacks.session.callback_order import running_list
from keras_halluc.callbacks.session.callback_order import watched_keys
from keras_halluc.callbacks.session.no_more_epochs import NoMoreEpochs
from keras_halluc.callbacks.session.random_state import same_random_state
from keras_halluc.generation import as_generator


@dataclasses.dataclass
class Heard:
    """What a generator said at one moment.

    Args:
        outputs: dict from prompt to text.
        seconds: float, what the dearest of its askers pays for a case.
    """

    outputs: dict[str, str] = dataclasses.field(default_factory=dict)
    seconds: float = 0.0


class FitSession:
    """One `fit`, as its monitors see it: who else is there, who answers, and what was said.

    Args:
        running: `keras.callbacks.CallbackList` of the `fit`, or None.
        before: the session of an earlier `fit`, whose generator is taken over with what it has
            compiled, if the model is the same.

    Attributes:
        callbacks: list of all callbacks, in the order they are called.
        processes: `Processes` that train together. All measure; the first writes and speaks.
        backup_folder: str or None, where a `BackupAndRestore` keeps its backup.
        resumed_epoch: int or None, epochs that are over when this `fit` begins; None where it
            begins anew.
        given_epoch: int, epochs that the model has behind it when callbacks begin: `initial_epoch`,
            or 0 where `BackupAndRestore` is to put weights back.
        said: set of what the callbacks have warned of.
        folders: set of str, where the monitors write events.
    """

    def __init__(
        self, running: keras.callbacks.CallbackList | None, before: "FitSession | None" = None
    ) -> None:
        self.callbacks = [] if running is None else list(flat_callbacks(running))
        self.backup_folder = backup_folder(self.callbacks)
        self.resumed_epoch = None if running is None else resumed_epoch(self.callbacks)
        restores = self.backup_folder is not None and bool(saved_epochs(self.backup_folder))
        self.given_epoch = 0 if restores else self.resumed_epoch or 0
        self.said: set[Any] = set()
        self.folders: set[str] = set()
        self.processes = Processes()
        self._running = running
        self._members: list[keras.callbacks.Callback] = []
        self._made: tuple[Any, Generator] | None = None if before is None else before._made
        self._heard: list[tuple[Generator, tuple[int, int], Heard]] = []

    @classmethod
    def join(cls, callback: keras.callbacks.Callback) -> "FitSession":
        """The session of the running `fit`; the first callback to ask makes it.

        Args:
            callback: a callback in `on_train_begin`, which keeps the session as `session`.
        """
        running = running_list()
        before = getattr(callback, "session", None)
        session = cls(running, before)
        for other in session.callbacks:
            its = getattr(other, "session", None)
            if isinstance(its, cls) and its._running is running and its.is_new_to(callback):
                session = its
                break
        else:  # once in a `fit`
            require_own_backups(session.backup_folder, session.resumed_epoch, session.processes)
        session._members.append(callback)
        return session

    def is_new_to(self, callback: keras.callbacks.Callback) -> bool:
        """Whether `callback` has not joined; one that has begins another `fit`."""
        return all(member is not callback for member in self._members)

    def before(self, callback: keras.callbacks.Callback) -> list[keras.callbacks.Callback]:
        """The callbacks that are called before this one."""
        places = [i for i, other in enumerate(self.callbacks) if other is callback]
        return self.callbacks[: places[0]] if places else []

    def require_order(self, writer: keras.callbacks.Callback, keys: Collection[str]) -> None:
        """Raises if a callback before `writer` reads one of `keys`, or another one writes it."""
        require_order(writer, keys, self.callbacks)

    def watched(self, keys: Collection[str]) -> set[str]:
        """Those of `keys` that a callback of this `fit` monitors."""
        return {key for other in self.callbacks for key in watched_keys(other, keys)}

    def require_before_backup(self, callback: keras.callbacks.Callback) -> None:
        """Raises if `BackupAndRestore` comes before a callback that keeps its state beside it."""
        before = self.before(callback)
        if any(isinstance(other, keras.callbacks.BackupAndRestore) for other in before):
            ours = type(callback).__name__
            raise ValueError(
                f"{ours} must come before BackupAndRestore in `callbacks`: it has to see the base "
                "model before the weights of an interrupted run are put back, and its own state "
                "is saved before they are. Write "
                f"callbacks=[{ours}(...), BackupAndRestore(...)]."
            )

    def run_no_epoch(self) -> None:
        """Ends this `fit` before its first epoch; to be called in `on_train_begin`."""
        if self._running is not None:
            last = NoMoreEpochs()
            last.set_model(self._running.model)
            last.set_params(self._running.params)
            self._running.callbacks.append(last)  # begins after all others

    def generator_of(self, model: Any) -> Generator:
        """The generator of the model being fitted, made once."""
        if self._made is None or self._made[0] is not model:
            self._made = model, as_generator(model)
        return self._made[1]

    def heard(self, generator: Generator, when: tuple[int, int]) -> Heard:
        """What the generator has said at this moment, so that no prompt is asked twice."""
        for other, then, found in self._heard:
            if other is generator and then == when:
                return found
        return Heard()

    def hear(
        self,
        generator: Generator,
        when: tuple[int, int],
        outputs: Mapping[str, str],
        seconds: float,
    ) -> None:
        """Notes what was said to whom; what is from another moment is forgotten."""
        found = self.heard(generator, when)
        found.outputs.update(outputs)
        found.seconds = max(found.seconds, seconds)
        others = [row for row in self._heard if row[0] is not generator]
        self._heard = [*others, (generator, when, found)]

    def loudness(self, verbose: str | int, params: Mapping[str, Any] | None) -> int:
        """What is said of `verbose`: 0, 1 or 2; nothing in any process but the first."""
        asked = require_verbose(verbose, auto=(params or {}).get("verbose", 1))
        return asked if self.processes.is_first else 0

    def log_dir(self, log_dir: str | None) -> str | None:
        """Folder to write to; None in any process but the first."""
        return log_dir if self.processes.is_first else None

    @contextlib.contextmanager
    def undisturbed(self, model: Any) -> Iterator[None]:
        """Within the block, what is drawn at random does not change what training draws next.

        A process computes alone in it.
        """
        with same_random_state(model), apart(model):
            yield
