"""Asked order: in which order cases are taken, where fewer than all can be asked."""

from collections.abc import Hashable
from collections.abc import Sequence

STRIDE = (5**0.5 - 1) / 2  # no period of a list, such as ten wordings of each question, meets it


def asked_order(groups: Sequence[Hashable]) -> list[int]:
    """Positions of all cases, such that the first ones of them stand for all.

    The first `n`, for any `n`, have of each group its share, rounded, and are spread over its part
    of the list. The order depends on nothing else, so it is the same in every run and process.

    Args:
        groups: one a case.

    Returns:
        list of int, each position once.
    """
    members: dict[Hashable, list[int]] = {}
    for place, group in enumerate(groups):
        members.setdefault(group, []).append(place)
    ranked = []
    for number, places in enumerate(members.values()):
        mixed = sorted(range(len(places)), key=lambda i: (i * STRIDE) % 1.0)
        ranked += [((r + 0.5) / len(places), number, places[i]) for r, i in enumerate(mixed)]
    return [place for *_, place in sorted(ranked)]


def rungs(minimum: int, available: int) -> list[int]:
    """How many cases a budget may buy, all aside: the least number, and twice the one before."""
    found = []
    count = max(minimum, 1)
    while count < available:
        found.append(count)
        count *= 2
    return found
