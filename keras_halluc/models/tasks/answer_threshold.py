"""From which margin on is it better to give no answer?"""

from collections.abc import Sequence

import numpy as np

from keras_halluc.text import token_f1


def best_threshold(
    texts: Sequence[str], margins: Sequence[float], references: Sequence[str]
) -> float:
    """The threshold with the highest mean F1, where a span is given if its margin is below.

    Args:
        texts: list of str, best span of each question; `""` where there is none.
        margins: list of float, by how much no answer was better than that span.
        references: list of str, the right answer; `""` where no answer is right.

    Returns:
        float, midway between two margins; of equally good ones the lowest, which answers least;
        0 where there is no span at all.
    """
    answered = np.array([token_f1(a, b) if a and b else 0.0 for a, b in zip(texts, references)])
    silent = np.array([float(not reference) for reference in references])
    order = np.argsort(margins, kind="stable")
    ordered = np.asarray(margins, "float64")[order]
    finite = ordered[np.isfinite(ordered)]  # infinite: there was no span to give
    if not len(finite):
        return 0.0
    gains = np.concatenate([[0.0], np.cumsum((answered - silent)[order])[: len(finite)]])
    # One threshold below all margins, one between any two, one above all.
    cuts = np.concatenate(
        [finite[:1], (finite[:-1] + finite[1:]) / 2, np.nextafter(finite[-1:], np.inf)]
    )
    apart = np.concatenate([[True], finite[:-1] < finite[1:], [True]])
    return float(cuts[np.where(apart, gains, -np.inf).argmax()])
