"""Do the fine-tuning examples run as they stand, and show what they are there to show?"""

import csv
import gzip
import json
import random
import re
import runpy
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"
GOOD, BAD = ["很好", "满意", "干净", "喜欢"], ["很差", "失望", "肮脏", "讨厌"]
THINGS = ["房间", "早餐", "电脑", "键盘", "故事", "服务", "位置", "价格"]
NAMES = "rome paris oslo cairo lima quito delhi tokyo seoul accra dakar tunis".split()


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs an example; returns the figures it stored."""

    def run_example(name, *arguments):
        path = tmp_path / "results.json"
        more = ["--save", str(tmp_path / "saved"), "--results", str(path)]
        monkeypatch.setattr(sys, "argv", [name, *arguments, *more])
        runpy.run_path(str(EXAMPLES / name), run_name="__main__")
        return next(iter(json.loads(path.read_text()).values()))

    return run_example


@pytest.mark.slow
def test_sentiment(tmp_path, run, capsys):
    rng = random.Random(0)
    for name, rows in (("train", 960), ("valid", 60), ("test", 60)):
        with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["label", "text"])
            for i in range(rows):
                words = rng.sample(GOOD if i % 2 else BAD, 2)
                text = "，".join(rng.choice(THINGS) + word for word in words) + str(rng.random())
                label = i % 2 ^ (i % 20 in (0, 7))  # a tenth has the wrong one
                writer.writerow(["good" if label else "bad", text])
    copied = (tmp_path / "test.csv").read_text(encoding="utf-8").splitlines()[1:5]
    with (tmp_path / "train.csv").open("a", encoding="utf-8") as file:
        file.write("\n".join(copied) + "\n")
    files = [f"--{name}={tmp_path / name}.csv" for name in ("train", "valid", "test")]
    found = run("chinese_sentiment.py", *files, "--length=48", "--epochs=8")
    assert (found["training_texts"], found["copies_left_out"]) == (960, 4)
    assert found["test_accuracy"] >= 0.8
    assert len(found["generalization_gap"]) == found["epochs"] <= 8
    assert found["temperature"] > 0.0
    apart = re.search(r"differ by at most (\S+)", capsys.readouterr().out)  # after loading
    assert float(apart[1]) < 1e-5


def make_summaries(folder):
    """Articles of random words, and summaries of which a third of the words are made up."""
    rng = random.Random(0)
    words = [f"{a}{b}{c}x" for a in "bdfgk" for b in "aeiou" for c in "lmnr"]
    folder = folder / "xsum_hallucination/token_level"
    folder.mkdir(parents=True)
    articles = [rng.sample(words, 40) for _ in range(40)]
    names = [str(i) for i in range(40)]
    split = runpy.run_path(str(EXAMPLES / "hallucinated_words.py"))["split_by_article"]
    validation = {name for (name,) in split([(name,) for name in names])[1]}
    (folder / "xsum.docid").write_text("\n".join(names) + "\n")
    with gzip.open(folder / "xsum.source.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join(" ".join(article) + "." for article in articles) + "\n")
    for system in ("BERTS2S", "Gold", "PtGen", "TConvS2S", "TranS2S"):
        texts, labels = [], []
        for name, article in zip(names, articles):
            row = [int(rng.random() < 0.33) for _ in range(12)]
            gone = [word for word in words if word not in article]
            texts.append(" ".join(rng.choice(gone if label else article) for label in row))
            wrong = name in validation  # one word of each: a temperature needs errors
            labels.append(" ".join(str(x ^ (wrong and i == 0)) for i, x in enumerate(row)))
        for kind, lines in (("docid", names), ("target", texts), ("label", labels)):
            (folder / f"{system}.{kind}").write_text("\n".join(lines) + "\n")


@pytest.mark.slow
def test_hallucinated_words(tmp_path, monkeypatch, run):
    make_summaries(tmp_path)
    monkeypatch.setenv("KERAS_HALLUC_DATA", str(tmp_path))
    found = run("hallucinated_words.py", "--ways", "marks", "--epochs=10", "--rate=5e-3")
    assert found["absent words"]["f1"] == found["absent words"]["precision"] == 1.0
    assert found["always"]["recall"] == 1.0 and found["always"]["above_always"] == 0.0
    assert found["linear"]["f1"] > 0.95
    marks = found["marks"]
    assert marks["f1"] > 0.9 and marks["above_always_interval"][0] > 0.2  # it sees the marks
    assert marks["same_after_loading"]


@pytest.mark.slow
def test_extractive_qa(tmp_path, run):
    rng = random.Random(0)
    data = []
    for i, title in enumerate(NAMES):
        paragraphs = []
        for j in range(2):
            context = f"There are {i + 3} bridges in {title}. Its mayor is called {NAMES[i - j]}."
            asked = [
                (f"How many bridges are in {title}?", f"{i + 3}"),
                (f"What is the mayor of {title} called?", NAMES[i - j]),
            ]
            rng.shuffle(asked)
            qas = [
                {"question": q, "answers": [{"text": a, "answer_start": context.rindex(a)}]}
                for q, a in asked
            ]
            paragraphs.append({"context": context, "qas": qas})
        data.append({"title": title, "paragraphs": paragraphs})
    path = tmp_path / "squad.json"
    path.write_text(json.dumps({"data": data}))
    found = run("extractive_qa.py", "--file", str(path), "--epochs=2", "--rate=3e-3")
    assert found["questions"] == [64, 16, 16]  # each twice
    scores = found["scores"]
    assert scores["always no answer"]["f1"] == 50.0
    assert scores["always no answer"]["no_answer_accuracy"] == 100.0
    assert scores["best-overlap sentence"]["no_answer_accuracy"] == 0.0
    assert 0.0 < scores["best-overlap sentence"]["f1_answerable"] < 100.0
    assert found["same_after_loading"]


def test_sentences_of_an_answer_are_taken_out():
    example = runpy.run_path(str(EXAMPLES / "extractive_qa.py"))
    context = "Oslo is cold. Rome is warm, and old. Lima is far. It is not Rome."
    assert example["without"](context, ["Rome"]) == "Oslo is cold. Lima is far."
    assert example["without"](context, ["Rome", "far"]) == "Oslo is cold."


@pytest.mark.parametrize(
    "name", ["chinese_sentiment.py", "hallucinated_words.py", "extractive_qa.py"]
)
def test_without_data_it_says_what_to_do(name, monkeypatch, run):
    monkeypatch.delenv("KERAS_HALLUC_DATA", raising=False)
    with pytest.raises(SystemExit, match="Set KERAS_HALLUC_DATA to the folder that holds"):
        run(name)
