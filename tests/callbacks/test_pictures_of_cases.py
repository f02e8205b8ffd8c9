"""Pictures of cases: do they reach the generator, and only that, and the log of cases?"""

import copy
import dataclasses
import json
import pathlib
import pickle

import numpy as np
import pytest
import tiny_models

import keras_halluc as kh

DARK, BRIGHT = np.zeros((2, 3)), np.ones((2, 3, 1), "float32")
ASKED = "How bright?"
CASES = [kh.data.Case(ASKED, (word,), image=image) for word, image in (("0", DARK), ("1", BRIGHT))]


def brightness(prompts):
    return [f"{prompt.image.mean():.0f}" for prompt in prompts]


def test_one_question_about_two_pictures_is_asked_twice():
    monitor = kh.callbacks.HallucinationMonitor(CASES, generator=brightness, verbose=0)
    monitor.on_train_begin()
    assert [answer.output for answer in monitor.answers] == ["0", "1"]
    assert monitor.baseline["val_hallucination_rate"].value == 0.0
    answers = kh.reports.record_answers(brightness, CASES, verbose=0)
    assert answers.outputs == ("0", "1")
    prompts = monitor.case_history["prompt"]
    assert list(prompts) == [ASKED, ASKED] and {type(prompt) for prompt in prompts} == {str}


def test_pictures_are_compared_as_objects_or_paths_and_never_by_content():
    case = kh.data.Case(ASKED, image=DARK)
    assert case == CASES[0].__class__(ASKED, image=DARK) and hash(case) == hash(case)
    assert case != kh.data.Case(ASKED, image=DARK.copy())
    assert case != kh.data.Case(ASKED) and kh.data.Case(ASKED).prompt.__class__ is str
    path = kh.data.Case(ASKED, image="a.png")
    assert path == kh.data.Case(ASKED, image=pathlib.Path("a.png"))
    assert len({path, kh.data.Case(ASKED, image="b.png"), case}) == 3
    assert case.prompt != ASKED and str(case.prompt) == ASKED
    assert "image" not in repr(case)


@pytest.mark.parametrize(
    "again",
    [
        lambda case: dataclasses.replace(case, id="7"),
        lambda case: kh.data.Case(case.prompt),
        lambda case: pickle.loads(pickle.dumps(case)),
        copy.deepcopy,
    ],
)
def test_a_case_made_of_another_keeps_the_picture(again):
    case = again(CASES[1])
    assert case.image is case.prompt.image
    np.testing.assert_array_equal(case.image, BRIGHT)


def test_another_prompt_or_picture_in_its_place():
    case = dataclasses.replace(CASES[0], prompt="Dark?")
    assert case.prompt == kh.generation.ImagePrompt("Dark?", DARK)
    assert dataclasses.replace(case, image=BRIGHT).prompt.image is BRIGHT


def test_read_from_a_column(tmp_path):
    path = tmp_path / "cases.jsonl"
    path.write_text('{"prompt": "a", "reference": "b", "image": "photos/1.jpg", "year": 1}\n')
    (case,) = kh.data.read_cases(path)
    assert (case.image, case.prompt.image, case.fields) == (case.image, "photos/1.jpg", {"year": 1})
    rows = [{"prompt": "a", "reference": "b", "pixels": DARK}, {"prompt": "a", "reference": "b"}]
    found = kh.data.read_cases(rows, image="pixels")
    assert [case.image is DARK for case in found] == [True, False]
    assert found[1].image is None and found[1].prompt.__class__ is str


def test_the_log_has_paths_and_files_and_no_pixels(tmp_path):
    odd = np.full((2, 2), 7.0)  # neither uint8 nor in [0, 1]
    cases = [
        *CASES,
        kh.data.Case("c", ("d",), image=pathlib.Path("photos/1.jpg")),
        kh.data.Case("d", ("d",), image=odd),
        kh.data.Case("e", ("f",)),
    ]
    verdicts = [kh.grounding.Verdict("unmeasured", reason="?")] * len(cases)
    with kh.tensorboard.EventWriter(tmp_path) as writer:
        for step in range(2):
            writer.cases(cases, ["x"] * len(cases), verdicts, step)
    (path,) = tmp_path.glob("cases.*.jsonl")
    told = [line for line in map(json.loads, path.open()) if "prompt" in line]
    assert [line["prompt"] for line in told] == [ASKED, ASKED, "c", "d", "e"]  # once each
    images = [line.get("image") for line in told]
    assert images[2] == {"path": str(pathlib.Path("photos/1.jpg"))} and images[4] is None
    assert "must lie in [0, 1]" in images[3]["text"]
    files = [tmp_path / image["file"] for image in images[:2]]
    assert sorted(tmp_path.glob("images/*")) == sorted(files) and len(set(files)) == 2
    from PIL import Image

    for file, pixels in zip(files, (DARK, BRIGHT[..., 0])):
        np.testing.assert_array_equal(np.asarray(Image.open(file)), pixels * 255)


@pytest.mark.eager
def test_a_generator_of_texts_refuses_what_it_would_drop():
    generator = kh.generation.TaskGenerator(tiny_models.gpt2())
    for ask in (generator.generate, lambda prompts: generator.score(prompts, ["a"])):
        with pytest.raises(ValueError, match=r"no picture.*prompt\.image"):
            ask([CASES[0].prompt])
