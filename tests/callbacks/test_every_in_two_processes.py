"""Do two processes that train together measure together within an epoch, and only one writes?"""

import json
import pathlib
import socket
import subprocess
import sys

import keras
import pytest

TESTS = pathlib.Path(__file__).parents[1]
SCRIPT = """
import json
import pathlib
import sys
import time

import torch.distributed as together

rank, address, folder, tests = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
sys.path.insert(0, tests)
together.init_process_group("gloo", init_method=address, rank=rank, world_size=2)

import keras
from scripted import LabelChecker
from scripted import case_list
from scripted import regression

from keras_halluc.callbacks import HallucinationMonitor

asked = []


def answer(prompts):
    asked.extend(prompts)
    time.sleep(0.001 * len(prompts) * (1 + rank))  # they are not equally fast
    return ["supported" if int(prompt) % 3 else "unsupported" for prompt in prompts]


keras.utils.set_random_seed(1)
model, x, y = regression()
monitor = HallucinationMonitor(
    case_list(100), LabelChecker(), answer, budget=1e-9, every=2, log_dir=folder, strict=True
)
history = model.fit(x, y, batch_size=1, epochs=2, callbacks=[monitor], verbose=0).history
rates = {step: one["val_hallucination_rate"] for step, one in monitor.by_step.items()}
found = {
    "asked": len(asked),
    "rates": [[step, rate.value, rate.count] for step, rate in rates.items()],
    "base": monitor.baseline["val_hallucination_rate"].count,
    "history": history["val_hallucination_rate"],
    "files": len(list(pathlib.Path(folder).rglob("*tfevents*"))),
}
print("found " + json.dumps(found), flush=True)
together.destroy_process_group()
"""


@pytest.mark.slow
@pytest.mark.loopback
@pytest.mark.skipif(keras.backend.backend() != "torch", reason="processes of torch.distributed")
def test_they_measure_together_and_one_writes(tmp_path):
    with socket.socket() as taken:
        taken.bind(("localhost", 0))
        address = f"tcp://localhost:{taken.getsockname()[1]}"
    folders = [tmp_path / name for name in ("first", "second")]
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(rank), address, str(folder), str(TESTS)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for rank, folder in enumerate(folders)
    ]
    said = [process.communicate(timeout=300)[0] for process in processes]
    first, second = (json.loads(text.split("found ")[1]) for text in said)
    assert (first.pop("files"), second.pop("files")) == (2, 0)
    assert first == second
    assert first["asked"] == 50 + 4 * 16  # half of 100 cases, then of 32 at four moments
    assert [step for step, *_ in first["rates"]] == [2, 4, 6, 8]
    assert {count for *_, count in first["rates"]} == {32} == {first["base"]}
