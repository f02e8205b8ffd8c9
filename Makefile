# The two commands a newcomer needs: `make quickstart` and `make test`. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BACKEND ?= tensorflow
TORCH := torch==2.13.0
WORKERS ?= 2
PYTEST := -m pytest -n $(WORKERS) --dist worksteal
# One worker a core: threads of each would wait for one another.
RUN := OMP_NUM_THREADS=1 TF_NUM_INTRAOP_THREADS=1 TF_NUM_INTEROP_THREADS=1 TF_CPP_MIN_LOG_LEVEL=3
# Where a backend computes something. The rest is the same on each; `make test` runs it.
FOLDERS := ops internals metrics layers objectives models schedules generation callbacks
COMPUTED := $(addprefix tests/,$(FOLDERS) data/test_replay.py data/test_inputs.py reports/test_audit_of_tasks.py) \
    keras_halluc/models/tasks tests/test_two_devices.py tests/test_several_devices.py \
    $(addprefix tests/grounding/test_,entailment_checker.py stored_pair_model.py consistency_checker.py)
TORCH_ONLY := $(addprefix keras_halluc/,generation/selective_generator.py generation/familiarity_scorer.py \
    generation/familiarity_uncertainty.py models/retention_recipe.py data/replay.py \
    callbacks/monitors/hallucination_monitor.py grounding/source_checker.py \
    grounding/entailment/entailment_checker.py) tests/test_training_options.py
# JAX compiles whatever trains, which takes most of an hour: of the objectives, those in `fit` and in contracts.
JAX := $(filter-out tests/objectives,$(COMPUTED)) tests/objectives/test_objective_contracts.py
# For a release: what is marked `slow` too, and what is the same on each backend.
WHOLE := -m "" $(COMPUTED) keras_halluc tests/statistics tests/reports \
    $(addprefix tests/grounding/test_,pair_packer.py checker_contracts.py)

.PHONY: help quickstart test examples wheel test-all test-all-tensorflow test-all-torch test-all-jax \
    test-jax test-torch test-without-tensorflow check mutants bench docs notebooks clean

help:  ## List the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 28

$(VENV)/installed: setup.cfg pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "Python 3.10 or later is needed")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --upgrade pip
	$(BIN)/python -m pip install -q -e ".[dev]"
	@touch $@

quickstart: $(VENV)/installed  ## Fine-tune on real facts, plainly and guarded, and draw what happened
	TF_CPP_MIN_LOG_LEVEL=3 $(BIN)/python examples/quickstart.py

test: $(VENV)/installed  ## Run the test suite on TensorFlow
	$(RUN) KERAS_BACKEND=$(BACKEND) $(BIN)/python $(PYTEST)

examples: $(VENV)/installed  ## Run the code of the README and of a page, a notebook, an example, a recipe
	$(RUN) KERAS_BACKEND=$(BACKEND) $(BIN)/python $(PYTEST) -m "" tests/test_readme.py tests/test_examples.py \
	    "tests/test_notebooks.py::test_runs_as_a_notebook[kerashub_project]" \
	    tests/test_docs.py::test_what_follows_training_runs_in_order tests/test_contributing.py::test_a_metric

wheel: $(VENV)/installed  ## Build the wheel and use it as a newcomer does, in a notebook of her own
	$(RUN) KERAS_BACKEND=$(BACKEND) $(BIN)/python -m pytest -s -m "" tests/test_wheel.py -k "not demo"

test-all: test-all-tensorflow test-all-torch test-all-jax  ## Run every test on every backend, for a release

test-all-tensorflow: $(VENV)/installed
	$(BIN)/python -m pip install -q $(TORCH) -e ".[lm-eval]"
	$(RUN) KERAS_BACKEND=tensorflow $(BIN)/python $(PYTEST) -m ""

test-all-torch: $(VENV)/installed
	$(BIN)/python -m pip install -q $(TORCH) -e ".[lm-eval]"
	$(RUN) KERAS_BACKEND=torch $(BIN)/python $(PYTEST) $(WHOLE)

test-all-jax: $(VENV)-without-tensorflow/installed
	$(RUN) KERAS_BACKEND=jax $(VENV)-without-tensorflow/bin/python $(PYTEST) $(WHOLE) tests/tensorboard \
	    tests/tensorboard_plugin

test-jax: $(VENV)/installed  ## Run what a backend computes on JAX
	$(BIN)/python -m pip install -q jax
	$(RUN) KERAS_BACKEND=jax $(BIN)/python $(PYTEST) $(JAX)

test-torch: $(VENV)/installed  ## Run what a backend computes on PyTorch
	$(BIN)/python -m pip install -q $(TORCH)
	$(RUN) KERAS_BACKEND=torch $(BIN)/python $(PYTEST) $(COMPUTED) $(TORCH_ONLY)

$(VENV)-without-tensorflow/installed: setup.cfg
	$(PYTHON) -m venv $(VENV)-without-tensorflow
	$(VENV)-without-tensorflow/bin/python -m pip install -q --upgrade pip
	$(VENV)-without-tensorflow/bin/python -m pip install -q jax keras tensorboard numpy rapidfuzz \
	    sacrebleu pytest pytest-xdist hypothesis pandas matplotlib tokenizers regex rich kagglehub packaging absl-py \
	    grain bm25s selenium rjieba
	$(VENV)-without-tensorflow/bin/python -m pip install -q --no-deps keras-hub
	$(VENV)-without-tensorflow/bin/python -m pip install -q --no-deps -e .
	@touch $@

test-without-tensorflow: $(VENV)-without-tensorflow/installed  ## The same on JAX, without TensorFlow
	$(RUN) KERAS_BACKEND=jax $(VENV)-without-tensorflow/bin/python $(PYTEST) $(JAX) \
	    $(addprefix tests/tensorboard/test_,no_tensorflow.py tensorboard_server.py)

check: $(VENV)/installed  ## Lint, type-check and look at the order of the floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy keras_halluc
	$(RUN) KERAS_BACKEND=$(BACKEND) $(BIN)/python -m pytest -q tests/test_floors.py

mutants: $(VENV)/installed  ## Plant faults one by one and see the tests catch them (an hour)
	$(RUN) KERAS_BACKEND=$(BACKEND) $(BIN)/python -m tools.mutants

docs: $(VENV)/installed  ## Build the pages, the API and the papers into build/site
	$(BIN)/python -m pip install -q -e ".[docs]"
	$(BIN)/mkdocs build

notebooks: $(VENV)/installed  ## Make the notebooks of the example scripts, and run them
	$(BIN)/python tools/notebooks.py

bench: $(VENV)/installed  ## Measure our cost as ratios against plain Keras
	TF_CPP_MIN_LOG_LEVEL=3 $(BIN)/python benchmarks/overhead.py

clean:  ## Remove the environments and what runs left behind
	rm -rf $(VENV) $(VENV)-without-tensorflow runs quickstart.png build *.egg-info
