"""Chat history: the turns of a conversation in a chat template."""

import dataclasses
from collections.abc import Mapping
from collections.abc import Sequence

from keras_halluc._require import received
from keras_halluc.generation.chat_template import ANSWER
from keras_halluc.generation.chat_template import ChatTemplate
from keras_halluc.generation.turns import Template


def chat_text(template: Template, history: Sequence[Mapping[str, str]], opens: bool) -> str:
    """The text of a conversation, up to where the model goes on.

    Args:
        template: `ChatTemplate`, or other callable from a prompt to the text to go on from, which
            takes one turn of the user.
        history: list of dict with `role` and `content`: perhaps a system turn, then the user and
            the assistant in turn.
        opens: bool, whether the turn of the assistant begins. False leaves the last answer of the
            history open.

    Raises:
        ValueError: if the template has no place for a turn, or the order is another one.
    """
    turns = [(turn["role"], turn["content"]) for turn in history]
    if turns and turns[0][0] == "system":
        template = _with_system(template, turns.pop(0)[1])
    roles = [role for role, _ in turns]
    last = "user" if opens else "assistant"
    if roles != [("user", "assistant")[i % 2] for i in range(len(roles))] or roles[-1:] != [last]:
        raise ValueError(
            f"`chat_history` must have the user and the assistant in turn, and the {last} last. "
            + received("roles", [turn["role"] for turn in history])
        )
    if len(turns) > 2 and not isinstance(template, ChatTemplate):
        raise ValueError(
            "`template` must be a `kh.generation.ChatTemplate` for a conversation of several "
            "turns. Set `fewshot_as_multiturn=False`. " + received("template", template)
        )
    text = ""
    for i, (role, content) in enumerate(turns):
        if role == "assistant":
            text += content
        elif isinstance(template, ChatTemplate) and i:
            ending = template.assistant.partition(ANSWER)[2]
            text += ending + dataclasses.replace(template, system_prompt=None)(content)
        else:
            text += template(content)
    return text


def _with_system(template: Template, content: str) -> ChatTemplate:
    if not isinstance(template, ChatTemplate) or not template.system:
        raise ValueError(
            "`template` must be a `kh.generation.ChatTemplate` with `system` for a system turn. "
            "Leave out `system_instruction` and the description of the task. "
            + received("template", template)
        )
    return dataclasses.replace(template, system_prompt=content)
