"""Does a data engine with two workers give what one process gives?"""

import pytest

from keras_halluc.data import Case
from keras_halluc.grounding import CheckBatch
from keras_halluc.grounding import OverlapChecker

pytestmark = pytest.mark.slow  # an engine takes twenty seconds to begin
SOURCE = "It rained all day in Leipzig. The match was called off at noon."
TEXTS = ("The match was called off.", "Nobody came.", "I don't know.", "It rained at noon.")
ROWS = [
    {
        "id": i,
        "prompt": "Sum up.",
        "reference": "It rained.",
        "source": None if i % 7 == 0 else SOURCE,
        "output": TEXTS[i % 4],
        "model": "m",
    }
    for i in range(60)
]


@pytest.fixture(scope="module")
def data():
    """`ray.data`, with two workers."""
    reason = "the engine is optional: pip install 'ray[data]'"
    ray = pytest.importorskip("ray", reason=reason)
    data = pytest.importorskip("ray.data", reason=reason)
    try:
        ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    except Exception as error:
        pytest.skip(f"Ray does not start on this machine: {error}")
    data.DataContext.get_current().enable_progress_bars = False
    yield data
    ray.shutdown()


@pytest.mark.loopback
@pytest.mark.parametrize("batch_format", ["numpy", "pandas"])
def test_two_workers_give_what_one_process_gives(data, batch_format):
    checker = OverlapChecker(supported_at=0.5)
    cases = [Case("Sum up.", ("It rained.",), row["source"]) for row in ROWS]
    verdicts = checker.check(cases, [row["output"] for row in ROWS])
    found = (
        data.from_items(ROWS, override_num_blocks=4)
        .map_batches(
            CheckBatch(checker),
            batch_size=8,
            batch_format=batch_format,
            compute=data.TaskPoolStrategy(size=2),
        )
        .take_all()
    )
    found = sorted(found, key=lambda row: row["id"])
    assert [row["id"] for row in found] == list(range(60))
    for row, given, verdict in zip(found, ROWS, verdicts, strict=True):
        assert {name: row[name] for name in given} == given
        assert (row["verdict_label"], row["verdict_score"], row["verdict_reason"]) == (
            verdict.label,
            verdict.score,
            verdict.reason,
        )
