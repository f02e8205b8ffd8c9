"""Is a composed value one value: right in another form, wrong where a part of it changes?"""

import pytest

from keras_halluc.data import Case
from keras_halluc.grounding import ValueChecker


def check(source, output, prompt="?", **kwargs):
    return ValueChecker().check([Case(prompt, source=source, **kwargs)], [output])[0]


REVENUE = "Revenue rose to $890M in 2023."
HOURS = '{"hours":{"Friday":"11:0-21:0"}}'
SAME = [
    # Versions, addresses, numbers of things
    ("Upgrade to Python 3.11.4.", "Use Python v3.11.4."),
    ("Upgrade to Python 3.11.4.", "Upgrade to Python 3.11."),
    ("Server 192.168.1.10 is down.", "The server 192.168.1.10 was down."),
    ("IPv6 2001:db8:0:0::1 is up.", "IPv6 2001:DB8::1 is up."),
    ("Write to info@example.org.", "The address is INFO@example.org."),
    ("See https://www.example.org/a/.", "See www.example.org/a for more."),
    ("Call 030 1234567.", "Call 030 123 45 67."),
    ("Call +49 30 1234567.", "Call 030 1234567."),
    ("Call (555) 123-4567.", "Call 555-123-4567."),
    ("ISBN 978-3-16-148410-0", "The ISBN is 9783161484100."),
    ("ISBN 3-16-148410-X", "ISBN 978-3-16-148410-0"),
    ("Order BX-4471 today.", "Order bx-4471 today."),
    ("The F-16 flew.", "The F16 flew."),
    ("The Airbus A380 flew.", "The A-380 flew."),
    ("COVID-19 spread.", "covid-19 spread."),
    ("CO₂ rose.", "CO2 rose."),
    ("The under-17 team won.", "The U17 team won."),
    ("Formation 4-4-2 won.", "It was 4-4-2."),
    # Scores and ratios
    ("They won 3:1.", "They won 3-1."),
    ("They won 3–1.", "They won 3 to 1."),
    ("They won 3:1.", "They scored 3 goals and let in 1."),
    ("Sie gewannen 3:1.", "Sie gewannen 3 : 1."),
    ("他们以3比1获胜。", "They won 3-1."),
    ("The ratio is 1:2.", "The ratio is 1 to 2."),
    ("It scored 4/5.", "It scored 4 out of 5."),
    ("It scored 4 out of 5.", "It scored 4/5."),
    # Coordinates and powers
    ("Berlin is at 52.52° N.", "Berlin lies at 52°31′12″N."),
    ("It has 10⁶ cells.", "It has 1,000,000 cells."),
    ("It has 10^6 cells.", "It has a million cells."),
    ("Learning rate 2e-5.", "Learning rate 0.00002."),
    ("The charge is 1.6×10⁻¹⁹ C.", "The charge is 1.6 x 10^-19 C."),
    ("The area is 25 m².", "The area is 25 m^2."),
    # Roman numerals
    ("World War II ended.", "World War 2 ended."),
    ("World War 2 ended.", "World War II ended."),
    ("The Second World War ended in 1945.", "World War II ended in 1945."),
    ("Louis XIV died in 1715.", "Louis the Fourteenth died in 1715."),
    ("Chapter IV is long.", "Chapter 4 is long."),
    ("Der II. Weltkrieg endete.", "Der 2. Weltkrieg endete."),
    ("El siglo XX fue largo.", "The 20th century was long."),
    ("Au XIXe siècle.", "In the 19th century."),
    # Hours
    (HOURS, "On Friday it is open from 11 am to 9 pm."),
    (HOURS, "On Friday it is open from 11:00 to 21:00."),
    ('{"Monday":"7:30-15:0"}', "On Monday it opens at 7:30 am and closes at 3 pm."),
    ("Open Mon-Fri 9-5.", "Open Mon-Fri 9 am to 5 pm."),
    ("Open Mon-Fri 9 am to 5 pm.", "Open Mon-Fri 9-5."),
    # Money
    (REVENUE, "Revenue was 890 million U.S. dollars."),
    (REVENUE, "Revenue was $0.89 billion."),
    # Shares, nothing
    ("The accuracy was 0.47.", "The accuracy was 47%."),
    ("The accuracy was 47%.", "The accuracy was 0.47."),
    ("One in five adults smokes.", "20% of adults smoke."),
    ("20% of adults smoke.", "One in five adults smokes."),
    ("3 out of 4 agreed.", "75 percent agreed."),
    ("Half of them left.", "50% of them left."),
    ("A quarter of them left.", "25% of them left."),
    ("Two thirds of voters agreed.", "66.7% of voters agreed."),
    ("3/4 of voters agreed.", "0.75 of voters agreed."),
    ("Hubo 0 casos.", "Hubo cero casos."),
    ("There were 0 visits.", "There were no visits."),
    ("There were no visits.", "There were zero visits."),
    # Names
    ("The bridge was built by José Müller.", "It was built by J. Müller."),
    ("St. Petersburg is big.", "Saint Petersburg is big."),
    ("Mt. Everest is high.", "Mount Everest is high."),
    ("He joined the World Health Organization.", "He joined the WHO."),
    ("The play was written by Shakespeare.", "Shakespeare wrote the play."),
    # Some of each
    ("Revenue was €1.2bn.", "Revenue was 1.2 billion euros."),
    ("Version 2.4.1 was released on 3 May.", "On May 3rd v2.4.1 came out."),
    ("The match ended 2-2.", "The match ended in a 2:2 draw."),
    ("Germany beat Brazil 7-1.", "Germany won 7–1 against Brazil."),
    ("The score was 21-15, 21-18.", "They won 21-15 and 21-18."),
    ("Call 1-800-555-0199 now.", "The number is 1-800-555-0199."),
    ("Tel. 089/1234567", "Tel. 089 1234567"),
    ("Visit http://example.com/shop/", "Visit example.com/shop."),
    ("Article 5(3) applies.", "Article 5(3) applies."),
    ("It is § 12 Abs. 3.", "It is § 12 Abs. 3."),
    ("Mix at a ratio of 2:1.", "Mix two to one."),
    ("At 40.7128° N, 74.0060° W.", "At 40.7128°N 74.006°W."),
    ("The mass is 5.97×10^24 kg.", "The mass is 5.97e24 kg."),
    ("Pope Benedict XVI resigned.", "Pope Benedict 16 resigned."),
    ("Henry VIII had six wives.", "Henry the Eighth had 6 wives."),
    ("Die Partie endete 3:2.", "Das Spiel endete 3 zu 2."),
    ('{"Saturday":"9:0-17:30"}', "On Saturday it opens at 9 am and closes at 5:30 pm."),
    ('{"Sunday":"0:0-0:0"}', "It is open on Sunday."),
    ("Growth of 0.5% in 2020.", "In 2020 growth was 0.5 percent."),
    ("A third of the staff left.", "One third of the staff left."),
    ("A third of the staff left.", "33% of the staff left."),
    ("1 in 3 people", "33.3% of people"),
    ("Nobody died; zero deaths.", "There were 0 deaths."),
    ("The U.N. Security Council met.", "The United Nations Security Council met."),
    ("Nearly 3,000 people died (2,977).", "Almost 3,000 people died."),
    ("It raised $1,998,442.", "It raised almost $2 million."),
    ("It raised $2.03 million.", "It raised over $2 million."),
    ("The tower is 324.8 m tall.", "The tower is 325 m tall."),
    ("He earned 52,430 euros.", "He earned around 52,000 euros."),
    ("Temperature rose 1.48 °C.", "Temperature rose by about 1.5 °C."),
    ("Model X-100 costs $50.", "The X100 costs 50 dollars."),
    ("iPhone 14 Pro", "The iPhone 14 Pro"),
    ("Flight LH 441 landed.", "Flight LH441 landed."),
    ("Highway A9 is closed.", "The A9 is closed."),
    ("MH370 vanished.", "Flight MH370 vanished."),
    ("12/05/2020 14:30", "At 2:30 pm on 12 May 2020."),
    ("Room 101 is free.", "Room 101 is free."),
]
CHANGED = [
    ("Upgrade to Python 3.11.4.", "Upgrade to Python 3.11.3."),
    ("Upgrade to Python 3.11.4.", "Upgrade to Python 3.4."),
    ("Use v2.0.1.", "Use v2.1.0."),
    ("Server 192.168.1.10 is down.", "Server 192.168.10.1 is down."),
    ("IPv6 2001:db8::1 is up.", "IPv6 2001:db8::2 is up."),
    ("Write to info@example.org.", "Write to info@example.net."),
    ("See www.example.org/a.", "See www.example.org/b."),
    ("Call 030 1234567.", "Call 030 1234576."),
    ("Call +49 30 1234567.", "Call +49 40 1234567."),
    ("ISBN 978-3-16-148410-0", "ISBN 978-3-16-148410-3"),
    ("Order BX-4471 today.", "Order BX-4417 today."),
    ("The F-16 flew.", "The F-18 flew."),
    ("The F-16 flew.", "The B-16 flew."),
    ("Formation 4-4-2 won.", "Formation 4-2-4 won."),
    ("They won 3:1.", "They won 1:3."),
    ("They won 3-1.", "They won 1-3."),
    ("They won 2-1 on Sunday.", "They won 2-0 on Sunday."),
    ("The mix is 1:2.", "The mix is 1:3."),
    ("他们以3比1获胜。", "他们以1比3获胜。"),
    ("It scored 4/5.", "It scored 5/4."),
    ("It has 5 out of 5 stars.", "It has 1 out of 5 stars."),
    ("It scored 4/5.", "It scored 3 out of 5."),
    ("Berlin is at 52.52° N.", "Berlin is at 52.52° S."),
    ("The charge is 1.6×10⁻¹⁹ C.", "The charge is 1.6×10⁻¹⁸ C."),
    ("2^10 states", "2^11 states"),
    ("Learning rate 2e-5.", "Learning rate 2e-4."),
    ("World War II ended.", "World War I ended."),
    ("World War I ended.", "World War II ended."),
    ("Louis XIV died.", "Louis XV died."),
    ("El siglo XX fue largo.", "El siglo XIX fue largo."),
    (HOURS, "On Friday it is open from 11 am to 10 pm."),
    ("Open Mon-Fri 9-5.", "Open Mon-Fri 9 am to 6 pm."),
    (REVENUE, "Revenue was USD 890."),
    (REVENUE, "Revenue was $890 billion."),
    ("The accuracy was 0.47.", "The accuracy was 74%."),
    ("One in five adults smokes.", "One in four adults smokes."),
    ("One in five adults smokes.", "25% of adults smoke."),
    ("There were 3 visits.", "There were no visits."),
    ("There were no visits.", "There were 3 visits."),
    ("The bridge was built by José Müller.", "It was built by K. Müller."),
    ("Mt. Everest is high.", "Mount Elbrus is high."),
    ("Maria won the race in Rome.", "Lucia won the race in Rome."),
    ("Germany beat Brazil 7-1.", "Germany beat Brazil 7-2."),
    ("Germany beat Brazil 7-1.", "Germany beat Brazil 1-7."),
    ("Call 1-800-555-0199 now.", "Call 1-800-555-0198 now."),
    ("Pope Benedict XVI resigned.", "Pope Benedict XV resigned."),
    ("Henry VIII had six wives.", "Henry VII had six wives."),
    ("MH370 vanished.", "MH17 vanished."),
    ("The mass is 5.97×10^24 kg.", "The mass is 5.97×10^25 kg."),
    ('{"Saturday":"9:0-17:30"}', "On Saturday it closes at 6:30 pm."),
    ("Growth of 0.5% in 2020.", "Growth of 5% in 2020."),
    ("A third of the staff left.", "Half of the staff left."),
    ("It raised $1,998,442.", "It raised almost $3 million."),
    ("He earned 52,430 euros.", "He earned around 53,000 euros."),
    ("Highway A9 is closed.", "Highway A8 is closed."),
    ("Temperature rose 1.48 °C.", "Temperature rose by about 1.8 °C."),
    ("The tower is 324 m tall.", "The tower is 342 m tall."),
    ("Visit example.com/shop.", "Visit http://example.com/shops"),
    ("At 40.7128° N, 74.0060° W.", "At 40.7128° N, 74.0060° E."),
    ("Version 2.4.1", "Version 2.4.1.1"),
    ("The odds are 5:2.", "The odds are 2:5."),
]


