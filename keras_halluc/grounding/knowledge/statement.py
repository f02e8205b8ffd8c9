"""What does an output say of something?"""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Statement:
    """A subject, a relation and the object that an output gives it, as a rule read them.

    Args:
        subject: str or None. None is the one thing that the prompt names.
        relation: str.
        object: str, as it is written.
        start: int or None, where the object starts in the output; None if it stands nowhere.
        end: int or None, where it ends.

    Example:

    >>> import keras_halluc as kh
    >>> kh.grounding.Statement("Marie Curie", "place of birth", "Paris").object
    'Paris'
    """

    subject: str | None
    relation: str
    object: str
    start: int | None = None
    end: int | None = None
