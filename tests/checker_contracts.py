"""Every public checker: how to make it, and rows on which it says different things.

Add a checker here and the contract tests run on it.
"""

import keras
import numpy as np

import keras_halluc as kh
from keras_halluc.data import Case
from keras_halluc.testing import CheckerContract

SOURCE = (
    "The river Elbe rose by 2 metres on 3 May 2020. In Dresden 300 people left their homes. "
    "Mayor Anna Weber thanked the fire brigade. It stayed dry in Leipzig."
)
ABOUT_SOURCE = tuple(
    (Case("Sum up.", source=source), output)
    for source, output in (
        (SOURCE, "In Dresden 300 people left their homes."),
        (SOURCE, "The river Elbe rose by 7 metres on 3 May 2020. It rained in Leipzig."),
        (SOURCE, "Berta Braun left Rome in 1999."),
        (SOURCE, "I don't know."),
        (None, "In Dresden 300 people left their homes."),
        ("他2020年去了北京。他姓王。", "他2021年去了北京。"),
        ("?!", "Yes."),
        (SOURCE, ""),
    )
)
ANSWERS = tuple(
    (Case("Capital of France?", references=references), output)
    for references, output in (
        (("Paris", "the city of Paris"), "It is Paris."),
        (("Paris",), "Lyon, I think."),
        (("Paris",), "I don't know."),
        (("巴黎",), "是巴黎。"),
        (("unknown",), "I have no idea."),
        (("Paris",), "\n\nParis \nLyon"),
        ((), "Paris"),
        (("Paris",), " "),
    )
)
BORN = Case("Tell me about Marie Curie.")
ABOUT_CURIE = (
    (BORN, "She was born on 7 November 1867."),
    (BORN, "She was born on November 9th, 1867. Paul Langevin was born in Paris."),
    (BORN, "Marie Curie was born in Warsaw, and won 999 prizes."),
    (BORN, "I don't know."),
    (BORN, "Pierre Curie was born in Paris."),
    (Case("居里夫人生平"), "居里夫人出生于巴黎"),
    (Case("Where was Marie Curie born?"), ""),
)
MEANINGS = tuple(
    (Case("Describe.", source=source), output)
    for source, output in (
        ("name[The Eagle], food[French], kids[no]", "The Eagle is French. No kids."),
        ("name[The Eagle], food[French], kids[no]", "The Eagle is Thai, a place for kids."),
        ("inform(name='the eagle';seats='1200')", "The Eagle has twelve hundred seats."),
        ('{"name": "老鹰", "food": ["French", "Thai"]}', "老鹰做French菜。"),
        ("goodbye()", ""),
        ("The Eagle", "The Eagle"),
        (None, "The Eagle"),
    )
)
CAPTIONS = tuple(
    (Case("Describe.", references=references), output)
    for references, output in (
        (("A puppy on the grass.", "dog"), "A dog eats cat food."),
        (("A puppy on the grass.", "dog"), "A cat and a DOG, and no hot dog. The cat sleeps."),
        (("the grass",), "A hot dog."),
        (("dog",), "the grass"),
        (("dog",), "I don't know."),
        (("犬",), "一只狗。没有cat。"),
        ((), "A dog."),
        (("dog",), ""),
    )
)
BAD_ABSTENTIONS = ({"abstentions": "unknown"}, {"abstentions": 3})


