"""Is an answer right in whatever form it is written, and wrong where a sign changes it?"""

import pytest

from keras_halluc.data import Case
from keras_halluc.grounding import AnswerChecker
from keras_halluc.grounding.same_answer import has_answer
from keras_halluc.grounding.same_answer import same_answer


def label(output, reference, prompt="?", **kwargs):
    case = Case(prompt, references=(reference,))
    return AnswerChecker(**kwargs).check([case], [output])[0].label


SAME = [
    # Decimals, thousands, money
    ("$29.00", "29"),
    ("0.50", "0.5"),
    ("1,000.00", "1000"),
    (".75", "0.75"),
    ("1.500,00 €", "1500"),
    ("1000 dollars", "$1000"),
    ("USD 1,000", "$1000"),
    ("1.5 million euros", "€1,500,000"),
    ("3k", "3000"),
    ("£2.50", "2.5"),
    ("¥3000", "3000 yen"),
    ("It costs 29.", "$29"),
    ("-5", "minus 5"),
    ("minus five degrees", "-5 °C"),
    ("+5", "5"),
    ("x = 5", "5"),
    # Shares
    ("50%", "0.5"),
    ("½", "1/2"),
    ("0.25", "1/4"),
    ("75 percent", "3/4"),
    ("two thirds", "2/3"),
    # Dates
    ("March 3, 2024", "3 March 2024"),
    ("2024-03-03", "March 3, 2024"),
    ("It was on the 3rd of March 2024.", "2024-03-03"),
    ("03.03.2024", "3 March 2024"),
    ("3. März 2024", "3 March 2024"),
    ("2024年3月3日", "2024-03-03"),
    ("le 3 mars 2024", "3 March 2024"),
    ("el 3 de marzo de 2024", "3 March 2024"),
    ("the 4th of July", "July 4"),
    ("3 May 1998", "1998"),
    ("It was 3 May 1998", "May 1998"),
    # Words
    ("eighteen", "18"),
    ("18", "eighteen"),
    ("twenty-one", "21"),
    ("achtzehn", "18"),
    ("dix-huit", "18"),
    ("dieciocho", "18"),
    ("十八", "18"),
    ("It has one.", "1"),
    ("twenty-first", "21st"),
    ("nineteen eighty-four", "1984"),
    # Times
    ("5 pm", "17:00"),
    ("17:00", "5 p.m."),
    ("half a million", "500,000"),
    ("15h30", "3:30 pm"),
    ("下午3点半", "15:30"),
    ("2 h 30 min", "150 minutes"),
    # Units
    ("5 km", "5km"),
    ("5 kilometres", "5 kilometers"),
    ("5,000 metres", "5 km"),
    ("25 m²", "25 m2"),
    ("180 °C", "180 degrees Celsius"),
    ("2 hours", "120 minutes"),
    ("a dozen", "12"),
    # Powers, ratios, ranges, codes
    ("10^2", "10²"),
    ("100", "10²"),
    ("1.6e-19", "1.6×10⁻¹⁹"),
    ("3-1", "3:1"),
    ("10 to 20", "10-20"),
    ("H₂O", "H2O"),
    ("World War II", "World War 2"),
    ("+49 30 1234567", "030 1234567"),
    ("978-3-16-148410-0", "9783161484100"),
    # Signs that stay
    ("C++", "C++"),
    ("It is C#.", "C#"),
    ("F♯", "F#"),
    ("≥ 5", ">=5"),
    ("A+", "A+"),
    ("Na+", "Na+"),
    ("x²", "x²"),
    ("The 20th century", "20th"),
    ("007", "007"),
    # Accents and small things
    ("Beyonce", "Beyoncé"),
    ("Montreal", "Montréal"),
    ("Montréal", "Montreal"),
    ("İstanbul", "Istanbul"),
    ("مُحَمَّد", "محمد"),
    ("Łódź", "Lodz"),
    ("Malmö", "Malmo"),
    ("Sao Paulo", "São Paulo"),
    ("Bjork", "Björk"),
    ("Đorđe", "Dorde"),
    ("Αθηνα", "Αθήνα"),
    ("J. K. Rowling", "J.K. Rowling"),
    ("JK Rowling", "J. K. Rowling"),
    ("J R R Tolkien", "J.R.R. Tolkien"),
    ("U. S. A.", "USA"),
    ("Saint Petersburg", "St. Petersburg"),
    ("Mt. Everest", "Mount Everest"),
    ("Dr Strange", "Doctor Strange"),
    ("Simon & Garfunkel", "Simon and Garfunkel"),
    ("Müller und Söhne", "Müller & Söhne"),
]
OTHER = [
    ("10²", "102"),
    ("10⁶", "106"),
    ("10₂", "102"),
    ("2^3", "23"),
    ("x²", "x2"),
    ("C++", "C"),
    ("C", "C++"),
    ("C#", "C++"),
    ("C#", "C"),
    ("F♭", "F#"),
    ("Na+", "Na"),
    ("A-", "A+"),
    ("A+", "A"),
    ("18+", "18"),
    ("≥5", "≤5"),
    ("<5", ">5"),
    ("≠5", "5"),
    ("±5", "5"),
    ("√2", "2"),
    ("1:2", "1/2"),
    ("1:3", "3:1"),
    ("1/2", "2/1"),
    ("1½", "11/2"),
    ("2-3", "2/3"),
    ("2+3", "2 3"),
    ("-18", "18"),
    ("minus 5", "5"),
    ("-$5", "$5"),
    ("0.5", "5"),
    ("12 million", "12"),
    ("$5 million", "$5"),
    ("5 miles", "5 km"),
    ("5 am", "5 pm"),
    ("5:30", "5"),
    ("3 March 2025", "3 March 2024"),
    ("2024", "3 March 2024"),
    ("3.11.4", "3.11.5"),
    ("3D", "3"),
    ("7", "007"),
    ("1990s", "1990"),
    ("No one knows", "1"),
    ("one of the best", "1"),
    ("pêche", "péché"),
    ("€5", "$5"),
    ("seventeen", "18"),
    ("80", "18"),
    ("St. Petersburg", "Mt. Petersburg"),
    ("20", "2.0"),
    ("15", "1.5"),
    ("0.05", "0.5"),
    ("4th", "4"),
    ("H2O2", "H2O"),
    ("B12", "B1"),
    ("50 cents", "$50"),
    ("5 billion", "5 million"),
    ("2nd", "3rd"),
    ("1/3", "1/2"),
    ("12:30", "12:03"),
    ("2020", "2021"),
    ("1.0.1", "1.0.2"),
    ("5 kg", "5 g"),
    ("100", "10%"),
    ("14", "41"),
    ("10", "ten thousand"),
    ("F16", "F18"),
    ("AB+", "AB-"),
    ("O-", "O+"),
    ("2 + 3", "5"),
    ("between 5 and 10", "5-6"),
    ("> 10", "10"),
    ("less than 5", "7"),
    ("x₁", "x₂"),
    ("3²", "3³"),
    ("3:2", "2:3"),
    ("GPT-4", "GPT-3"),
    ("iPhone 14", "iPhone 13"),
    ("1 kg", "1 lb"),
    ("Louis XIV", "Louis XV"),
    ("7:30 am", "7:30 pm"),
    ("$5", "€5"),
    ("30 minutes", "30 seconds"),
    ("-1", "1"),
    ("+1", "-1"),
    ("B", "B#"),
]


