"""The notation in which a grammar is written."""

import re
from collections.abc import Callable
from collections.abc import Iterable

from keras_halluc.grounding.abstention_grammar.places import bare
from keras_halluc.grounding.abstention_grammar.places import fold
from keras_halluc.grounding.abstention_grammar.rules import Anything
from keras_halluc.grounding.abstention_grammar.rules import Choice
from keras_halluc.grounding.abstention_grammar.rules import InOrder
from keras_halluc.grounding.abstention_grammar.rules import Maybe
from keras_halluc.grounding.abstention_grammar.rules import Rule
from keras_halluc.grounding.abstention_grammar.rules import Words

_SIGN = re.compile(r"\{[^{}]*\}|\.\.\.?|[\[\](){}|]|[^\s\[\](){}|.]+|\.")
_DEEPER = " " * 8
_CLOSING = {"(": ")", "[": "]"}


def read_grammar(text: str) -> dict[str, Rule]:
    """Reads a grammar: lines `name = words | other words`.

    An indented line adds another choice; one that is indented by eight or begins with `|` goes on
    with the line above it.

    | written | stands for |
    |---|---|
    | `do not` | these words, in whatever case, with or without accents |
    | `!sé` | this word, with the accents it has here |
    | `(can \\| may)` | one of these |
    | `[really]` | this, or nothing |
    | `{source}` | what the grammar says above of `source` |
    | `...` | any words, or none |
    | `..` | any words, or none, but not those of the rule `stop` |
    | `#` | a comment from here to the end of the line |

    Args:
        text: str.

    Returns:
        dict of rules by name.
    """
    rules: dict[str, Rule] = {}
    for name, body in _definitions(text):
        if name in rules:
            raise ValueError(f"A grammar must define a name once. Received: {name!r} twice")
        rules[name] = read_rule(body, lambda slot: rules[slot])
    return rules


def read_rule(text: str, named: Callable[[str], Rule]) -> Rule:
    """Reads what stands for one rule.

    Args:
        text: str, in the notation of `read_grammar`.
        named: function from the name in `{ }` to its rule. It raises `KeyError` for an unknown one.

    Returns:
        The rule. `ValueError` where a bracket is not closed or a name is unknown.
    """
    signs = _SIGN.findall(text)
    rule, position = _choice(signs, 0, named)
    if position < len(signs):
        raise ValueError(f"A rule must open a bracket before {signs[position]!r} closes it: {text}")
    return rule


def _definitions(text: str) -> list[tuple[str, str]]:
    """Each name with what is behind its `=`."""
    found: list[tuple[str, str]] = []
    for line in text.splitlines():
        line = line.partition("#")[0].rstrip()
        name, equals, body = line.partition(" =")
        if equals:
            found.append((name, body))
        elif line:
            name, body = found.pop()
            begins = not line.startswith(_DEEPER) and not line.lstrip().startswith("|") and body
            found.append((name, f"{body} {'| ' if begins else ''}{line}"))
    return found


def _choice(signs: list[str], position: int, named: Callable[[str], Rule]) -> tuple[Rule, int]:
    rules = []
    while True:
        rule, position = _sequence(signs, position, named)
        rules.append(rule)
        if position == len(signs) or signs[position] != "|":
            break
        position += 1
    single = [rule.needs for rule in rules if isinstance(rule, Words) and rule.needs]
    rules = [rule for rule in rules if not isinstance(rule, Words)]
    if single:
        rules.append(Words(frozenset().union(*single)))
    return (rules[0] if len(rules) == 1 else Choice(rules)), position


def _sequence(signs: list[str], position: int, named: Callable[[str], Rule]) -> tuple[Rule, int]:
    rules: list[Rule] = []
    while position < len(signs) and signs[position] not in "|)]":
        sign = signs[position]
        position += 1
        if sign in _CLOSING:
            rule, position = _choice(signs, position, named)
            if position == len(signs) or signs[position] != _CLOSING[sign]:
                raise ValueError(f"A rule must close what {sign!r} opens: {' '.join(signs)}")
            position += 1
            rules.append(Maybe(rule) if sign == "[" else rule)
        elif sign in ("...", ".."):
            rules.append(Anything(sign == ".."))
        elif len(sign) > 1 and sign[0] == "{":
            rules.append(_named(sign[1:-1].strip(), named))
        else:
            rules += [Words(frozenset((word,))) for word in _words(sign)]
    return (rules[0] if len(rules) == 1 else InOrder(rules)), position


def _words(sign: str) -> Iterable[str]:
    """The words of a sign, as they stand in a folded text."""
    if sign.isascii() and sign.isalpha():
        return (sign.lower(),)
    return fold(sign) if sign[0] == "!" else map(bare, fold(sign))


def _named(name: str, named: Callable[[str], Rule]) -> Rule:
    try:
        return named(name)
    except KeyError as error:
        known = error.args[1] if len(error.args) > 1 else "names defined above it"
        raise ValueError(
            f"A `{{name}}` in a phrase must be one of {known}. Received: {{{name}}}"
        ) from None
