"""Is there anything in an output that could be an answer?"""


def says_nothing(text: str) -> bool:
    """Whether there is no word and no number: nothing but space, punctuation, signs and emoji."""
    return not any(char.isalnum() for char in text)
