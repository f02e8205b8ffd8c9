"""Strings: normalising, tokens and overlap, in any script. No Keras, no numpy."""

from keras_halluc.text.normalize import normalize_answer
from keras_halluc.text.overlap import contains_answer
from keras_halluc.text.overlap import token_f1
from keras_halluc.text.tokens import tokenize
from keras_halluc.text.tokens import tokenize_spans

__all__ = ["contains_answer", "normalize_answer", "token_f1", "tokenize", "tokenize_spans"]