@pytest.mark.parametrize("output, reference", SAME)
def test_the_same_in_another_form(output, reference):
    assert label(output, reference) == "supported"


@pytest.mark.parametrize("mode", ["exact", "contains"])
@pytest.mark.parametrize("output, reference", OTHER)
def test_another_answer(output, reference, mode):
    knows = output != "No one knows"
    assert label(output, reference, mode=mode) == ("unsupported" if knows else "abstained")


def test_most_are_the_same_word_for_word_too():
    longer = ("It ", "el ", "le ", "x =", "3 May 1998", "18 years", "Age", "No. ", "Number", "5 ft")
    for output, reference in SAME:
        if not output.startswith(longer):
            assert same_answer(output, reference), (output, reference)


def test_f1_counts_values_and_signs():
    assert label("5 kilometres", "5 km", mode="f1", f1_threshold=1.0) == "supported"
    assert label("C++", "C", mode="f1", f1_threshold=0.7) == "unsupported"


def test_number_words_are_read_in_the_language_of_the_prompt():
    assert label("once", "11", prompt="¿Cuántos jugadores hay en el equipo?") == "supported"
    assert label("once", "11", prompt="How many players are in the team?") == "unsupported"


def test_accents_by_option():
    assert label("pêche", "péché", fold_accents=True) == "supported"
    assert label("Beyonce", "Beyoncé", fold_accents=False) == "unsupported"
    assert label("BEYONCÉ", "Beyoncé", fold_accents=False) == "supported"
    long = "Les élèves de l'école ont mangé à la cantine et sont rentrés chez eux le soir " * 9
    plain = long.translate(str.maketrans("éèà", "eea"))
    assert label(plain, long) == label(plain, long, fold_accents=True) == "supported"
    assert label(plain, long, fold_accents=False) == "unsupported"
    with pytest.raises(ValueError, match="`fold_accents` must be one of"):
        AnswerChecker(fold_accents="yes")


def test_a_long_output_and_a_long_reference():
    words = "the cat sat on 5 mats, " * 900
    assert has_answer(words + "in Łódź", "Lodz")
    assert has_answer(words, words[: len(words) // 2])
    assert not has_answer(words, words[: len(words) // 2] + "dog")
