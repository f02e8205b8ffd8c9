"""Which slots does a sentence leave out, and which does it add?"""

import dataclasses


@dataclasses.dataclass(frozen=True)
class SlotErrors:
    """The slot errors of one output.

    Args:
        missing: tuple of `(slot, value)`, asked for and not said.
        added: tuple of `(slot, start, end)`, said and not asked for, and where in the output.
        slots: int, how many were asked for.

    Example:

    >>> import keras_halluc as kh
    >>> kh.grounding.SlotErrors(missing=(("food", "French"),), added=(), slots=4).count
    1
    """

    missing: tuple[tuple[str, str], ...]
    added: tuple[tuple[str, int, int], ...]
    slots: int

    @property
    def count(self) -> int:
        """Missing and added slots together; one said with another value is both."""
        return len(self.missing) + len(self.added)
