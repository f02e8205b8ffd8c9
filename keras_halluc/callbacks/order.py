"""Does a callback that watches our keys come after the monitor that writes them?"""

import inspect
from collections.abc import Collection
from collections.abc import Sequence

import keras


def neighbours() -> list[keras.callbacks.Callback]:
    """All callbacks of the running `fit`, in order.

    Keras gives a callback no way to see the others, but the `CallbackList` that calls its hooks
    stands further up the stack. Empty where there is none (a hook called by hand).
    """
    frame = inspect.currentframe()
    while frame is not None:
        caller = frame.f_locals.get("self")
        if isinstance(caller, keras.callbacks.CallbackList):
            return list(caller.callbacks)
        frame = frame.f_back
    return []


def check_order(
    monitor: keras.callbacks.Callback,
    keys: Collection[str],
    callbacks: Sequence[keras.callbacks.Callback],
) -> None:
    """Raises if a callback before `monitor` reads one of its keys, which it would never see.

    Args:
        monitor: the callback that writes `keys` into `logs`.
        keys: names of the written keys.
        callbacks: all callbacks, in the order they are called.
    """
    for other in callbacks:
        if other is monitor:
            return
        watched = getattr(other, "monitor", None)
        everything = isinstance(other, keras.callbacks.CSVLogger)
        if everything or (isinstance(watched, str) and watched in keys):
            ours, theirs = type(monitor).__name__, type(other).__name__
            what = "all keys" if everything else repr(watched)
            raise ValueError(
                f"{ours} must come before {theirs} in `callbacks`, because {theirs} reads {what} "
                f"and Keras calls callbacks in order. Write callbacks=[{ours}(...), {theirs}(...)]."
            )
