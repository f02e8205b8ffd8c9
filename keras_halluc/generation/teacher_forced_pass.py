"""Teacher-forced pass: what happens inside a model while it reads an answer after its prompt."""

from typing import Any

from keras import ops

from keras_halluc._compiled_apart import CompiledApart
from keras_halluc._require import received
from keras_halluc._types import Tensor
from keras_halluc.internals import captured_attention
from keras_halluc.internals import captured_hidden
from keras_halluc.internals.text_attention import text_attention
from keras_halluc.internals.transformer_blocks import blocks_to_look_into
from keras_halluc.ops import token_entropies
from keras_halluc.ops import token_log_probs


class TeacherForcedPass(CompiledApart):
    """Wraps a KerasHub `CausalLM`; of attention and hidden states only what is needed comes out.

    Args:
        task: KerasHub `CausalLM`, shared, never copied.
        attention: bool, whether to return attention.
        hidden: bool, whether to return hidden states.

    Call arguments:
        inputs: dict as `TaskGenerator.teacher_forced` makes it.

    Returns:
        dict of float32: `"log_probs"`, `"entropies"` and `"margins"`, `(batch, seq)`, the last the
        probability of the likeliest token minus that of the next; where wanted `"attention"`
        `(batch, layer, head, seq)`, how much the token that comes next looks at the one before it;
        and `"hidden"` `(batch, layer, hidden)`, at the last token of the answer.
    """

    def __init__(self, task: Any, attention: bool, hidden: bool) -> None:
        super().__init__(name="answer_pass")
        self.task = task
        self.attention = attention
        object.__setattr__(
            self, "inside", blocks_to_look_into(task) if hidden else []
        )  # tracked in `task`
        self.built = True
        self.compile(optimizer=None)

    def call(self, inputs: dict[str, Any], training: bool = False) -> dict[str, Tensor]:
        with captured_attention() as attention, captured_hidden(self.inside) as hidden:
            logits = self.task(inputs["inputs"], training=False)
        logits = ops.cast(logits, "float32")
        found = {
            "log_probs": token_log_probs(logits, inputs["targets"]),
            "entropies": token_entropies(logits),
            "margins": _margins(logits),
        }
        if self.attention:
            own = text_attention(attention, inputs["inputs"]["token_ids"])
            if not own:
                raise ValueError(
                    "`rauq` needs attention, and this model has none that can be read: leave it "
                    f"out of `scores`. {received('task', self.task.name)}"
                )
            looks = [_at_previous(scores) for scores in own]
            found["attention"] = ops.stack(looks, axis=1)
        if self.inside:
            if any(len(states.shape) != 3 for states in hidden):
                raise ValueError(
                    "`hidden_states` needs blocks that return (batch, seq, hidden). "
                    f"{received('shapes', [tuple(states.shape) for states in hidden])}"
                )
            mask = ops.cast(inputs["mask"], "int32")
            last = ops.max(mask * (ops.arange(ops.shape(mask)[1], dtype="int32") + 1), axis=1)
            states = [ops.take_along_axis(h, last[:, None, None], axis=1)[:, 0] for h in hidden]
            found["hidden"] = ops.cast(ops.stack(states, axis=1), "float32")
        return found


def _margins(logits: Tensor) -> Tensor:
    probs = ops.softmax(logits, axis=-1)
    first = ops.max(probs, axis=-1)
    ids = ops.arange(ops.shape(probs)[-1])
    likeliest = ops.equal(ids, ops.expand_dims(ops.argmax(probs, axis=-1), -1))
    return first - ops.max(ops.where(likeliest, ops.zeros_like(probs), probs), axis=-1)


def _at_previous(scores: Tensor) -> Tensor:
    """How much each token looks at the one before, `(batch, heads, seq)`, at the place of that."""
    looks = ops.diagonal(ops.cast(scores, "float32"), offset=-1, axis1=2, axis2=3)
    return ops.pad(looks, ((0, 0), (0, 0), (0, 1)))
