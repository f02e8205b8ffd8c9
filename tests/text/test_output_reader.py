"""Does a reading say where each character was written, what was dropped and why, step by step?"""

import pickle

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

import keras_halluc as kh
from keras_halluc.text import ANSWER_STEPS
from keras_halluc.text import OUTPUT_STEPS
from keras_halluc.text import OutputReader

WRAPPED = (
    "<think>Is it Lyon?</think>Sure! Here is the answer:\n1. **Paris** has 2 <b>million</b> people "
    "[1].\n2. It is `old`, \\textbf{very}.\n\n## Size\nBig.\n\nI hope this helps!<|im_end|>"
)


def test_all_steps_together():
    said = OutputReader().read(WRAPPED)
    assert said.written == WRAPPED
    assert said.text.split() == "Paris has 2 million people. It is old, very. Big.".split()
    assert said.reasons == (
        *("reasoning", "lead-in", "list number", "emphasis", "HTML", "citation", "code mark"),
        *("LaTeX", "title", "closing", "stop token"),
    )
    assert OutputReader(ANSWER_STEPS).read(WRAPPED).text.strip() == "Paris has 2 million people."


def test_spans_lead_back_to_the_output_as_it_was_written():
    said = OutputReader().read("It has **67** million [1] and 25 m<sup>2</sup>.")
    assert said.text == "It has 67 million and 25 m²."
    start = said.text.index("67")
    assert said.written[slice(*said.span(start, start + 2))] == "67"
    assert said.written[slice(*said.span(start, start + 10))] == "67** million"
    start = said.text.index("25 m²")
    assert said.written[slice(*said.span(start, start + 5))] == "25 m<sup>2</sup>"
    assert said.span(0, 0) == (0, 0)
    assert said.span(len(said.text), len(said.text)) == (len(said.written),) * 2
    dropped = [said.written[start:end] for start, end, _ in said.dropped]
    assert dropped == ["**", "**", " [1]", "<sup>2</sup>"]


@pytest.mark.parametrize(
    ("step", "text", "left_out"),
    [
        ("reasoning", "<think>a</think>Paris", "Paris"),
        ("turns", "Paris</s>", "Paris"),
        ("working", "Let me think about it.\nThe answer is Paris", "The answer is Paris"),
        ("fences", "`Paris`", "Paris"),
        ("fields", '{"answer": "Paris"}', "Paris"),
        ("html", "<i>Paris</i>", "Paris"),
        ("latex", "\\boxed{Paris}", "Paris"),
        ("citations", "Paris [1]", "Paris"),
        ("titles", "Capital:\nParis", "Paris"),
        ("emphasis", "**Paris**", "Paris"),
        ("lists", "- Paris", "Paris"),
        ("lead_ins", "Sure! Paris", "Paris"),
        ("closings", "Paris. I hope this helps!", "Paris."),
        ("further_lines", "Paris\nLyon", "Paris"),
    ],
)
def test_each_step_can_be_taken_alone_and_left_out(step, text, left_out):
    steps = tuple(dict.fromkeys((*OUTPUT_STEPS, *ANSWER_STEPS)))
    assert OutputReader([step]).read(text).text.strip() == left_out
    assert OutputReader([step]).read(text).dropped
    without = OutputReader(steps, without=[step, "lead_ins", "further_lines"]).read(text)
    assert without.text.strip() == text and without.dropped == ()


def test_without_steps_nothing_is_read():
    said = OutputReader([]).read(WRAPPED)
    assert (said.text, said.dropped, said.reasons) == (WRAPPED, (), ())
    assert said.span(3, 9) == (3, 9)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n",
        "Paris",
        "  Paris is the capital of France. It has 2,000,000 people, 67 % of them young.\n",
        "Er spielt in der 2. Bundesliga.\nSie nicht.",
        "他2020年去了北京。他姓王。",
        "He said: “It is 5 < 6, and 7 > 3.” Mr. Li & Co. paid $5 and $6.",
        "C++, C# and F* are languages; x_1 * x_2 = y, 2 ** 3 ** 4, a|b, ~5, f(*args, **kwargs).",
        "The file my_file_name.txt has arr[0], arr[i], data[1] and [0, 1] in it.",
        "Answer the question. Here is where she lived. Sure enough, it rained.",
        "the AI said so: model 5 and user 3",
    ],
)
def test_a_plain_text_stays(text):
    for steps in (OUTPUT_STEPS, [step for step in ANSWER_STEPS if step != "further_lines"]):
        said = OutputReader(steps).read(text)
        assert (said.text, said.dropped) == (text, ())


PIECES = st.sampled_from(
    (
        *(
            "**",
            "*",
            "_",
            "`",
            "```\n",
            "[1]",
            "<b>",
            "</b>",
            "<think>",
            "</think>",
            "\n",
            " ",
            "- ",
        ),
        *(
            "1. ",
            "# ",
            "---\n",
            "</s>",
            "\nQ: ",
            "Sure! ",
            "Paris",
            "two words",
            "I hope this helps.",
        ),
        *(
            "(p. 2)",
            "$",
            "\\boxed{",
            "}",
            "x",
            "。",
            "答案：",
            "{",
            '"answer": ',
            '"',
            "&amp;",
            "^2",
        ),
    )
)
KEEPING = [step for step in ANSWER_STEPS if step not in ("html", "latex", "fields", "lead_ins")]


@settings(deadline=None, max_examples=60)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_what_is_left_was_written_in_this_order(text):
    said = OutputReader(KEEPING).read(text)
    assert said.text == "".join(text[start] for start in said.starts)
    assert list(said.starts) == sorted(set(said.starts))
    covered = {i for start, end, _ in said.dropped for i in range(start, end)}
    lost = set(range(len(text))) - set(said.starts) - covered
    assert all(text[i].isspace() for i in lost)
    for steps in (OUTPUT_STEPS, ANSWER_STEPS):
        said = OutputReader(steps).read(text)
        assert len(said.starts) == len(said.ends) == len(said.text)
        assert all(0 <= s < e <= len(text) for s, e in zip(said.starts, said.ends))
        assert list(said.starts) == sorted(said.starts) and list(said.ends) == sorted(said.ends)
        ends = [0, *(end for _, end, _ in said.dropped)]
        assert all(s < e for s, e, _ in said.dropped) and ends == sorted(ends)


def test_a_reader_goes_to_another_process():
    reader = pickle.loads(pickle.dumps(OutputReader(without=["citations"])))
    assert "citations" not in reader.steps
    assert pickle.loads(pickle.dumps(reader.read("**a** [1]"))) == reader.read("**a** [1]")


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: OutputReader("citations"), TypeError, "`steps` must be a list of str"),
        (lambda: OutputReader(["citation"]), ValueError, "`steps` must be one of .*'citation'"),
        (lambda: OutputReader(without=["marks"]), ValueError, "`without` must be one of .*'marks'"),
        (lambda: OutputReader().read(None), TypeError, "`output` must be a str. Received: output="),
        (lambda: kh.grounding.ValueChecker(reader=True), TypeError, r"OutputReader\(steps=\[\]\)"),
    ],
)
def test_mistakes_raise(call, error, match):
    with pytest.raises(error, match=match):
        call()
