"""What is a fault, and where does it stand?"""

from collections.abc import Iterable
from typing import NamedTuple


class Fault(NamedTuple):
    """This text of a file becomes that, and one of these tests must see it."""

    name: str
    folder: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


def in_folder(folder: str, rows: Iterable[tuple[str, ...]]) -> tuple[Fault, ...]:
    """Faults in one folder of the package.

    Args:
        folder: str, such as `"ops"`.
        rows: `(name, file, old, new)` or `(name, file, old, new, tests)`. `file` stands within the
            folder. `tests` are paths within `tests/<folder>` or from the root, with spaces between
            them; without, the file's own: `test_<file>`.
    """
    found = []
    for name, file, old, new, *others in rows:
        own = "test_" + file.rsplit("/", maxsplit=1)[-1]
        tests = [_from_root(test, folder) for test in (others[0] if others else own).split()]
        found.append(Fault(name, folder, f"keras_halluc/{folder}/{file}", old, new, tuple(tests)))
    return tuple(found)


def _from_root(test: str, folder: str) -> str:
    return test if test.startswith(("tests/", "keras_halluc/")) else f"tests/{folder}/{test}"
