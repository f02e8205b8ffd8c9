"""Does the tab get the picture of a case, and no other file of the machine?"""

import io
import json

import numpy as np
import pytest
from tab_site import Site
from tensorboard.errors import NotFoundError

from keras_halluc._types import Case
from keras_halluc._types import Verdict
from keras_halluc.tensorboard import EventWriter
from keras_halluc.tensorboard_plugin.case_image import image_of
from keras_halluc.tensorboard_plugin.case_image import read_image

Image = pytest.importorskip("PIL.Image")
PIXELS = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
OURS = "images/0123456789abcdef.png"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("logs")
    images = {"array": PIXELS, "path": "photos/1.jpg", "none": None, "odd": np.zeros((2, 2, 7))}
    cases = [Case("What is it?", ("a",), id=name, image=image) for name, image in images.items()]
    verdicts = [Verdict("supported", 1.0)] * len(cases)
    with EventWriter(folder / "run/hallucination") as writer:
        writer.cases(cases, ["said"] * len(cases), verdicts, 3)
        writer.progress(3, 3, ended=True)
    return Site(folder)


def test_details_say_where_the_picture_is(site):
    found = {
        name: site.json("/case", part="run/hallucination", id=name)["image"]
        for name in ("array", "path", "none", "odd")
    }
    assert set(found["array"]) == {"file"}
    assert found["path"] == {"path": "photos/1.jpg"}
    assert found["none"] is None
    assert "not kept" in found["odd"]["text"]


def test_the_picture_comes_as_it_was(site):
    answer = site.get("/image", part="run/hallucination", id="array", step="3")
    assert answer.content_type == "image/png"
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(answer.get_data()))), PIXELS)


@pytest.mark.parametrize(
    "query",
    [
        {"id": "path"},
        {"id": "none"},
        {"id": "odd"},
        {"id": "nobody"},
        {"part": "../run/hallucination", "id": "array"},
        {},
    ],
)
def test_no_other_file_is_read(site, query):
    with pytest.raises(NotFoundError):
        site.get("/image", **({"part": "run/hallucination"} | query))


@pytest.mark.parametrize(
    "file",
    [
        "../secret.png",
        "/etc/passwd",
        "images/../../0123456789abcdef.png",
        f"{OURS}\n",
        f"x/{OURS}",
        "images/0123456789ABCDEF.png",
        7,
        "",
    ],
)
def test_a_line_names_only_our_files(file):
    assert image_of({"image": {"file": file}}) is None
    assert image_of({"image": {"file": OURS}}) == {"file": OURS}
    assert image_of({"image": file}) is None


def test_a_link_or_a_missing_file_is_not_read(tmp_path):
    (tmp_path / "images").mkdir()
    (tmp_path / "secret").write_text(json.dumps("secret"))
    line = {"image": {"file": OURS}}
    with pytest.raises(NotFoundError, match="cannot be read"):
        read_image(str(tmp_path), line)
    (tmp_path / OURS).symlink_to(tmp_path / "secret")
    with pytest.raises(NotFoundError, match="a link"):
        read_image(str(tmp_path), line)
    (tmp_path / OURS).unlink()
    (tmp_path / OURS).write_bytes(b"png")
    assert read_image(str(tmp_path), line) == b"png"
