"""`python -m keras_halluc.grounding`: checks a file of finished text from the command line."""

import argparse
import sys
from collections.abc import Callable

from keras_halluc._types import Checker
from keras_halluc.grounding.answer_checker import AnswerChecker
from keras_halluc.grounding.entailment.entailment_checker import EntailmentChecker
from keras_halluc.grounding.files.case_columns import DEFAULT_NAMES
from keras_halluc.grounding.files.case_rows import SUFFIXES
from keras_halluc.grounding.files.check_rows import check
from keras_halluc.grounding.overlap.overlap_checker import OverlapChecker
from keras_halluc.grounding.values.value_checker import ValueChecker

CHECKERS: dict[str, Callable[[], Checker]] = {
    "answer": AnswerChecker,
    "entailment": EntailmentChecker.default,
    "overlap": OverlapChecker,
    "value": ValueChecker,
}


def main(arguments: list[str] | None = None) -> None:
    """Checks a file and prints the rates, or says in one line what is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m keras_halluc.grounding",
        description="Checks text that any model wrote; see keras_halluc.grounding.check.",
    )
    parser.add_argument(
        "cases",
        help=f"file that ends in one of {', '.join(SUFFIXES)}, with prompt, output, and references "
        "or source; text may have .gz behind",
    )
    parser.add_argument("to", help=".jsonl file of verdicts to write")
    parser.add_argument("--checker", choices=CHECKERS, required=True)
    parser.add_argument("--resume", action="store_true", help="go on where it stopped")
    parser.add_argument("--on-error", choices=("raise", "skip"), default="raise")
    parser.add_argument("--batch-size", type=int, default=256)
    for field in DEFAULT_NAMES:
        parser.add_argument(f"--{field}", metavar="COLUMN", help=f"the column that holds {field}")
    args = vars(parser.parse_args(arguments))
    checker = CHECKERS[args.pop("checker")]()
    try:
        summary = check(args.pop("cases"), checker=checker, **args)
    except (OSError, TypeError, ValueError, ImportError) as error:
        parser.error(str(error))
    encoding = sys.stdout.encoding or "utf-8"  # names of groups may be in any script
    print(str(summary).encode(encoding, "backslashreplace").decode(encoding))


if __name__ == "__main__":
    main()
