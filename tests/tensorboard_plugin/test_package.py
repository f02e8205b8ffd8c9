"""Is the tab found by TensorBoard, does it load alone, and can its page run no foreign code?"""

import pathlib
import re
import subprocess
import sys
from importlib import metadata

import pytest

import keras_halluc
from keras_halluc.tensorboard.directions import BETTER
from keras_halluc.tensorboard_plugin.plugin import STATIC

ROOT = pathlib.Path(keras_halluc.__file__).parents[1]
FILES = sorted(STATIC.iterdir())
FORBIDDEN = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc|DOMParser|eval\(|Function\("
    r"|setTimeout\(\s*[\"'`]|https?://(?!www\.w3\.org/2000/svg)|\.cssText|setAttribute\(\"style"
)
LONGEST = 300  # lines

LOAD = """
import sys
from importlib import metadata
(found,) = [e for e in metadata.entry_points(group="tensorboard_plugins")
            if e.name == "hallucination"]
plugin = found.load()
loaded = {name.partition(".")[0] for name in sys.modules}
print(plugin.plugin_name, sorted(loaded & {"tensorflow", "keras", "keras_hub", "jax", "torch"}))
"""


def test_the_entry_point_loads_without_keras_or_tensorflow():
    done = subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True)
    assert done.stdout.strip() == "hallucination []", done.stderr


def test_the_entry_point_is_declared_once():
    found = metadata.entry_points(group="tensorboard_plugins", name="hallucination")
    assert {point.value for point in found} == {
        "keras_halluc.tensorboard_plugin:HallucinationPlugin"
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_of_the_page(path):
    text = path.read_text(encoding="utf-8")
    assert not FORBIDDEN.search(text)
    assert text.count("\n") <= LONGEST
    if path.suffix == ".js":
        assert text.startswith("// ")
        for name in re.findall(r'from "(.*?)"', text):
            assert (STATIC / name).is_file(), name
    else:
        assert path.suffix == ".css" and "@import" not in text and "url(" not in text


def test_every_module_is_used():
    texts = {path.name: path.read_text(encoding="utf-8") for path in FILES if path.suffix == ".js"}
    used = {name for text in texts.values() for name in re.findall(r'from "\./(.*?)"', text)}
    assert used | {"index.js"} == set(texts)


@pytest.mark.parametrize(
    "text", ["node.innerHTML = x", 'eval("1")', 'fetch("https://example.org")', "new Function(x)"]
)
def test_a_planted_fault_is_found(text):
    assert FORBIDDEN.search(text)


@pytest.mark.skipif(not (ROOT / "setup.cfg").exists(), reason="needs the source tree")
def test_the_page_is_packaged():
    import configparser

    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    patterns = setup["options.package_data"]["keras_halluc"].split(", ")
    packaged = {path for pattern in patterns for path in (ROOT / "keras_halluc").glob(pattern)}
    assert set(FILES) <= packaged


def test_every_key_has_a_group_of_its_own():
    """The values of monitors stand in the list of values where somebody looks for them."""
    text = (STATIC / "key_picker.js").read_text(encoding="utf-8")
    groups = re.findall(r'\["(\w[\w ]+)", /(.+)/\],', text)
    assert len(groups) == 5
    for key in [*BETTER, "fit/highly_known"]:
        for tag in (key, f"law_{key}"):
            found = [name for name, pattern in groups if re.search(pattern, tag)]
            assert len(found) == 1, (tag, found)
