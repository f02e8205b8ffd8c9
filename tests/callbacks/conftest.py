"""What tests of callbacks leave behind."""

import gc

import pytest


@pytest.fixture(autouse=True, scope="module")
def no_iterator_lives_on():
    """A `fit` that ended in an error leaves its tf.data iterator to the collector of garbage.

    When it goes, it waits for a thread that wakes up ever more rarely, up to half a minute later.
    """
    yield
    gc.collect()
