"""How many faults were caught, by folder and by label, in a file that lasts?"""

import json
import pathlib
from collections.abc import Mapping
from typing import Any


def read_record(path: pathlib.Path, label: str) -> dict[str, dict[str, Any]]:
    """What is recorded under `label`, by the name of the fault."""
    return dict(_read(path).get(label, {}).get("faults", {}))


def write_record(
    path: pathlib.Path, label: str, backend: str, faults: Mapping[str, Mapping[str, Any]]
) -> None:
    """Writes `faults` and their sums under `label`; what stands under other labels stays."""
    by_folder: dict[str, list[int]] = {}
    for fault in faults.values():
        count = by_folder.setdefault(fault["folder"], [0, 0])
        count[0] += fault["caught_by"] is not None
        count[1] += 1
    sums = {
        "backend": backend,
        "caught": sum(caught for caught, _ in by_folder.values()),
        "of": len(faults),
        "seconds": round(sum(fault["seconds"] for fault in faults.values()), 1),
        "by_folder": dict(sorted(by_folder.items())),
        "escaped": [name for name, fault in faults.items() if fault["caught_by"] is None],
        "faults": dict(faults),
    }
    text = json.dumps(_read(path) | {label: sums}, indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def _read(path: pathlib.Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
