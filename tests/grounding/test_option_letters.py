"""Is a letter an option where it is chosen, and none where it is a word or an initial?"""

import pytest

from keras_halluc.data import Case
from keras_halluc.grounding import AnswerChecker
from keras_halluc.grounding.option_letters import chooses
from keras_halluc.grounding.option_letters import option_letter


def label(output, reference):
    return AnswerChecker().check([Case("?", references=(reference,))], [output])[0].label


CHOSEN = [
    ("a", "A"),
    ("(a)", "A"),
    ("a) Paris", "A"),
    ("a.", "A"),
    ("A", "A"),
    ("A.\n", "A"),
    ("A: Paris", "A"),
    ("[A]", "A"),
    ("b", "B"),
    ("C. \n", "C"),
    ("The answer is A", "A"),
    ("The answer is A because it is warm.", "A"),
    ("the answer is (d), of course", "D"),
    ("Option b.", "B"),
    ("I choose D", "D"),
    ("答案是A。", "A"),
    ("选A", "A"),
    ("Die Antwort ist E.", "E"),
    ("Vitamin C", "C"),
    ("(I)", "I"),
    ("c", "(C)"),
    ("B", "B."),
]
NOT_CHOSEN = [
    ("A dog barked.", "A"),
    ("a dog", "A"),
    ("I think it is C.", "I"),
    ("I am.", "I"),
    ("C. S. Lewis", "C"),
    ("J. F. Kennedy", "J"),
    ("A Tale of Two Cities", "A"),
    ("It's Paris", "S"),
    ("C++", "C"),
    ("A+", "A"),
    ("Il y a un chien", "Y"),
    ("Y a-t-il un chien?", "A"),
    ("d'accord", "D"),
    ("AB", "A"),
    ("B-52", "B"),
    ("b", "C"),
]


@pytest.mark.parametrize("output, reference", CHOSEN)
def test_an_option_is_chosen(output, reference):
    assert label(output, reference) == "supported"


@pytest.mark.parametrize("output, reference", NOT_CHOSEN)
def test_a_letter_that_is_no_option(output, reference):
    only_agrees = output == "d'accord"
    assert label(output, reference) == ("abstained" if only_agrees else "unsupported")


def test_what_a_letter_is():
    assert [option_letter(text) for text in (" (b) ", "B.", "[b]", "b)")] == ["B"] * 4
    assert [option_letter(text) for text in ("AB", "a) Paris", "1", "é", "")] == [None] * 5
    assert chooses("It is either A or B.", "B") and not chooses("", "B")
