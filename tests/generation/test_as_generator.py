"""Is the right generator picked, and is what cannot generate refused with a way out?"""

import keras
import pytest
import tiny_models

from keras_halluc.generation import FunctionGenerator
from keras_halluc.generation import Generator
from keras_halluc.generation import NextTokenGenerator
from keras_halluc.generation import TaskGenerator
from keras_halluc.generation import as_generator

pytestmark = pytest.mark.eager


@pytest.fixture(scope="module")
def gpt2():
    return tiny_models.gpt2()


def test_a_task_that_has_generate_and_score_itself_is_still_wrapped(gpt2):
    assert hasattr(gpt2, "generate") and hasattr(gpt2, "score")  # so it looks like a Generator
    generator = as_generator(gpt2)
    assert type(generator) is TaskGenerator
    assert generator.task is gpt2


def test_the_task_of_a_wrapper_is_found(gpt2):
    class Wrapper(keras.Model):
        def __init__(self, task):
            super().__init__()
            self.task = task

    assert as_generator(Wrapper(gpt2)).task is gpt2


def test_a_generator_stays(gpt2):
    for generator in (
        TaskGenerator(gpt2),
        FunctionGenerator(lambda prompts: prompts),
        NextTokenGenerator(tiny_models.lstm(), tiny_models.LetterTokenizer(), 12),
    ):
        assert isinstance(generator, Generator)
        assert as_generator(generator) is generator


def test_a_function_is_wrapped():
    assert as_generator(lambda prompts: [p[::-1] for p in prompts]).generate(["ab"]) == ["ba"]


def test_models_and_things_that_cannot_generate():
    with pytest.raises(TypeError, match="Sequential has no `generate`.*NextTokenGenerator"):
        as_generator(tiny_models.lstm())
    with pytest.raises(TypeError, match="BertTextClassifier has no `generate`"):
        as_generator(tiny_models.bert_classifier())
    with pytest.raises(TypeError, match="`model` must be a Generator.*Received: model=3"):
        as_generator(3)


def test_a_callable_with_a_task_of_its_own_answers_itself(gpt2):
    class Shouting:
        task = gpt2

        def __call__(self, prompts):
            return [prompt.upper() for prompt in prompts]

    assert as_generator(Shouting()).generate(["ab"]) == ["AB"]
