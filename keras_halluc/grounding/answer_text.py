"""Which part of an output is the answer, and is there anything in it?"""


def first_line_end(output: str) -> int:
    """Where the first line with something on it ends."""
    position = 0
    for line in output.splitlines(keepends=True):
        if line.strip():
            return position + len(line.rstrip("\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029"))
        position += len(line)
    return position


def says_nothing(text: str) -> bool:
    """Whether there is no word and no number: nothing but space, punctuation, signs and emoji."""
    return not any(char.isalnum() for char in text)