@pytest.mark.parametrize("source, output", SAME)
def test_the_same_in_another_form(source, output):
    verdict = check(source, output)
    assert verdict.label == "supported", verdict.reason


@pytest.mark.parametrize("source, output", CHANGED)
def test_a_change_is_seen(source, output):
    assert check(source, output).hallucinated


ROUNDED = [
    ("The city has 1,204,331 people.", "The city has about 1.2 million people."),
    ("The city has 1,204,331 people.", "The city has 1.2 million people."),
    ("It has 67,391,582 inhabitants.", "It has 67 million inhabitants."),
    ("The rate rose by 19.4 percent.", "The rate rose by 19 percent."),
    ("Pi is 3.14159.", "Pi is 3.14."),
    ("It cost 1,204,331 dollars.", "It cost over 1.2 million dollars."),
    ("They sold 987 cars.", "They sold nearly 1,000 cars."),
    ("It is 2.7 km away.", "It is about 3 km away."),
    ("It is 2,713 m away.", "It is roughly 2.7 km away."),
    ("They sold 1,204 cars.", "They sold around 1,200 cars."),
    ("They sold 1,204 cars.", "They sold more than 1,000 cars."),
    ("There were 52 guests.", "There were some fifty guests."),
    ("Die Stadt hat 3,71 Millionen Einwohner.", "Die Stadt hat rund 3,7 Millionen Einwohner."),
    (
        "La ville compte 1\u202f204\u202f331 habitants.",
        "La ville compte environ 1,2 million d'habitants.",
    ),
    ("La ciudad tiene 1.204.331 habitantes.", "La ciudad tiene casi 1,21 millones de habitantes."),
    ("该市人口为3,712,000。", "该市人口约为370万。"),
]
NOT_ROUNDED = [
    ("The city has 1,204,331 people.", "The city has about 1.4 million people."),
    ("The city has 1,204,331 people.", "The city has 1.3 million people."),
    ("It has 10 million visitors.", "It has over 100 million visitors."),
    ("The rate rose by 19.4 percent.", "The rate rose by 20 percent."),
    ("The rate rose by 19.6 percent.", "The rate rose by 19 percent."),
    ("They sold 1,204 cars.", "They sold 1,200 cars."),
    ("They sold 1,204 cars.", "They sold nearly 1,200 cars."),
    ("They sold 987 cars.", "They sold over 1,000 cars."),
    ("It is 2.7 km away.", "It is 3 km away."),
    ("They sold 600 cars.", "They sold about 1,000 cars."),
    ("It opened in 1998.", "It opened in about 2000."),
    ("Pi is 3.14159.", "Pi is 3.15."),
]


