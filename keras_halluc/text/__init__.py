"""Strings: normalising, tokens, sentences, overlap, in any script. No Keras, no numpy."""

from keras_halluc.text.bleu import BleuScorer
from keras_halluc.text.chunks import chunk_text
from keras_halluc.text.claims import claim_spans
from keras_halluc.text.normalize import normalize_answer
from keras_halluc.text.overlap import contains_answer
from keras_halluc.text.overlap import token_f1
from keras_halluc.text.rouge import RougeScore
from keras_halluc.text.rouge import RougeScorer
from keras_halluc.text.said.cleaned_output import CleanedOutput
from keras_halluc.text.said.output_reader import ANSWER_STEPS
from keras_halluc.text.said.output_reader import OUTPUT_STEPS
from keras_halluc.text.said.output_reader import OutputReader
from keras_halluc.text.sentences import sentence_spans
from keras_halluc.text.sentences import split_sentences
from keras_halluc.text.tokens import tokenize
from keras_halluc.text.tokens import tokenize_spans
from keras_halluc.text.values.chinese_dictionary import jieba_names
from keras_halluc.text.values.value import Value
from keras_halluc.text.values.value_finder import find_values

__all__ = [
    "ANSWER_STEPS",
    "BleuScorer",
    "CleanedOutput",
    "OUTPUT_STEPS",
    "OutputReader",
    "RougeScore",
    "RougeScorer",
    "Value",
    "chunk_text",
    "claim_spans",
    "contains_answer",
    "find_values",
    "jieba_names",
    "normalize_answer",
    "sentence_spans",
    "split_sentences",
    "token_f1",
    "tokenize",
    "tokenize_spans",
]
