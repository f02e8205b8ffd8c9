"""Is an argument what it must be? Each check raises with the fix, or returns the value."""

import operator
import os
from collections.abc import Collection
from collections.abc import Iterable
from typing import Any
from typing import TypeVar

T = TypeVar("T")


def received(name: str, value: Any) -> str:
    """The closing half of every error: what came."""
    try:
        text = repr(value)
    except Exception as error:  # thousands of digits, a list deep in lists, a `__repr__` that fails
        text = f"a {type(value).__name__} that cannot be shown ({type(error).__name__})"
    return f"Received: {name}={text if len(text) <= 200 else text[:197] + '...'}"


def require_choice(name: str, value: T, choices: Collection[T]) -> T:
    """`value` must be one of `choices`."""
    try:
        known = value in choices
    except TypeError:  # unhashable
        known = False
    if not known:
        raise ValueError(f"`{name}` must be one of {tuple(choices)}. {received(name, value)}")
    return value


def require_int(name: str, value: Any, minimum: int | None = None) -> int:
    """`value` must be a whole number, at least `minimum`."""
    try:
        number = operator.index(value)
    except TypeError:  # np.bool and arrays have `__index__` too
        number = None
    if number is None or isinstance(value, bool):
        raise TypeError(f"`{name}` must be an integer. {received(name, value)}")
    if minimum is not None and number < minimum:
        raise ValueError(f"`{name}` must be an integer >= {minimum}. {received(name, value)}")
    return number


def require_number(
    name: str,
    value: Any,
    minimum: float | None = None,
    maximum: float | None = None,
    above: float | None = None,
) -> float:
    """`value` must be a finite number in `[minimum, maximum]` and greater than `above`."""
    if isinstance(value, (bool, str, bytes)) or not hasattr(value, "__float__"):
        raise TypeError(f"`{name}` must be a number. {received(name, value)}")
    try:
        number = float(value)
    except (TypeError, OverflowError):  # an array, an int beyond the largest float
        raise ValueError(f"`{name}` must be one finite number. {received(name, value)}") from None
    if not abs(number) < float("inf"):
        raise ValueError(f"`{name}` must be finite. {received(name, value)}")
    if minimum is not None and number < minimum:
        raise ValueError(f"`{name}` must be >= {minimum}. {received(name, value)}")
    if above is not None and number <= above:
        raise ValueError(f"`{name}` must be > {above}. {received(name, value)}")
    if maximum is not None and number > maximum:
        raise ValueError(f"`{name}` must be <= {maximum}. {received(name, value)}")
    return number


def require_verbose(verbose: Any, auto: Any = 1) -> int:
    """`verbose` must be `"auto"`, 0, 1 or 2, as in Keras; `"auto"` becomes `auto`."""
    require_choice("verbose", verbose, ("auto", 0, 1, 2))
    chosen = auto if verbose == "auto" else verbose
    return 1 if chosen == "auto" else int(chosen)  # the default of `fit`


def require_strings(name: str, value: Any, empty_ok: bool = False) -> list[str]:
    """`value` must be a list (or other iterable) of str, not one str."""
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        raise TypeError(f"`{name}` must be a list of str. {received(name, value)}")
    items = list(value)
    for i, item in enumerate(items):
        if not isinstance(item, str):
            raise TypeError(
                f"`{name}` must hold str only. {received(f'{name}[{i}]', item)} "
                f"of type {type(item).__name__}"
            )
    if not items and not empty_ok:
        raise ValueError(f"`{name}` must not be empty. {received(name, value)}")
    return items


def require_same_length(**named: Collection[Any]) -> None:
    """All named collections must have one length."""
    lengths = {name: len(value) for name, value in named.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"All must have the same length. Received lengths: {lengths}")


def require_folder(name: str, value: Any) -> str:
    """`value` must be a path that is, or may become, a folder."""
    try:
        path = os.fspath(value)
    except TypeError:
        raise TypeError(f"`{name}` must be a path. {received(name, value)}") from None
    path = os.fsdecode(path)
    if not path:
        raise ValueError(f"`{name}` must be the path of a folder, not empty.")
    part = os.path.abspath(path)
    while part != os.path.dirname(part):
        if os.path.exists(part) and not os.path.isdir(part):
            raise ValueError(
                f"`{name}` must be a folder, but {part!r} is a file. Give another path, or move "
                f"the file away. {received(name, value)}"
            )
        part = os.path.dirname(part)
    return path
