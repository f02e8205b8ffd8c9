"""Does every reader of text, of files and of the tab read or refuse whatever it is given?

What was found so is kept as quick tests beside each reader.
"""

import pytest
from fuzzing import TARGETS
from fuzzing import run_trial

COUNT = 40  # inputs of each target


@pytest.mark.slow
@pytest.mark.parametrize("target", TARGETS)
def test_every_input_is_read_or_refused(target):
    broken = {number: why for number in range(COUNT) if (why := run_trial(target, number))}
    assert not broken  # fuzzing.run_trial(target, number) repeats one
