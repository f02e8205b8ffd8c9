"""Chat template: the text around a question and its answer, as a model was trained on it."""

import dataclasses

from keras_halluc._require import received

PROMPT, ANSWER, SYSTEM = "{prompt}", "{answer}", "{system}"


@dataclasses.dataclass(frozen=True)
class ChatTemplate:
    """The turns of a conversation, as strings.

    Called with a prompt, it returns the text that the model continues.

    The strings hold special tokens as they are written, such as `<|im_end|>`, and no start token:
    the preprocessor of a task puts that. Give the same template to the generator and to
    `kh.data.answer_inputs`, so that a model is asked as it is trained. A prompt and an answer are
    put in as they are: begin an answer without a space, and know that a special token written in a
    prompt is read as one.

    Args:
        user: str with `{prompt}`, the turn of the user. It may hold `{system}`; then the system
            turn stands there, and otherwise in front.
        assistant: str with `{answer}`, the turn of the model. Generation goes on from what stands
            before `{answer}`; what stands behind it ends an answer. Behind it may be nothing: then
            an answer ends in the end token of the tokenizer.
        system: str with `{system}`, the system turn. Left out where there is no `system_prompt`.
        system_prompt: str or None, the text of the system turn. Defaults to `None`.

    Raises:
        ValueError: if a slot is missing, or there is twice.

    Example:

    >>> import keras_halluc as kh
    >>> template = kh.generation.ChatTemplate("Question: {prompt}\\n", "Answer: {answer}")
    >>> template("Where was Karl Marx born?")
    'Question: Where was Karl Marx born?\\nAnswer: '
    >>> kh.generation.ChatTemplate.gemma()("Who?")
    '<start_of_turn>user\\nWho?<end_of_turn>\\n<start_of_turn>model\\n'
    """

    user: str
    assistant: str
    system: str = ""
    system_prompt: str | None = None

    def __post_init__(self) -> None:
        for name in ("user", "assistant", "system"):
            if not isinstance(getattr(self, name), str):
                raise TypeError(f"`{name}` must be a str. {received(name, getattr(self, name))}")
        _require_slot("user", self.user, PROMPT)
        _require_slot("assistant", self.assistant, ANSWER)
        if self.system_prompt is None:
            return
        if not isinstance(self.system_prompt, str):
            raise TypeError(
                "`system_prompt` must be a str or None. "
                + received("system_prompt", self.system_prompt)
            )
        if not self.system:
            raise ValueError(
                "`system_prompt` needs `system`, a str with `{system}` where the prompt stands. "
                "Received: system=''"
            )
        _require_slot("system", self.system, SYSTEM)

    def __call__(self, prompt: str) -> str:
        """The text of all turns up to the first word of the answer."""
        return self.beginning + prompt + self._split_user[1] + self._split_assistant[0]

    @property
    def beginning(self) -> str:
        """What stands before a prompt."""
        return self._split_user[0]

    @property
    def end_of_turn(self) -> str:
        """What ends an answer, without space around it; empty where the template has nothing."""
        return self._split_assistant[1].strip()

    @property
    def _split_user(self) -> tuple[str, str]:
        turn = ""
        if self.system_prompt is not None:
            head, _, tail = self.system.partition(SYSTEM)
            turn = head + self.system_prompt + tail
        before, _, after = self.user.partition(PROMPT)
        if SYSTEM in before:
            head, _, tail = before.partition(SYSTEM)
            return head + turn + tail, after
        return turn + before, after

    @property
    def _split_assistant(self) -> tuple[str, str]:
        before, _, after = self.assistant.partition(ANSWER)
        return before, after

    @classmethod
    def chatml(cls, system_prompt: str | None = None) -> "ChatTemplate":
        """ChatML, of Qwen 2 and later and SmolLM2.

        Without a system prompt the templates shipped with Qwen 2.5 and SmolLM2 put one of their
        own; give that text to ask as they do. Qwen 3 and SmolLM3 may think first:
        `dataclasses.replace(template, assistant=...)` puts what stands before the answer.
        """
        return cls(
            user="<|im_start|>user\n{prompt}<|im_end|>\n",
            assistant="<|im_start|>assistant\n{answer}<|im_end|>\n",
            system="<|im_start|>system\n{system}<|im_end|>\n",
            system_prompt=system_prompt,
        )

    @classmethod
    def llama3(cls, system_prompt: str | None = None) -> "ChatTemplate":
        """Llama 3 Instruct. The templates of 3.1 and later put dates into the system turn too."""
        header = "<|start_header_id|>{}<|end_header_id|>\n\n"
        return cls(
            user=header.format("user") + "{prompt}<|eot_id|>",
            assistant=header.format("assistant") + "{answer}<|eot_id|>",
            system=header.format("system") + "{system}<|eot_id|>",
            system_prompt=system_prompt,
        )

    @classmethod
    def gemma(cls, system_prompt: str | None = None) -> "ChatTemplate":
        """Gemma 1, 2 and 3. They know no system turn: as in Gemma 3, the user's begins with it."""
        return cls(
            user="<start_of_turn>user\n{system}{prompt}<end_of_turn>\n",
            assistant="<start_of_turn>model\n{answer}<end_of_turn>\n",
            system="{system}\n\n",
            system_prompt=system_prompt,
        )

    @classmethod
    def mistral(cls, system_prompt: str | None = None) -> "ChatTemplate":
        """Mistral 7B Instruct 0.1 and 0.2. They know no system turn: the user's begins with it."""
        return cls(
            user="[INST] {system}{prompt} [/INST]",
            assistant="{answer}</s>",
            system="{system}\n\n",
            system_prompt=system_prompt,
        )


def _require_slot(name: str, value: str, slot: str) -> None:
    if value.count(slot) != 1:
        raise ValueError(f"`{name}` must hold `{slot}` exactly once. {received(name, value)}")
    if slot == PROMPT and SYSTEM in value.partition(PROMPT)[2]:
        raise ValueError(
            f"`{name}` must hold `{SYSTEM}` before `{PROMPT}`. {received(name, value)}"
        )
