"""Has a tensor the shape an op is written for? Known axes are checked, unknown ones let through."""

from keras_halluc._types import Tensor


def require_rank(name: str, value: Tensor, axes: tuple[str, ...]) -> Tensor:
    """`value` must have one axis for each name in `axes`."""
    shape = tuple(value.shape)
    if len(shape) != len(axes):
        wanted = ", ".join(axes) + ("," if len(axes) == 1 else "")
        raise ValueError(f"`{name}` must have shape ({wanted}). Received: shape {shape}")
    return value


def require_shape(
    name: str, value: Tensor, given_by: str, wanted: tuple[int | None, ...]
) -> Tensor:
    """`value` must have shape `wanted`, which `given_by` has set; nothing is broadcast."""
    shape, wanted = tuple(value.shape), tuple(wanted)
    known = [a == b for a, b in zip(shape, wanted) if isinstance(a, int) and isinstance(b, int)]
    if len(shape) != len(wanted) or not all(known):
        raise ValueError(
            f"`{name}` must have shape {wanted}, as `{given_by}` has it. Received: shape {shape}"
        )
    return value
