"""Is the writer free of TensorFlow and Keras, installed or not?"""

import subprocess
import sys

import pytest

BLOCK = """
import sys

class NoTensorFlow:
    def find_spec(self, name, path=None, target=None):
        if name.startswith(("tensorflow", "keras.", "keras_hub")) or name == "keras":
            raise ImportError(name)

sys.meta_path.insert(0, NoTensorFlow())
"""

WRITE = """
import sys
import numpy as np
from keras_halluc.tensorboard import EventWriter, MarginChart, Marked, MultilineChart

with EventWriter(sys.argv[1]) as writer:
    writer.scalar("scalar", 1.0, 0)
    writer.interval("rate", 0.5, 0.25, 0.75, 0)
    writer.text("text", "a", 0)
    writer.table("table", [["a", Marked("b", ((0, 1, "unsupported"),))]], 0, header=["x", "y"])
    writer.histogram("histogram", np.arange(9.0), 0)
    writer.image("image", np.zeros((2, 3, 3)), 0)
    writer.layout({"all": [MarginChart("rate", ["rate"]), MultilineChart("s", ["scalar"])]})
loaded = {name.partition(".")[0] for name in sys.modules}
print(sorted(loaded & {"tensorflow", "keras", "keras_hub", "jax", "torch"}))
"""


@pytest.mark.parametrize("start", [BLOCK, ""], ids=["absent", "as it is here"])
def test_all_kinds_are_written_without_tensorflow_or_keras(tmp_path, read_run, start):
    done = subprocess.run(
        [sys.executable, "-c", start + WRITE, str(tmp_path)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"
    run = read_run(tmp_path)
    assert run.tags("scalars") == ["rate", "scalar", "~intervals/rate/high", "~intervals/rate/low"]
    assert run.tags("text") == ["table", "text"]
    assert run.tags("histograms") == ["histogram"]
    assert run.tags("images") == ["image"]
    assert run.tags("custom_scalars") == ["custom_scalars__config__"]
