"""How does a public name go, after version 0.2, without breaking who uses it?"""

from collections.abc import Callable
from typing import Any
from typing import TypeVar

from typing_extensions import deprecated as _deprecated

T = TypeVar("T", bound=Callable[..., Any])


def deprecated(instead: str, since: str, until: str) -> Callable[[T], T]:
    """Marks a function or class that goes with version `until`; each use warns where it stands.

    Args:
        instead: str, what to use now.
        since: str, version.
        until: str, version in which the name is gone, at least one minor version later.
    """
    message = f"Deprecated since {since}, gone with {until}. Use {instead} instead."
    mark: Callable[[T], T] = _deprecated(message, category=FutureWarning)
    return mark
