"""`keras-halluc` and `python -m keras_halluc`: the quick start, and a check of finished text."""

import importlib.metadata
import importlib.util
import os
import runpy
import sys
from pathlib import Path

USAGE = """\
usage: keras-halluc demo [--epochs N] [--seed N] [--log-dir DIR] [--picture FILE]
       keras-halluc check FILE VERDICTS.jsonl --checker {answer,entailment,overlap,value} ...

demo    Fine-tunes a small GPT-2 on real facts, plainly and guarded, and draws what happened. It
        takes about two minutes on two cores and downloads nothing.
check   Checks text that any model wrote; `keras-halluc check --help` says more.
"""
SCRIPT = "quickstart.py"


def main(arguments: list[str] | None = None) -> None:
    """Runs a command.

    Args:
        arguments: list of str. None is what stands on the command line.
    """
    command, *rest = (sys.argv[1:] if arguments is None else arguments) or [""]
    if command == "demo":
        demo(rest)
    elif command == "check":
        from keras_halluc.grounding.__main__ import main as check

        check(rest)
    elif command in ("-h", "--help"):
        print(USAGE, end="")
    else:
        print(USAGE + f"\nerror: no such command: {command!r}", file=sys.stderr)
        raise SystemExit(2)


def demo(arguments: list[str]) -> None:
    """Runs the quick start, as `make quickstart` does."""
    if importlib.util.find_spec("matplotlib") is None:  # not after two minutes
        raise SystemExit(
            "The demo draws with matplotlib. Install it with: pip install keras_halluc[report]"
        )
    script = str(demo_script())
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    before = sys.argv
    sys.argv = [script, *arguments]
    try:
        runpy.run_path(script, run_name="__main__")
    finally:
        sys.argv = before


def demo_script() -> Path:
    """The script of the quick start: in a checkout that of `examples`, else the installed one."""
    checkout = Path(__file__).parents[1] / "examples" / SCRIPT
    if checkout.exists():
        return checkout
    for file in importlib.metadata.files("keras_halluc") or ():
        if file.name == SCRIPT and (found := Path(str(file.locate()))).exists():
            return found
    raise SystemExit(
        f"{SCRIPT} is missing from this installation. Install the package anew: "
        "pip install --force-reinstall --no-deps keras_halluc"
    )


if __name__ == "__main__":
    main()
