"""Every reader of text as a function of one text, and texts to see how it grows with them."""

import json
import os
import tempfile

import numpy as np

import keras_halluc as kh
from keras_halluc.grounding.abstention_reader import AbstentionReader
from keras_halluc.tensorboard.escape import escape
from keras_halluc.tensorboard_plugin.span_pieces import cut_pieces

SENTENCE = (
    "Marie Curie was born in Warsaw on 7 November 1867, and moved to Paris in 1891. She won two "
    "Nobel Prizes; half of the 1.5 million francs went to her laboratory. "
)
# What a text of one kind repeats.
UNITS = {
    "digits": "7",
    "digits apart": "7 ",
    "fractions": "½",
    "fractions behind digits": "1½ ",
    "brackets": "(",
    "square brackets": "[",
    "slots": "name[",
    "closed slots": "name[x], ",
    "slots of an act": "a='b';",
    "braces": '{"a":',
    "spaces": " ",
    "spaces and a letter": " " * 199 + "a",
    "narrow spaces": "\u00a0",
    "line ends": "\n",
    "tabs": "\t",
    "one word": "a",
    "one word of capitals": "A",
    "joined words": "ab_",
    "words": "wordwords ",
    "sentences": SENTENCE,
    "Chinese sentences": "居里夫人1867年11月7日出生于华沙，她获得了两次诺贝尔奖。",
    "Han": "北",
    "Han numerals": "一",
    "Han numerals apart": "一人",
    "Han fractions": "三分之",
    "points of names": "·人",
    "surnames": "王",
    "titles": "《",
    "quoted names": "“王”",
    "quotes": '"',
    "apostrophes": "'",
    "elisions": "l'",
    "genitives": "A's ",
    "dates": "5 May 2020, ",
    "dates in digits": "2020-05-12 ",
    "months": "May ",
    "versions": "3.11.4 ",
    "scores": "won 3-1 ",
    "powers": "10^6 ",
    "telephone numbers": "+49 30 123 ",
    "addresses of mail": "a@b.org ",
    "Roman numerals": "World War II ",
    "times": "3:30 ",
    "quantities": "5 km, ",
    "money": "$5 ",
    "signs of money": "$",
    "thousands": "1,000,",
    "decimals": "1.",
    "minus": "-5",
    "dashes": " – ",
    "number words": "two hundred and ",
    "French numbers": "quatre-vingt-",
    "German numbers": "einhundert",
    "scales": "million ",
    "names": "Paris ",
    "initials": "U.S. ",
    "stops": ". ",
    "stops alone": ".",
    "abstentions": "I don't know. ",
    "turns": "but ",
    "markdown": "# a\n* **b** `c`\n| d | e |\n",
    "accents": "e\u0301",
    "accents alone": "\u0301",
    "joiners": "\u200d",
    "superscripts": "²",
    "circled digits": "①",
    "ligatures": "ﬁ",
    "surrogates": "\ud800",
    "emoji": "👍",
    "he and she": "her ",
    "is": "is ",
    "lists": "a, b and ",
    "reasoning": "<think>a",
    "tags": "<b>a</b>",
    "ticks": "`",
    "strings of JSON": '{"answer": "a", ',
    "stars": "*a ",
    "citations": " [1]",
    "links": "[a](",
    "line numbers": "1. a\n",
    "commands": "\\boxed{",
    "lead-ins": "Sure! According to the text, it rained. I hope this helps! ",
}
FIXED = SENTENCE * 3
ENTITIES = ("Paris", "Warsaw", "Rome", "Marie Curie", "Curie")
BASE = kh.grounding.KnowledgeBase(
    [{"name": "Marie Curie", "born": "7 November 1867", "birthplace": ["Warsaw", "Paris"]}]
)
RULES = [r"\bborn (?:in|on) (?P<born>[\w ,]{1,40})", r"\bmoved to (?P<birthplace>[A-Z]\w{1,30})"]


