"""Are the turns of a chat template put together as the families write them?"""

import pytest

from keras_halluc.generation import ChatTemplate

FAMILIES = {
    "chatml": (
        "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nWho?<|im_end|>\n"
        "<|im_start|>assistant\n",
        "<|im_end|>",
        "<|im_start|>user\nWho?<|im_end|>\n<|im_start|>assistant\n",
    ),
    "llama3": (
        "<|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|>"
        "<|start_header_id|>user<|end_header_id|>\n\nWho?<|eot_id|>"
        "<|start_header_id|>assistant<|end_header_id|>\n\n",
        "<|eot_id|>",
        "<|start_header_id|>user<|end_header_id|>\n\nWho?<|eot_id|>"
        "<|start_header_id|>assistant<|end_header_id|>\n\n",
    ),
    "gemma": (
        "<start_of_turn>user\nBe brief.\n\nWho?<end_of_turn>\n<start_of_turn>model\n",
        "<end_of_turn>",
        "<start_of_turn>user\nWho?<end_of_turn>\n<start_of_turn>model\n",
    ),
    "mistral": ("[INST] Be brief.\n\nWho? [/INST]", "</s>", "[INST] Who? [/INST]"),
}


@pytest.mark.parametrize("family", FAMILIES)
def test_turns_of_families(family):
    whole, end, bare = FAMILIES[family]
    make = getattr(ChatTemplate, family)
    assert make("Be brief.")("Who?") == whole
    assert make()("Who?") == bare
    assert make().end_of_turn == make("Be brief.").end_of_turn == end


def test_braces_of_a_prompt_are_letters():
    template = ChatTemplate("Q {prompt}\n", "A {answer}.", "{system}\n", "{prompt} {answer}")
    for prompt in ("{answer}", "{prompt}", "{system}", "{}", "{0}", "%s", "", "\\1"):
        assert template(prompt) == "{prompt} {answer}\nQ " + prompt + "\nA "
    assert template.end_of_turn == "."


def test_the_end_of_a_turn_may_be_space_or_nothing():
    for closing in ("", "\n", "\n\n "):
        assert ChatTemplate("{prompt}", "{answer}" + closing).end_of_turn == ""


@pytest.mark.parametrize(
    "arguments, error, match",
    [
        (("user", "{answer}"), ValueError, "`user` must hold `{prompt}` exactly once"),
        (("{prompt}{prompt}", "{answer}"), ValueError, "`user` must hold `{prompt}` exactly once"),
        (("{prompt}", "answer"), ValueError, "`assistant` must hold `{answer}` exactly once"),
        (("{prompt}{system}", "{answer}"), ValueError, "`{system}` before `{prompt}`"),
        ((3, "{answer}"), TypeError, "`user` must be a str. Received: user=3"),
        (("{prompt}", "{answer}", "", "Be brief."), ValueError, "`system_prompt` needs `system`"),
        (("{prompt}", "{answer}", "s", "Be brief."), ValueError, "`system` must hold `{system}`"),
        (("{prompt}", "{answer}", "{system}", 3), TypeError, "`system_prompt` must be a str or"),
    ],
)
def test_wrong_templates(arguments, error, match):
    with pytest.raises(error, match=match):
        ChatTemplate(*arguments)
