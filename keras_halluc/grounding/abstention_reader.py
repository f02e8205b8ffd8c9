"""Does a text say that it does not know, and nothing else?"""

import functools
from collections.abc import Sequence

from keras_halluc._require import received
from keras_halluc._require import require_strings
from keras_halluc.grounding.abstention_grammar.clauses import clauses_of
from keras_halluc.grounding.abstention_grammar.language import Language
from keras_halluc.grounding.abstention_grammar.notation import read_rule
from keras_halluc.grounding.abstention_grammar.places import bare
from keras_halluc.grounding.abstention_grammar.places import fold
from keras_halluc.grounding.abstention_grammar.rules import Anything
from keras_halluc.grounding.abstention_grammar.rules import Choice
from keras_halluc.grounding.abstention_grammar.rules import InOrder
from keras_halluc.grounding.abstention_grammar.rules import Rule
from keras_halluc.grounding.abstention_grammar.rules import Words
from keras_halluc.grounding.abstentions import DEFAULT_ABSTENTIONS
from keras_halluc.grounding.abstentions import LANGUAGES
from keras_halluc.grounding.abstentions import language_of

LONGEST = 1000  # characters; a longer text is an answer, whatever it says
_SHORT = 12  # characters of a phrase with signs in it, such as "k. A."
_TITLE_MARKS = ("\u300a", "\u3008", "\u300e")  # they open titles in Chinese and Japanese
_SLOTS = {f"{{{language}}}": language for language in LANGUAGES}


class AbstentionReader:
    """Tells an abstention from an answer, clause by clause.

    A text abstains if one of its clauses does, in one of the languages, and no clause says anything
    else. Courtesies ("sorry") and what the question was ("when, or where") do not count as anything
    else. So "I don't know, maybe Lyon" is an answer: it commits to Lyon. A clause in which each
    word begins with a capital is a title ("Don't Know Why") unless all of it is an abstention.

    Args:
        phrases: list of str. None takes `DEFAULT_ABSTENTIONS`. An entry is one of

            - a phrase, such as `"pass"`: a clause abstains if it is the phrase, or begins with a
              phrase of two words or more, or ends with one of three or more;
            - a language, such as `"{en}"`: the clauses of its grammar abstain;
            - a rule that holds a name of a grammar, such as `"{en.source} is silent ..."`, in the
              notation of `keras_halluc.grounding.abstention_grammar.notation.read_grammar`.
    """

    def __init__(self, phrases: Sequence[str] | None = None) -> None:
        if phrases is None:
            phrases = DEFAULT_ABSTENTIONS
        self.phrases = tuple(require_strings("abstentions", phrases, empty_ok=True))
        _own_rules(self.phrases)  # says at once what is wrong with a phrase

    def is_phrase(self, text: str) -> bool:
        """Whether `text` is an abstention that says neither of what nor anything more."""
        if len(text) > LONGEST:
            return False
        words = fold(text)
        return any(language.is_phrase(words, rule) for language, rule in _languages(self.phrases))

    def only_abstains(self, text: str) -> bool:
        """Whether `text` abstains and offers no answer beside."""
        if len(text) > LONGEST or text.lstrip().startswith(_TITLE_MARKS):
            return False
        clauses = clauses_of(text)
        if 1 < len(clauses) and len(text) <= _SHORT and self.is_phrase(text):
            return True
        languages = _languages(self.phrases)
        return any(language.only_abstains(clauses, rule) for language, rule in languages)


@functools.lru_cache(maxsize=64)
def _languages(phrases: tuple[str, ...]) -> list[tuple[Language, Rule]]:
    """The languages, and in each the rule of clauses that abstain."""
    own = _own_rules(phrases)
    found: list[tuple[Language, Rule]] = []
    for slot, code in _SLOTS.items():
        if own or slot in phrases:
            language = language_of(code)
            rules = [language.led(rule) for rule in own]
            if slot in phrases:
                rules.append(language.abstention)
            found.append((language, Choice(rules)))
    return found


def _own_rules(phrases: tuple[str, ...]) -> list[Rule]:
    """The rules of the phrases that are no languages."""
    return [
        _read_phrase(f"abstentions[{i}]", phrase)
        for i, phrase in enumerate(phrases)
        if phrase not in _SLOTS
    ]


def _read_phrase(name: str, phrase: str) -> Rule:
    """The rule of a phrase of the user's."""
    if "{" in phrase and "}" in phrase:
        return read_rule(phrase, _named)
    words = fold(phrase)
    if not words:
        raise ValueError(
            f"`abstentions` must hold phrases with letters or digits in them. "
            f"{received(name, phrase)}"
        )
    whole = InOrder([Words(frozenset((bare(word),))) for word in words])
    rules: list[Rule] = [whole]
    if " " in phrase.strip() or len(words) > 2:  # names begin with one word
        rules.append(InOrder([whole, Anything(False)]))
    if len(words) > 2:
        rules.append(InOrder([Anything(False), whole]))
    return Choice(rules)


def _named(name: str) -> Rule:
    """The rule that `{name}` of a phrase stands for."""
    code, _, rule = name.partition(".")
    if code not in LANGUAGES:
        raise KeyError(name, f"the languages {', '.join(LANGUAGES)}, or one of their words")
    language = language_of(code)
    if not rule:
        return language.abstention
    if rule not in language.rules:
        known = ", ".join(f"{code}.{known}" for known in language.rules)
        raise KeyError(name, known)
    return language.rules[rule]