def text_of(unit, length, salt=""):
    """A text of `length` characters; no two salts give the same, so that no cache has it."""
    return (unit * (length // len(unit) + 1))[: length - len(salt)] + salt


def scores_nothing(sources, claims):
    return np.full((len(sources), 3), 1 / 3)


def one_answer(prompts):
    return ["Paris"] * len(prompts)


def same_samples(prompts, num_samples, temperature, seed):
    return [["Paris"] * num_samples for _ in prompts]


def _make_checkers():
    values, overlap = kh.grounding.ValueChecker(), kh.grounding.OverlapChecker()
    return {
        "AnswerChecker": kh.grounding.AnswerChecker(reader=kh.text.OutputReader([])),
        "ObjectChecker": kh.grounding.ObjectChecker({"a": ["names"], "city": ["Paris"]}),
        "OverlapChecker": overlap,
        "ValueChecker": values,
        "EnsembleChecker": kh.grounding.EnsembleChecker([overlap, values], "most_severe"),
        "EntailmentChecker": kh.grounding.EntailmentChecker(scores_nothing),
        "SourceChecker": kh.grounding.SourceChecker(kh.grounding.EntailmentChecker(scores_nothing)),
        "KnowledgeChecker": kh.grounding.KnowledgeChecker(BASE, RULES),
        "ConsistencyChecker": kh.grounding.ConsistencyChecker(
            kh.generation.FunctionGenerator(one_answer, same_samples), num_samples=2
        ),
        "RetrievalChecker": kh.grounding.RetrievalChecker(
            kh.grounding.BM25Retriever(kh.text.split_sentences(FIXED)), values, k=1
        ),
        "SlotChecker": kh.grounding.SlotChecker({"name": ["Paris", "Rome"], "other": r"\bx\b"}),
    }


def _as_output(checker):
    is_slots = isinstance(checker, kh.grounding.SlotChecker)
    source = "name[Paris], food[French], born[7 November 1867]" if is_slots else FIXED
    case = kh.data.Case("Who is Marie Curie?", ("Paris", "a"), source=source)
    return lambda text: checker.check([case], [text])


def _as_case(checker):
    def read(text):
        case = kh.data.Case(text, (text,), source=text)
        return checker.check([case], [FIXED])

    return read


def _on_both_sides(checker):
    def read(text):
        case = kh.data.Case("Write.", (text[:-1] + " x",), source=text[:-1] + " x")
        return checker.check([case], [text])

    return read


def _as_file(suffix, dump, read):
    def made(text):
        descriptor, path = tempfile.mkstemp(suffix=suffix)
        try:
            with open(descriptor, "w", encoding="utf-8", errors="replace", newline="") as file:
                file.write(dump(text))
            return read(path)
        except (ValueError, TypeError):  # a text may make no case
            return None
        finally:
            os.unlink(path)

    return made


def _refused(read):
    """A text may be refused."""

    def made(text):
        try:
            return read(text)
        except ValueError:
            return None

    return made


def _csv(text):
    return 'prompt,reference\n"' + text.replace('"', '""') + '",b\n'


def _swapped(text):
    return kh.data.counterfactual_pairs(
        [kh.data.Case(text, source=text)], [("Paris", "Rome"), ("a", "b"), ("北", "南")], True
    )


def _all_rouge(tokenizer):
    kinds = ("rouge1", "rouge2", "rougeL", "rougeLsum")
    fixed = kh.text.RougeScorer(FIXED, kinds, tokenizer)

    def read(text):
        fixed.score(text)
        kh.text.RougeScorer(text, kinds, tokenizer).score(FIXED)

    return read


def _spans(text):
    return cut_pieces(text, [[i, i + 1, "unsupported"] for i in range(0, len(text), 7)])


def _readers():
    text, data = kh.text, kh.data
    readers = {
        "text.BleuScorer": text.BleuScorer(FIXED).score,
        "text.BleuScorer of it": lambda t: text.BleuScorer([t]).score(FIXED),
        "text.RougeScorer": _all_rouge("rouge"),
        "text.RougeScorer words": _all_rouge("words"),
        "text.chunk_text": text.chunk_text,
        "text.OutputReader": text.OutputReader().read,
        "text.OutputReader of answers": text.OutputReader(text.ANSWER_STEPS).read,
        "text.claim_spans": text.claim_spans,
        "text.contains_answer in it": lambda t: text.contains_answer(t, "Paris x"),
        "text.contains_answer it": lambda t: text.contains_answer(t[:-1] + "q", t),
        "text.find_values": text.find_values,
        **{
            f"text.find_values {language}": lambda t, language=language: text.find_values(
                t, language
            )
            for language in ("de", "fr")
        },
        "text.normalize_answer": text.normalize_answer,
        "text.normalize_answer bare": lambda t: text.normalize_answer(t, strip_accents=True),
        "text.sentence_spans": text.sentence_spans,
        "text.split_sentences": text.split_sentences,
        "text.token_f1": lambda t: text.token_f1(t, FIXED),
        "text.tokenize": text.tokenize,
        "text.tokenize_spans": text.tokenize_spans,
        "grounding.parse_meaning": _refused(kh.grounding.parse_meaning),
        "grounding.AbstentionReader": AbstentionReader().only_abstains,
        "KnowledgeBase.subjects_in": BASE.subjects_in,
        "KnowledgeBase of it": _refused(lambda t: kh.grounding.KnowledgeBase([(t, "r", t)])),
        "data.read_cases jsonl": _as_file(
            ".jsonl",
            lambda t: json.dumps({"prompt": t, "reference": "b", "source": t}),
            data.read_cases,
        ),
        "data.read_cases raw jsonl": _as_file(".jsonl", str, data.read_cases),
        "data.read_cases json": _as_file(
            ".json", lambda t: json.dumps([{"prompt": t, "reference": "b"}]), data.read_cases
        ),
        "data.read_cases raw json": _as_file(".json", str, data.read_cases),
        "data.read_cases csv": _as_file(".csv", _csv, data.read_cases),
        "data.read_cases raw csv": _as_file(".csv", str, data.read_cases),
        "KnowledgeBase csv": _as_file(
            ".csv", lambda t: _csv(t).replace("prompt", "name"), kh.grounding.KnowledgeBase
        ),
        "data.counterfactual_pairs": _swapped,
        "data.swap_entities": lambda t: data.swap_entities(t, ENTITIES),
        "data.swap_numbers": data.swap_numbers,
        "data.swap_roles": lambda t: data.swap_roles(t, ENTITIES),
        "data.negate": data.negate,
        "tensorboard.escape": escape,
        "tensorboard_plugin.cut_pieces": _spans,
    }
    try:
        import rjieba  # noqa: F401

        readers["text.jieba_names"] = text.jieba_names
    except ImportError:
        pass
    for name, checker in CHECKERS.items():
        readers[f"grounding.{name}, the output"] = _as_output(checker)
        if name not in ("EnsembleChecker", "RetrievalChecker"):  # those of their parts
            readers[f"grounding.{name}, the case"] = _as_case(checker)
        if name in ("AnswerChecker", "OverlapChecker", "ValueChecker"):
            readers[f"grounding.{name}, both"] = _on_both_sides(checker)
    return readers


CHECKERS = _make_checkers()
READERS = _readers()
