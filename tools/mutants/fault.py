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
            folder, or from the root. `tests` are paths within `tests/<folder>` or from the root,
            with spaces between them; without, the file's own: `test_<file>`.
    """
    found = []
    for name, file, old, new, *others in rows:
        own = "test_" + file.rsplit("/", maxsplit=1)[-1]
        tests = (others[0] if others else own).split()
        path = _from_root(file, f"keras_halluc/{folder}")
        from_root = tuple(_from_root(test, f"tests/{folder}") for test in tests)
        found.append(Fault(name, folder, path, old, new, from_root))
    return tuple(found)


def _from_root(path: str, folder: str) -> str:
    return path if path.startswith(("tests/", "keras_halluc/")) else f"{folder}/{path}"
