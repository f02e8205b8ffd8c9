"""How does a person see that a long check is running, and not that a short one was?"""

from keras_halluc._progress import Progress

__all__ = ["Progress"]
