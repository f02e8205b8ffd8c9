"""Faults in what all folders of `keras_halluc` share, and in what comes with it beside code."""

from tools.mutants.fault import Fault

FAULTS = (
    Fault(
        "a bool passes for a number",
        "package",
        "keras_halluc/_require.py",
        "if number is None or isinstance(value, bool):",
        "if number is None:",
        ("tests/test_bad_input.py",),
    ),
    Fault(
        "JSON of any depth is read",
        "package",
        "keras_halluc/_parse_json.py",
        "        _require_levels(found)\n",
        "        pass\n",
        ("tests/test_parse_json.py",),
    ),
    Fault(
        "JSON that ends Python's stack is another kind of error",
        "package",
        "keras_halluc/_parse_json.py",
        "except RecursionError:",
        "except NotImplementedError:",
        ("tests/test_parse_json.py",),
    ),
    Fault(
        "an error fails at what it shows",
        "package",
        "keras_halluc/_require.py",
        "    except Exception as error:  # thousands",
        "    except NotImplementedError as error:  # thousands",
        ("tests/test_parse_json.py",),
    ),
    Fault(
        "what is compiled stays when the weights are others",
        "package",
        "keras_halluc/_compiled_apart.py",
        "            self.predict_function = None\n",
        "            pass\n",
        ("tests/generation/test_task_generator_state.py",),
    ),
    Fault(
        "texts in an array are numbers",
        "package",
        "keras_halluc/_preprocessing.py",
        'is_text = isinstance(value, np.ndarray) and value.dtype.kind in "OU"',
        "is_text = False",
        ("tests/models/test_fine_tuner_inputs.py",),
    ),
    Fault(
        "an unsupported answer is none made up",
        "package",
        "keras_halluc/_types.py",
        'HALLUCINATED = ("unsupported", "contradicted")',
        'HALLUCINATED = ("contradicted",)',
        ("tests/metrics/test_verdict_rates.py",),
    ),
    Fault(
        "a question gives the answer away",
        "package",
        "keras_halluc/data/embedded/relations.json",
        '"What is the birthplace of {subject}?"',
        '"Who was born in {object}?"',
        ("tests/data/test_facts.py",),
    ),
    Fault(
        "the embedded model is another one",
        "package",
        "keras_halluc/presets/__init__.py",
        "keras_hub.models.CausalLM.from_preset(str(FACTS_GPT2), **kwargs)",
        "keras_hub.models.CausalLM.from_preset(str(FACTS_GPT2), load_weights=False, **kwargs)",
        ("tests/generation/test_task_generator.py",),
    ),
)
