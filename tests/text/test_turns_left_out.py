"""Does what the model said end with its own turn, and begin with it?"""

import pytest

from keras_halluc.text import OutputReader


def read(text):
    return OutputReader().read(text)


@pytest.mark.parametrize(
    "text",
    [
        "Paris</s>",
        "Paris</s></s><pad><pad>",
        "<pad> Paris</s>",
        "</s><s>Paris</s>",
        "Paris<|im_end|>\n<|im_start|>user\nAnd Italy?<|im_end|>",
        "Paris<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nLyon?",
        "<|start_header_id|>assistant<|end_header_id|>\n\nParis<|eot_id|>",
        "<|im_start|>assistant\nParis<|im_end|>",
        "Paris<end_of_turn>\n<start_of_turn>user\nLyon?",
        "<start_of_turn>model\nParis<end_of_turn>",
        "Paris<|endoftext|>Lyon is a city.",
        "<|endoftext|>Paris",
        "Paris [/INST] Lyon",
        "[/INST] Paris",
        "[INST] Capital of France? [/INST] Paris </s>",
        "Paris [INST] And Italy? [/INST] Rome",
        "Paris<|end|><|user|>Lyon?<|end|>",
        "<|assistant|>\nParis",
        "<|user|>\nCapital?<|end|>\n<|assistant|>\nParis",
        "Paris<｜end▁of▁sentence｜>",
        "<｜Assistant｜>Paris<｜end▁of▁sentence｜><｜User｜>Lyon?",
        "Paris<|END_OF_TURN_TOKEN|>",
        "Paris<end_of_utterance>",
        "<extra_id_0> Paris <extra_id_1> Lyon",
        "Paris<eos>",
        "Paris[EOS][PAD]",
        "Paris\n\nUser: And Italy?\nAssistant: Rome",
        "Paris\nHuman: And Italy?",
        "Paris\nQ: And Italy?\nA: Rome",
        "Paris\n\nQuestion 2: And Italy?\nAnswer: Rome",
        "Paris\n\n### Instruction:\nName a river.\n\n### Response:\nSeine",
        "Paris\n\n**Question:** And Italy?",
        "Paris\n问题：意大利的首都？\n答案：罗马",
        "Paris\nFrage: Und Italien?\nAntwort: Rom",
        "Paris\nPregunta: ¿Y de Italia?\nRespuesta: Roma",
        "Paris\nUtilisateur : Et l'Italie ?",
        "Paris\n質問：イタリアの首都は？",
        "Paris\nDomanda: E l'Italia?",
        "Paris\nuser\nAnd Italy?\nassistant\nRome",
        "Paris\nAssistant: Is there more?",
        "Q: What is the capital of France?\nA: Paris",
        "Question: Capital of France?\nAnswer: Paris",
        "问题：法国的首都？\n答案：Paris",
        "\n Q: Capital?\nA: Paris",
        "Context: France has a capital.\nQuestion: Which?\nAnswer: Paris",
    ],
)
def test_one_turn_is_left(text):
    assert read(text).text.strip() == "Paris"
    assert read(text).dropped


def test_the_reason_tells_a_token_from_what_follows_it():
    assert read("Paris</s> </s>").reasons == ("stop token",)
    assert read("Paris</s> Lyon").reasons == ("text after a stop token",)
    assert read("Paris\nUser: Lyon?").reasons == ("next turn",)
    assert read("Q: Where?\nA: Paris").reasons == ("question said again",)


@pytest.mark.parametrize(
    "text", ["<|im_end|>\n<|im_start|>user\nLyon?", "<end_of_turn>Lyon", "</s>"]
)
def test_who_ends_the_turn_at_once_has_said_nothing(text):
    assert read(text).text.strip() == ""


@pytest.mark.parametrize(
    "text",
    [
        "a <s b and c|> d",
        "The user: a person. The question is old.",
        "if x <| y then z |> w",
        "Q: When?\nA: 1999.\nQ: Where?\nA: In Rome.",
        "Name: Server\nOwner: root",
        "A question: who?",
        "[INSTITUTE] of Rome",
    ],
)
def test_what_is_no_turn_stays(text):
    assert read(text).text == text
