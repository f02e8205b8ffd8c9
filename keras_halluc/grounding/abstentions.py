"""In which languages does a checker know abstentions by itself?"""

import functools

from keras_halluc.grounding.abstention_grammar import arabic
from keras_halluc.grounding.abstention_grammar import chinese
from keras_halluc.grounding.abstention_grammar import english
from keras_halluc.grounding.abstention_grammar import french
from keras_halluc.grounding.abstention_grammar import german
from keras_halluc.grounding.abstention_grammar import hindi
from keras_halluc.grounding.abstention_grammar import italian
from keras_halluc.grounding.abstention_grammar import japanese
from keras_halluc.grounding.abstention_grammar import korean
from keras_halluc.grounding.abstention_grammar import portuguese
from keras_halluc.grounding.abstention_grammar import russian
from keras_halluc.grounding.abstention_grammar import spanish
from keras_halluc.grounding.abstention_grammar import thai
from keras_halluc.grounding.abstention_grammar.language import Language

GRAMMARS = {
    "en": english.GRAMMAR,
    "de": german.GRAMMAR,
    "fr": french.GRAMMAR,
    "es": spanish.GRAMMAR,
    "it": italian.GRAMMAR,
    "pt": portuguese.GRAMMAR,
    "zh": chinese.GRAMMAR,
    "ja": japanese.GRAMMAR,
    "ko": korean.GRAMMAR,
    "ru": russian.GRAMMAR,
    "ar": arabic.GRAMMAR,
    "hi": hindi.GRAMMAR,
    "th": thai.GRAMMAR,
}
LANGUAGES = tuple(GRAMMARS)

# What `abstentions=None` stands for: the clauses of the grammar of each language.
DEFAULT_ABSTENTIONS = tuple(f"{{{language}}}" for language in LANGUAGES)


@functools.cache
def language_of(code: str) -> Language:
    """The grammar of the language `code`, one of `LANGUAGES`. It is read at its first use."""
    return Language(GRAMMARS[code])
