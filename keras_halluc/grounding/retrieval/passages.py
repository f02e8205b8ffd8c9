"""Is this a corpus: texts, each with an id of its own?"""

from collections.abc import Mapping
from collections.abc import Sequence

from keras_halluc._require import require_strings


def require_passages(passages: Sequence[str] | Mapping[str, str]) -> dict[str, str]:
    """`passages` must be a list of str, or a mapping from id to str; not empty. By id."""
    if isinstance(passages, Mapping):
        ids = require_strings("ids of passages", passages)
        return dict(zip(ids, require_strings("passages", passages.values())))
    return {str(i): text for i, text in enumerate(require_strings("passages", passages))}
