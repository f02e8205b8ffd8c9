"""Does a callback that watches our keys come after the monitor that writes them?"""

import inspect
import re
from collections.abc import Collection
from collections.abc import Iterator
from collections.abc import Sequence
from typing import Any

import keras

ALL_KEYS = (keras.callbacks.CSVLogger, keras.callbacks.History)  # keep whatever is in `logs`


def running_list() -> keras.callbacks.CallbackList | None:
    """The `CallbackList` of the running `fit`, or None where a hook is called by hand.

    Keras gives a callback no way to see the others, but the list that calls its hooks stands
    further up the stack. Of lists inside of one another it is the outermost up to `fit`.
    """
    found = None
    frame = inspect.currentframe()
    while frame is not None:
        caller = frame.f_locals.get("self")
        if isinstance(caller, keras.callbacks.CallbackList):
            found = caller
        elif frame.f_code.co_name == "fit" and isinstance(caller, keras.Model):
            break
        frame = frame.f_back
    return found


def flat_callbacks(callback: Any) -> Iterator[keras.callbacks.Callback]:
    """A callback and those it calls in its turn, kept in an attribute `callbacks`, in order."""
    if not isinstance(callback, keras.callbacks.CallbackList):
        yield callback
    inner = getattr(callback, "callbacks", None)
    if isinstance(inner, (list, tuple, keras.callbacks.CallbackList)):
        for one in inner.callbacks if hasattr(inner, "callbacks") else inner:
            yield from flat_callbacks(one)


def require_order(
    writer: keras.callbacks.Callback,
    keys: Collection[str],
    callbacks: Sequence[keras.callbacks.Callback],
) -> None:
    """Raises if a callback before `writer` reads one of its keys, or another one writes it.

    Args:
        writer: the callback that writes `keys` into `logs`.
        keys: names of the written keys.
        callbacks: all callbacks, in the order they are called. Nothing is checked where `writer`
            is not among them, because some other callback calls it.
    """
    position = next((i for i, other in enumerate(callbacks) if other is writer), 0)
    for other in callbacks[:position]:
        ours, theirs = type(writer).__name__, type(other).__name__
        twice = sorted(set(keys) & set(getattr(other, "log_keys", ())))
        if twice:
            way_out = "Leave one of them out."
            if hasattr(writer, "prefix"):
                way_out = f"Give one of them a name of its own: {ours}(..., prefix='other_')."
            raise ValueError(
                f"{theirs} and {ours} both write {twice[0]!r}, so one would overwrite the other. "
                + way_out
            )
        all_keys = isinstance(other, ALL_KEYS) or getattr(other, "reads_all_keys", False)
        read = ["all keys"] if all_keys else [repr(key) for key in watched_keys(other, keys)]
        if read:
            raise ValueError(
                f"{ours} must come before {theirs} in `callbacks`, because {theirs} reads "
                f"{read[0]} and Keras calls callbacks in order. Write "
                f"callbacks=[{ours}(...), {theirs}(...)]."
            )


def watched_keys(callback: keras.callbacks.Callback, keys: Collection[str]) -> list[str]:
    """Which of `keys` a callback monitors, or has in the name of the file it saves to."""
    names = re.findall(r"{(\w+)", str(getattr(callback, "filepath", "")))
    return [name for name in (getattr(callback, "monitor", None), *names) if name in keys]