@pytest.mark.parametrize("source, output", ROUNDED)
def test_a_rounded_number_is_supported(source, output):
    verdict = check(source, output)
    assert verdict.label == "supported", verdict.reason


@pytest.mark.parametrize("source, output", NOT_ROUNDED)
def test_and_another_number_is_not(source, output):
    assert check(source, output).hallucinated


def test_what_the_question_names_is_known():
    source = "The play was first seen in 1601."
    assert check(source, "Ann Lee saw Hamlet in 1601.", "Did Ann Lee see Hamlet?").score == 1.0
    assert check(source, "Ann Lee saw Hamlet in 1601.", "Who?").hallucinated
    assert check(source, "Hamlet by John Smith.", "Hamlet by John Smith?").label == "unmeasured"
    assert check(source, "In the Globe Theatre, 1601.", group="Globe Theatre").score == 1.0
    source = "The population of France is 67 million."
    asked = "Is the population of France 99 million?"
    assert check(source, "The population of France is 99 million.", asked).hallucinated


def test_an_opening_name_in_the_place_of_another():
    source = "Paris attracts over 10 million visitors a year. It has 20 districts."
    verdict = check(source, "Lyon attracts over 10 million visitors a year.")
    assert verdict.spans == ((0, 4, "contradicted"),)
    assert check(source, "Visitors come. Paris attracts over 10 million.").label == "supported"
    assert check(source, "Tourists love it, with 20 districts.").label == "supported"
