"""Is a value known again in the forms people use, in its own place, and a swap still seen?"""

import pytest

from keras_halluc.data import Case
from keras_halluc.grounding import ValueChecker


def check(source, output):
    return ValueChecker().check([Case("?", source=source)], [output])[0]


BOTH_WAYS = [
    # Names, their initials and countries
    ("In 2019 the European Union fined the company.", "In 2019 the EU fined the company."),
    ("The National Football League plays on Sunday.", "The NFL plays on Sunday."),
    (
        "He was elected head of the WHO in 2017.",
        "He was elected head of the World Health Organization in 2017.",
    ),
    (
        "It was signed by the U.S. president on Monday.",
        "It was signed by the American president on Monday.",
    ),
    ("Im Haus Beethovens in Bonn.", "Im Haus Beethoven in Bonn."),
    ("The U.S. president visited Paris.", "The president of the United States visited Paris."),
    ("He lives in the USA.", "He lives in the United States."),
    ("The film of the United States won a prize.", "The American film won a prize."),
    ("The U.N. met in Geneva.", "The United Nations met in Geneva."),
    ("He told us of the United States.", "He told us of the United States."),
    ("The British minister resigned.", "The minister of the United Kingdom resigned."),
    # Words that are dates and times elsewhere
    (
        "As many as 20 may have been killed in the blast.",
        "As many as 20 people may have been killed in the blast.",
    ),
    ("Two years ago 15 people died in the fire.", "15 people died in the fire two years ago."),
    ("Die Zahl der Toten stieg auf 12 am Freitag.", "Am Freitag stieg die Zahl der Toten auf 12."),
    ("Twelve rooms. Breakfast 7am-10am.", "It has 12 rooms, breakfast 7am-10am."),
    # Temperatures
    ("It will be 25 °C in Madrid tomorrow.", "It will be 25 degrees in Madrid tomorrow."),
    ("Morgen werden es 25 Grad.", "Morgen werden es 25 °C."),
    ("It fell to -5 °C on Monday.", "It fell to minus 5 °C on Monday."),
    ("It fell to –5 °C on Monday.", "It fell to -5 °C on Monday."),
    ("It fell to minus five degrees.", "It fell to -5 degrees."),
    ("气温降到零下5度。", "气温降到-5℃。"),
    # Hours
    ("The shop opens at 3 pm.", "The shop opens at 3 o'clock."),
    ("Der Laden öffnet um 3 Uhr.", "Der Laden öffnet um drei Uhr."),
    ("It is open from 9am to 5pm on Monday.", "It is open from 9 to 5 on Monday."),
    (
        "Max ran the marathon in 2:05:30.",
        "Max ran the marathon in 2 hours, 5 minutes and 30 seconds.",
    ),
    ("Es dauerte 3 Stunden 20 Minuten 10 Sekunden.", "Es dauerte 3:20:10."),
    # Pronouns
    ("I have been to Rome and I will go to Paris.", "I've been to Rome and I'll go to Paris."),
    # Scales
    (
        "Apple bought the company for $2B in 2019.",
        "Apple bought the company for $2 billion in 2019.",
    ),
    ("It is worth $3T.", "It is worth $3 trillion."),
    ("It cost $5.2mm.", "It cost $5.2 million."),
    # Days
    ("The museum is closed on Mondays.", "The museum is closed on Monday."),
    ("Opening hours: Mon-Fri 9am-5pm.", "It is open Monday to Friday from 9 am to 5 pm."),
    ("On July 4, the park opened.", "The park opened on the fourth of July."),
    ("Am 3. Oktober wird gefeiert.", "Am dritten Oktober wird gefeiert."),
    # Halves
    ("The film lasts 2.5 hours.", "The film lasts two and a half hours."),
    ("It has 3.5 million inhabitants.", "It has three and a half million inhabitants."),
    (
        "La ciudad tiene 2,5 millones de habitantes.",
        "La ciudad tiene dos millones y medio de habitantes.",
    ),
    (
        "La ville compte 2,5 millions d'habitants.",
        "La ville compte deux millions et demi d'habitants.",
    ),
    # Chinese
    ("他深夜2点到家。", "他凌晨2点到家。"),
    ("他晚上12点到家。", "他0:00到家。"),
    ("他中午1点吃饭。", "他13:00吃饭。"),
    ("他的月薪是三万五。", "他的月薪是35000元。"),
    ("他每周三次去健身房。", "他每周去健身房三次。"),
]


@pytest.mark.parametrize("one, other", BOTH_WAYS)
def test_the_same_in_another_form(one, other):
    for source, output in ((one, other), (other, one)):
        verdict = check(source, output)
        assert verdict.label == "supported", verdict.reason


@pytest.mark.parametrize(
    "source, output",
    [
        ("The crash happened in Indiana in 1998.", "In 1998 there was a crash in India."),
        ("The crash happened in Indiana in 1998.", "The crash happened in India in 1998."),
        ("He was born in Nigeria in 1998.", "He was born in Niger in 1998."),
        ("He saw the Romania of 1998.", "He saw the Roman of 1998."),
        ("They told us of Paris.", "They told the United States of Paris."),
        ("In 2019 the European Union fined the firm.", "In 2019 the UN fined the firm."),
        ("The shop opens at 3 pm.", "The shop opens at 4 o'clock."),
        ("The shop opens at 9 am for 30 people.", "The shop opens at 9 am for 9 people."),
        ("It will be 25 °C in Madrid.", "It will be 26 degrees in Madrid."),
        ("It fell to -5 °C on Monday.", "It fell to minus 6 °C on Monday."),
        ("It cost $2B in 2019.", "It cost $3 billion in 2019."),
        ("The film lasts 2.5 hours.", "The film lasts three and a half hours."),
        ("On July 4, the park opened.", "The park opened on the fifth of July."),
        ("Max ran it in 2:05:30.", "Max ran it in 2 hours, 5 minutes and 40 seconds."),
        ("商店下午2点关门。", "商店深夜2点关门。"),
        ("他的月薪是三万五。", "他的月薪是45000元。"),
    ],
)
def test_a_swap_is_still_seen(source, output):
    assert check(source, output).hallucinated


MONTHS = "January February March April May June July August September October November December"


@pytest.mark.parametrize("i", range(12))
def test_many_values_at_one_place(i):
    months = MONTHS.split()
    sentence = "In {}, sales rose by {}% over the month."
    source = " ".join(sentence.format(month, n + 1) for n, month in enumerate(months))
    assert check(source, sentence.format(months[i], i + 1)).label == "supported"


def test_words_with_numerals_that_count_nothing():
    source = "他曾经是公司的主席。"
    for output in ("他一度担任公司的主席。", "他在百度担任主席。", "万一他是主席呢。"):
        assert not check(source, output).hallucinated
