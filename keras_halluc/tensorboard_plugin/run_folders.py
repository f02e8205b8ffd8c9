"""Where on disk is a run that TensorBoard names?"""

import os


class RunFolders:
    """Folders by the names that TensorBoard gives to the runs under its `--logdir`.

    Args:
        logdir: str, as given to `--logdir`, or empty.
        logdir_spec: str, as given to `--logdir_spec`, or empty.
    """

    def __init__(self, logdir: str, logdir_spec: str = "") -> None:
        parts = [("", logdir)] if logdir else map(_named, logdir_spec.split(","))
        self._roots = [(name, os.path.expanduser(path)) for name, path in parts]

    def __call__(self, run: str) -> str:
        """The folder of `run`, whether it exists or not."""
        candidates = []
        for name, path in self._roots:
            inside = run if not name else run.removeprefix(name)
            if inside != run or not name:
                candidates.append(os.path.join(path, *inside.strip("/").split("/")))
        return next(filter(os.path.isdir, candidates), candidates[0] if candidates else run)


def _named(spec: str) -> tuple[str, str]:
    """`name:path` or `path`; a path that begins with `/` or a drive has no name."""
    if ":" not in spec or spec.startswith("/") or os.path.splitdrive(spec)[0]:
        return "", spec
    name, _, path = spec.partition(":")
    return name, path
