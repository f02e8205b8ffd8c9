"""End of a `fit` before its first epoch, where an interrupted one had been stopped already."""

from typing import Any

import keras


class NoMoreEpochs(keras.callbacks.Callback):
    """Makes `fit` run no epoch. Must begin after `BackupAndRestore`.

    Keras looks at `stop_training` after a step only. Where it begins it takes from the model, in
    the attribute by which `BackupAndRestore` tells it; afterwards that is as it was.
    """

    def on_train_begin(self, logs: Any = None) -> None:
        self._before = self.model._initial_epoch
        self.model._initial_epoch = self.params["epochs"]

    def on_train_end(self, logs: Any = None) -> None:
        self.model._initial_epoch = self._before
