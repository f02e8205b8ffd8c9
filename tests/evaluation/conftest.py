"""lm-eval, offline, with the task files in `harness_tasks`."""

import os
from pathlib import Path

import pytest

TASKS = Path(__file__).parent / "harness_tasks"


@pytest.fixture(scope="session")
def lm_eval(tmp_path_factory):
    """The package, told to stay offline and to keep nothing."""
    settings = {"HF_HOME": str(tmp_path_factory.mktemp("hf")), "HF_HUB_OFFLINE": "1"}
    os.environ.update({**settings, "HF_DATASETS_OFFLINE": "1"})  # read when it is imported
    return pytest.importorskip("lm_eval", reason="lm-eval is an extra of its own")


@pytest.fixture
def tasks(lm_eval, monkeypatch):
    """A function from names to the tasks, loaded from their files."""
    from lm_eval.tasks import TaskManager

    monkeypatch.chdir(TASKS)  # the data stand beside the tasks
    manager = TaskManager(include_path=str(TASKS), include_defaults=False)
    return lambda *names: manager.load(list(names))


@pytest.fixture
def tasks_folder():
    """Where our task files are."""
    return str(TASKS)
