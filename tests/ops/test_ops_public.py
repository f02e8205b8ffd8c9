"""Does `keras_halluc.ops` list what it offers?"""

import inspect

from keras_halluc import ops


def test_all_is_sorted_and_complete():
    functions = {name for name, value in vars(ops).items() if inspect.isfunction(value)}
    assert set(ops.__all__) == functions
    assert ops.__all__ == sorted(ops.__all__)
    assert all(inspect.getdoc(getattr(ops, name)) for name in ops.__all__)
