"""How much of a reference answer is in a text?"""

import collections

from keras_halluc.text.normalize import ARTICLES
from keras_halluc.text.normalize import normalize_answer
from keras_halluc.text.tokens import tokenize


def token_f1(prediction: str, reference: str) -> float:
    """Overlap of two texts as bags of tokens: the F1 of SQuAD, in any script.

    Both are normalised, then cut by `tokenize`: words, or characters where a script has no spaces.
    Where one of them has no token at all, the result is 1 if neither has, else 0.

    Args:
        prediction: str.
        reference: str.

    Returns:
        float in [0, 1], higher is more alike; the same with the two swapped.

    Example:

    >>> import keras_halluc as kh
    >>> round(kh.text.token_f1("the city of Paris", "Paris"), 3)
    0.5
    >>> round(kh.text.token_f1("東京都", "東京"), 3)
    0.8

    References:
        Rajpurkar et al. 2016, https://arxiv.org/abs/1606.05250
    """
    left = tokenize(normalize_answer(prediction))
    right = tokenize(normalize_answer(reference))
    if not left or not right:
        return float(left == right)
    common = (collections.Counter(left) & collections.Counter(right)).total()
    return 2 * common / (len(left) + len(right))


def contains_answer(text: str, answer: str) -> bool:
    """Whether a text has an answer in it, both normalised, whole words only.

    In scripts with spaces the words of the answer must stand in the text in a row: `"Rome"` is not
    in `"Romeo"`, nor `"Iran"` in `"Tirana"`. In scripts without spaces (and in Korean, where
    particles stick to words) a row of characters will do, so a name inside a longer name is found:
    `"京"` is in `"東京"`.

    It says that the words are there, not what is said of them: `"not Paris"` has `"Paris"` in it.

    Args:
        text: str.
        answer: str. One made of articles alone (the choice `"A"`) is looked for in this very case;
            one of signs alone (`"+"`) as a substring. An empty one is in no text.

    Returns:
        bool.

    Example:

    >>> import keras_halluc as kh
    >>> kh.text.contains_answer("It was in ROME, Italy.", "Rome")
    True
    >>> kh.text.contains_answer("Romeo and Juliet", "Rome")
    False
    >>> kh.text.contains_answer("答案是北京市。", "北京")
    True
    """
    normal = normalize_answer(answer)
    if not normal:
        return bool(answer.strip()) and answer.strip() in text
    if all(word in ARTICLES for word in normal.split()):
        return _in_a_row(tokenize(answer), tokenize(text))
    return _in_a_row(tokenize(normal), tokenize(normalize_answer(text)))


def _in_a_row(wanted: list[str], tokens: list[str]) -> bool:
    """Whether some tokens, none of which has a space in it, stand in others in a row."""
    return f" {' '.join(wanted)} " in f" {' '.join(tokens)} "