def hashed_pairs(sources, claims):
    """Token ids of pairs, padded as far as the longest of the batch needs."""
    rows = [
        [1 + sum(map(ord, token)) % 60 for token in kh.text.tokenize(s)[:80]]
        + [61]
        + [1 + sum(map(ord, token)) % 60 for token in kh.text.tokenize(c)[:40]]
        for s, c in zip(sources, claims)
    ]
    width = -(-max(map(len, rows)) // 40) * 40
    return np.array([row + [0] * (width - len(row)) for row in rows])


def pair_scorer():
    """A small model of pairs, of which padding is masked."""
    keras.utils.set_random_seed(1)
    layers = keras.layers
    inputs = keras.Input((None,), dtype="int32")
    x = layers.Embedding(62, 8, mask_zero=True, embeddings_initializer="normal")(inputs)
    x = layers.GlobalAveragePooling1D()(x)
    model = keras.Model(inputs, layers.Dense(3, kernel_initializer="normal")(x * 500.0))
    labels = ("contradiction", "entailment", "neutral")
    return kh.grounding.KerasPairScorer(model, hashed_pairs, labels, batch_size=64)


def most_prizes(output, case):
    """Nobody has more than 3 prizes."""
    start = output.find("999")
    if start >= 0:
        spans = ((start, start + 3, "unsupported"),)
        return kh.grounding.Verdict("unsupported", spans=spans, reason="too many prizes")
    return None


def knowledge():
    """A base of two facts, and rules that read them."""
    facts = [{"name": "Marie Curie", "born": "7 November 1867", "birthplace": "Warsaw"}]
    aliases = {"Marie Curie": ["居里夫人"], "Warsaw": ["华沙"]}
    base = kh.grounding.KnowledgeBase(facts, aliases=aliases)
    return base, [
        r"\b(?P<subject>[A-Z]\w+ [A-Z]\w+) was born in (?P<birthplace>[A-Z]\w+)",
        r"born on (?P<born>[\w ,]*\d{4})",
        r"\b(?P<subject>\w{2,8}?)出生于(?P<birthplace>\w+)",
        most_prizes,
    ]


def say_paris(prompts):
    """A generator's answers."""
    return ["Paris"] * len(prompts)


def draw_cities(prompts, num_samples, temperature, seed):
    """A generator's samples, which depend on the prompt alone."""
    cities = ["Paris.", "It is Paris.", "paris", "Lyon, I think.", "I don't know."]
    return [[cities[(len(p) * i) % 5] for i in range(num_samples)] for p in prompts]


def generator():
    return kh.generation.FunctionGenerator(say_paris, draw_cities)


def checker_contracts() -> list[CheckerContract]:
    """At least one contract for each public checker."""
    retriever = kh.grounding.BM25Retriever(kh.text.split_sentences(SOURCE))
    return [
        CheckerContract(
            kh.grounding.AnswerChecker,
            kwargs={},
            rows=ANSWERS,
            bad_kwargs=(
                *BAD_ABSTENTIONS,
                {"mode": "fuzzy"},
                {"f1_threshold": 0.0},
                {"reader": "first line"},
            ),
        ),
        CheckerContract(
            kh.grounding.ConsistencyChecker,
            kwargs={"generator": generator(), "num_samples": 5, "agree_at": 0.4},
            rows=tuple((Case(case.prompt), output) for case, output in ANSWERS),
            bad_kwargs=(
                {"generator": 3},
                *(
                    {**bad, "generator": generator()}
                    for bad in (
                        *BAD_ABSTENTIONS,
                        {"num_samples": 1},
                        {"scorer": "nli"},
                        {"weights": "mean"},
                        {"temperature": 0.0},
                        {"agree_at": 0.0},
                        {"entailed_at": 1.1},
                        {"seed": -1},
                        {"reader": "first line"},
                    )
                ),
            ),
        ),
        CheckerContract(
            kh.grounding.EnsembleChecker,
            kwargs={
                "checkers": [kh.grounding.OverlapChecker(), kh.grounding.ValueChecker()],
                "rule": "most_severe",
            },
            rows=ABOUT_SOURCE,
            bad_kwargs=(
                {"checkers": []},
                *(
                    {**bad, "checkers": [kh.grounding.OverlapChecker()]}
                    for bad in ({"rule": "best"}, {"weights": [-1.0]}, {"supported_at": 0.0})
                ),
            ),
        ),
        CheckerContract(
            kh.grounding.SourceChecker,
            kwargs={"english": kh.grounding.EntailmentChecker(pair_scorer())},
            rows=ABOUT_SOURCE,
            bad_kwargs=({"english": "nli"}, {"others": len}),
        ),
        CheckerContract(
            kh.grounding.DefaultChecker,
            kwargs={"source": kh.grounding.OverlapChecker()},
            rows=ABOUT_SOURCE,
            bad_kwargs=({"source": "overlap"},),
        ),
        CheckerContract(
            kh.grounding.EntailmentChecker,
            kwargs={"scorer": pair_scorer(), "aggregate": "min", "chunk_overlap": 10},
            rows=ABOUT_SOURCE,
            bad_kwargs=(
                {"scorer": "nli"},
                {"entailed_at": 0.0, "scorer": len},
                {"contradicted_at": 1.1, "scorer": len},
                {"chunk_size": 0, "scorer": len},
                {"chunk_overlap": -1, "scorer": len},
                {"aggregate": "max", "scorer": len},
                *({**bad, "scorer": len} for bad in BAD_ABSTENTIONS),
            ),
        ),
        CheckerContract(
            kh.grounding.KnowledgeChecker,
            kwargs=dict(zip(("base", "rules"), knowledge())),
            rows=ABOUT_CURIE,
            bad_kwargs=(
                {"base": [("a", "b", "c")], "rules": ["(?P<a>.)"]},
                *({"rules": bad, "base": knowledge()[0]} for bad in ("(?P<a>.)", ["(."], [3])),
                *(
                    {**bad, **dict(zip(("base", "rules"), knowledge()))}
                    for bad in (*BAD_ABSTENTIONS, {"tolerance": -0.1}, {"language": "xx"})
                ),
            ),
        ),
        CheckerContract(
            kh.grounding.ObjectChecker,
            kwargs={
                "vocabulary": {"dog": ["puppy"], "cat": [], "hot dog": [], "狗": ["犬"]},
                "ignored": ["cat food"],
                "plurals": False,
            },
            rows=CAPTIONS,
            bad_kwargs=(
                *BAD_ABSTENTIONS,
                {"vocabulary": "dog"},
                {"vocabulary": []},
                {"vocabulary": {"dog": "puppy"}},
                {"vocabulary": {"dog": ("pet",), "cat": ("pet",)}},
                {"vocabulary": ["?!"]},
                {"ignored": 3},
                {"plurals": "en"},
                {"reader": "first line"},
            ),
        ),
        CheckerContract(
            kh.grounding.OverlapChecker,
            kwargs={},
            rows=ABOUT_SOURCE,
            bad_kwargs=(
                *BAD_ABSTENTIONS,
                {"supported_at": 0.0},
                {"aggregate": "max"},
                {"function_words": "the"},
            ),
        ),
        CheckerContract(
            kh.grounding.RetrievalChecker,
            kwargs={"retriever": retriever, "checker": kh.grounding.ValueChecker(), "k": 2},
            rows=(
                (Case("How far did the river Elbe rise?"), "By 2 metres, on 3 May 2020."),
                (Case("How far did the river Elbe rise?"), "By 7 metres."),
                (Case("How many left Dresden?"), "I don't know."),
                (Case("Xyz?"), "In 1999."),
                (Case("Who thanked the fire brigade?"), ""),
            ),
            bad_kwargs=(
                {"retriever": "bm25", "checker": kh.grounding.ValueChecker()},
                {"checker": "values", "retriever": retriever},
                {"k": 0, "retriever": retriever, "checker": kh.grounding.ValueChecker()},
                {"query": "all", "retriever": retriever, "checker": kh.grounding.ValueChecker()},
            ),
        ),
        CheckerContract(
            kh.grounding.SlotChecker,
            kwargs={
                "rules": {
                    "food": ["French", "Thai"],
                    "kids": {"yes": r"\bkids\b", "no": r"\bno kids\b"},
                },
                "denials": {"kids": "no"},
            },
            rows=MEANINGS,
            asks_nothing=Case("Describe.", source="goodbye()"),
            bad_kwargs=(
                {"rules": ["food"]},
                {"parse": "csv", "rules": {}},
                {"denials": {"kids": "no"}, "rules": {}},
                {"unsaid": "none", "rules": {}},
            ),
        ),
        CheckerContract(
            kh.grounding.ValueChecker,
            kwargs={"tolerance": 0.05},
            rows=ABOUT_SOURCE,
            bad_kwargs=(
                *BAD_ABSTENTIONS,
                {"tolerance": -0.1},
                {"kinds": "name"},
                {"roles": "yes"},
                {"language": "xx"},
            ),
        ),
    ]
