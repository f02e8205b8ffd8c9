"""When has fine-tuning begun to make a model worse, and which weights were the best?"""

import os
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import keras

from keras_halluc._progress import say
from keras_halluc._require import received
from keras_halluc._require import require_choice
from keras_halluc._require import require_folder
from keras_halluc._require import require_int
from keras_halluc._require import require_number
from keras_halluc._require import require_verbose
from keras_halluc.callbacks.monitors.case_monitor import CaseMonitor
from keras_halluc.callbacks.session.fit_session import FitSession
from keras_halluc.callbacks.session.guard import Guard
from keras_halluc.callbacks.session.resumable_state import ResumableState
from keras_halluc.callbacks.session.state_folder import Arrays
from keras_halluc.callbacks.training.stopping_rule import StoppingRule

WRONG = {
    "hallucinated": ("unsupported", "contradicted"),
    "not_supported": ("unsupported", "contradicted", "abstained"),
}


class StopOnHallucination(keras.callbacks.Callback):
    """Stops `fit` when hallucination has really risen, and hands back the best epoch's weights.

    `keras.callbacks.EarlyStopping` compares two numbers, and cannot tell a worse model from a few
    cases that fell the other way. This compares the verdicts themselves: cases that were right in
    the best epoch and are wrong now, against those the other way round, by an exact McNemar test.
    Put it after its monitors, which ask the model; it asks nothing itself. It writes into `logs`:

    | key | meaning |
    |---|---|
    | `rise_p_value` | p-value of the rise above the best epoch; 1 where there is none |

    Why it stopped is printed, is in `reason`, and in TensorBoard as `stopping/reason`.

    With `keras.callbacks.BackupAndRestore` after it, a `fit` that was interrupted and is resumed
    stops where it would have, and puts the same weights back: those of the best epoch are saved
    beside the backup. A second `fit` of the same objects with `initial_epoch` goes on with the best
    epoch of the first, and may be stopped again.

    Args:
        monitors: a `HallucinationMonitor` or other `CaseMonitor` of the same `fit`, or a list of
            them. The best epoch is the one at which the first has the lowest rate; a rise in any of
            them stops, and an epoch at which another one has risen is never the best.
        counts: str, what of a measured verdict counts as wrong: `"hallucinated"` or
            `"not_supported"`, which includes abstentions, so that a model that falls silent is not
            the best.
        alpha: float in (0, 1), the p-value, of all monitors together, at which a rise is real.
        confirmations: int >= 1, epochs in a row with a real rise after which to stop.
        patience: int >= 1 or None, epochs without a new best after which to stop all the same.
        restore_best_weights: bool. Whether `fit` ends, early or not, with the weights of the best
            epoch. They are kept in memory.
        log_dir: path or None. Folder of the TensorBoard run; events go to `<log_dir>/stopping`.
        strict: bool. Whether an error while writing, such as a full disk, ends `fit`.
        verbose: `"auto"`, 0, 1 or 2. Whether to print the reason. `"auto"` is what `fit` was given.

    Attributes:
        best_epoch: int or None, from 0; None before an epoch was measured.
        stopped_epoch: int or None, the epoch after which `fit` was stopped.
        reason: str.

    Example:

    >>> import keras
    >>> import numpy as np
    >>> import keras_halluc as kh
    >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    >>> model.compile("sgd", "mse")
    >>> monitor = kh.callbacks.HallucinationMonitor(
    ...     [kh.data.Case("2 + 2 =", ("4",))], generator=lambda prompts: ["4"] * len(prompts)
    ... )
    >>> stop = kh.callbacks.StopOnHallucination(monitor, verbose=0)
    >>> history = model.fit(np.ones((2, 1)), np.ones(2), callbacks=[monitor, stop], verbose=0)
    >>> stop.best_epoch, stop.reason
    (0, 'found no reason to stop; epoch 1 was the best')

    References:
        McNemar 1947, https://doi.org/10.1007/BF02295996; Prechelt 1998, "Early stopping - but
        when?", https://doi.org/10.1007/3-540-49430-8_3
    """

    log_keys = ("rise_p_value",)

    def __init__(
        self,
        monitors: CaseMonitor | Sequence[CaseMonitor],
        counts: str = "hallucinated",
        alpha: float = 0.05,
        confirmations: int = 2,
        patience: int | None = 5,
        restore_best_weights: bool = True,
        log_dir: Any = None,
        strict: bool = False,
        verbose: str | int = "auto",
    ) -> None:
        super().__init__()
        given: Any = monitors
        self.monitors: list[CaseMonitor] = (
            list(given) if isinstance(given, (list, tuple)) else [given]
        )
        if not self.monitors or not all(isinstance(m, CaseMonitor) for m in self.monitors):
            raise TypeError(
                "`monitors` must be a HallucinationMonitor or other CaseMonitor, or a list of "
                f"them. {received('monitors', monitors)}"
            )
        self.counts = require_choice("counts", counts, tuple(WRONG))
        self.alpha = require_number("alpha", alpha, above=0.0)
        if self.alpha >= 1.0:
            raise ValueError(f"`alpha` must be < 1. {received('alpha', alpha)}")
        self.confirmations = require_int("confirmations", confirmations, minimum=1)
        self.patience = None if patience is None else require_int("patience", patience, minimum=1)
        self.restore_best_weights = require_choice(
            "restore_best_weights", restore_best_weights, (True, False)
        )
        self.log_dir = None if log_dir is None else require_folder("log_dir", log_dir)
        self.strict = require_choice("strict", strict, (True, False))
        require_verbose(verbose)
        self.verbose = verbose
        self.session = FitSession(None)
        self.stopped_epoch: int | None = None
        self.reason = ""
        self._rule = self._new_rule()
        self._weights: list[Any] | None = None
        self._last = -1
        self._writer: Any = None
        self._state = ResumableState(self, self._restore)

    @property
    def best_epoch(self) -> int | None:
        """The epoch with the lowest rate so far, from 0."""
        return self._rule.best_epoch

    def _new_rule(self) -> StoppingRule:
        return StoppingRule(self.alpha, self.confirmations, self.patience)

    def on_train_begin(self, logs: Any = None) -> None:
        self.session = FitSession.join(self)
        self.session.require_order(self, self.log_keys)
        called = any(other is self for other in self.session.callbacks)
        before = self.session.before(self) if called else self.monitors
        self.session.require_before_backup(self)
        self._loudness = self.session.loudness(self.verbose, self.params)
        for monitor in self.monitors:
            if not any(monitor is other for other in before):
                raise ValueError(
                    f"{type(monitor).__name__} must come before StopOnHallucination in "
                    "`callbacks`, since its answers are read. Write callbacks=[monitor, "
                    "StopOnHallucination(monitor)]."
                )
        self._guard = Guard(type(self).__name__, self.strict, self.session.said)
        self._guard("close its event file", self._close)  # that of a `fit` cut short
        resumed_at = self._state.begin(self.session, "")
        self._last = (self.session.resumed_epoch or 0) - 1
        self.reason = ""
        if resumed_at is None:
            self._rule, self._weights, self.stopped_epoch = self._new_rule(), None, None
        elif self._state.is_restored:
            if self._rule.reason:  # it had stopped, and was interrupted before `fit` ended
                self.session.run_no_epoch()
        else:
            self._rule.reason, self.stopped_epoch = "", None
            if self.restore_best_weights and self.best_epoch is not None and not self._weights:
                self._weights = self.model.get_weights()  # which the earlier `fit` ended with
        self._writer = self._open_writer()
        self._guard("save its state", self._keep, self._last + 1, starting=True)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._state.epoch_begins(epoch)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self._last = epoch
        criteria = [self._outcomes(monitor, epoch) for monitor in self.monitors]
        if all(criteria):  # else a monitor could not measure, and has said so
            self._judge(epoch, criteria, logs)
        self._guard("save its state", self._keep, epoch + 1)

    def on_train_end(self, logs: Any = None) -> None:
        best = self.best_epoch
        if best is None:
            self.reason = "no epoch was measured"
        elif self.stopped_epoch is None:
            self.reason = f"found no reason to stop; epoch {best + 1} was the best"
        else:
            self.reason = f"stopped after epoch {self.stopped_epoch + 1}: {self._rule.reason}"
        if best is not None and best != self._last and self.restore_best_weights:
            if self._weights is None:
                self.reason += f". The weights of epoch {best + 1} could not be kept"
            else:
                self.model.set_weights(self._weights)  # before anything is written
                self.reason += f". The weights are those of epoch {best + 1}"
        self._weights = None
        self._guard("write to TensorBoard", self._end_record)
        if self._loudness:
            say(f"StopOnHallucination: {self.reason}.")

    def _judge(self, epoch: int, criteria: list[dict[int, bool]], logs: Any) -> None:
        names = [monitor.prefix + monitor.name for monitor in self.monitors]
        if self._rule.update(epoch, names, criteria) and self.restore_best_weights:
            self._weights = self.model.get_weights()
        if logs is not None:
            logs["rise_p_value"] = self._rule.p_value
        if self._rule.reason:
            self.stopped_epoch = epoch
            self.model.stop_training = True
        self._guard("write to TensorBoard", self._write, epoch + 1)

    def _outcomes(self, monitor: CaseMonitor, epoch: int) -> dict[int, bool]:
        """Of each case measured in this epoch, whether it went wrong."""
        if monitor.answers_step != epoch + 1:
            return {}
        wrong = WRONG[self.counts]
        measured = [answer for answer in monitor.answers if answer.verdict.measured]
        return {answer.index: answer.verdict.label in wrong for answer in measured}

    def _open_writer(self) -> Any:
        log_dir = self.session.log_dir(self.log_dir)
        if log_dir is None:
            return None
        from keras_halluc.tensorboard import EventWriter
        from keras_halluc.tensorboard.event_file import has_events

        writer = EventWriter(os.path.join(log_dir, "stopping"))
        self._voids = has_events(writer.log_dir)
        return writer

    def _write(self, step: int) -> None:
        if self._writer is not None:
            if self._voids:  # what another run, or this one before a crash, wrote of it
                self._writer.resume(step)
                self._voids = False
            self._writer.scalar("rise_p_value", self._rule.p_value, step)

    def _end_record(self) -> None:
        try:
            if self._writer is not None:
                self._writer.text("stopping/reason", self.reason, self._last + 1)
        finally:
            self._close()

    def _close(self) -> None:
        if self._writer is not None:
            self._writer.close()

    # What a `fit` that is resumed takes over

    def _keep(self, step: int) -> None:
        weights = {f"weights {self.best_epoch}": self._best_weights} if self._weights else {}
        self._state.keep(step, {"rule": self._rule.state(), "stopped": self.stopped_epoch}, weights)

    def _best_weights(self) -> list[Any]:
        return self._weights or []

    def _restore(self, state: Mapping[str, Any], arrays: Arrays) -> None:
        self._rule = self._new_rule()
        self._rule.restore(state["rule"])
        self.stopped_epoch = state["stopped"]
        self._weights = next((list(weights) for weights in arrays.values()), None)
