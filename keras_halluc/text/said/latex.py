r"""LaTeX in an output: `\boxed{18}`, `$18$`, `m^{2}` and their kin written as plain text."""

import re

from keras_halluc.text.said.draft import Edit
from keras_halluc.text.said.html_tags import raised

REASON = "LaTeX"
_AROUND = re.compile(
    r"\\(?:boxed|fbox|text(?:bf|it|rm|sf|tt|normal)?|emph|underline|math(?:bf|rm|it|sf|tt|bb|cal)|"
    r"operatorname|mbox|overline|displaystyle|mathrm|unit|num)\s?\{"
)
_FRACTION = re.compile(r"\\[dt]?frac\s?\{([^{}\n]{1,40})\}\s?\{([^{}\n]{1,40})\}")
_POWER = re.compile(r"\^(?:\{([+\-−]?\d{1,4}|n)\}|([+\-−]?\d{1,4}(?!\w|[.,]\d)))")
_DEGREE = re.compile(r"\s?\^\{?\\circ\}?|\\degree\b|\\textdegree\b")
_SIGNS = {
    "times": "×", "cdot": "·", "pm": "±", "approx": "≈", "leq": "≤", "geq": "≥", "le": "≤",
    "ge": "≥", "neq": "≠", "ne": "≠", "pi": "π", "mu": "µ", "Omega": "Ω", "quad": " ", "qquad": " ",
    "ldots": "…", "dots": "…", "rightarrow": "→", "to": "→", "sim": "~", "div": "÷", "infty": "∞",
    "left": "", "right": "", "displaystyle": "",
}  # fmt: skip
_SIGN = re.compile(rf"\\({'|'.join(_SIGNS)})(?![A-Za-z])[ ]?")
_ESCAPED = re.compile(r"\\([%$&#_{}*~`!<>\[\]().+-])|\\([,;: ])")
_DISPLAY = re.compile(r"\$\$|\\[\[\]()]")
# A dollar is a sign of money too: what two of them hold is maths if it is one token or has signs.
_MATHS = re.compile(r"(?<![\\\w$])\$(?=[^\s$])([^$\n]{0,200}[^\s$])\$(?![\w$])")
_LOOKS_LIKE_MATHS = re.compile(r"[\\^_{}=]|^[+\-−]?[\w.,%°²³⁰¹⁴-⁹⁻/]+$")


def find_maths(text: str) -> list[Edit]:
    """Signs around maths: `$`, `$$`, and the brackets with a backslash."""
    edits = []
    if "$" in text:
        for match in _MATHS.finditer(text):
            if _LOOKS_LIKE_MATHS.search(match[1]):
                edits.append(Edit(match.start(), match.start() + 1, REASON))
                edits.append(Edit(match.end() - 1, match.end(), REASON))
    if "$$" in text or "\\" in text:
        edits += [Edit(*match.span(), REASON) for match in _DISPLAY.finditer(text)]
    return edits


def find_commands(text: str) -> list[Edit]:
    """Commands: those around text dropped, those that are signs put as signs."""
    edits = []
    if "\\" in text:
        for match in _FRACTION.finditer(text):
            edits.append(Edit(*match.span(), REASON, f"{match[1]}/{match[2]}"))
        for match in _DEGREE.finditer(text):
            edits.append(Edit(*match.span(), REASON, "°"))
        for match in _SIGN.finditer(text):
            edits.append(Edit(*match.span(), REASON, _SIGNS[match[1]]))
        edits += _around(text)
    return edits


def find_powers(text: str) -> list[Edit]:
    """Exponents behind a caret, which become superscripts: `m^2`, `10^{-3}`."""
    if "^" not in text:
        return []
    return [
        Edit(*match.span(), REASON, raised(match[1] or match[2]))
        for match in _POWER.finditer(text)
        if match.start() and (text[match.start() - 1].isalnum() or text[match.start() - 1] in ")]}")
    ]


def find_escapes(text: str) -> list[Edit]:
    r"""Signs behind a backslash, of LaTeX and Markdown: `\%`, `\$`, `\*`."""
    if "\\" not in text:
        return []
    return [Edit(*match.span(), REASON, match[1] or " ") for match in _ESCAPED.finditer(text)]


def _around(text: str) -> list[Edit]:
    """Commands with braces, and the brace that closes each."""
    edits = []
    open_at: list[bool] = []  # whether the brace is one of a command
    opening = {match.end() - 1: match.start() for match in _AROUND.finditer(text)}
    if not opening:
        return []
    for at, char in enumerate(text):
        if char == "{":
            open_at.append(at in opening)
            if at in opening:
                edits.append(Edit(opening[at], at + 1, REASON))
        elif char == "}" and open_at and open_at.pop():
            edits.append(Edit(at, at + 1, REASON))
    return edits
