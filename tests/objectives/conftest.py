"""On JAX most time would go into optimising programs that run a few times."""

import keras
import pytest


@pytest.fixture(scope="package", autouse=True)
def quick_compilation():
    if keras.backend.backend() != "jax":
        yield
        return
    import jax

    before = jax.config.read("jax_disable_most_optimizations")
    jax.config.update("jax_disable_most_optimizations", True)
    yield
    jax.config.update("jax_disable_most_optimizations", before)
