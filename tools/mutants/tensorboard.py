"""Faults in `keras_halluc/tensorboard`."""

from tools.mutants.fault import in_folder

FAULTS = in_folder(
    "tensorboard",
    (
        (
            "a case that changed is not told again",
            "case_log.py",
            "if self._told.get(name) != case}",
            "if name not in self._told}",
            "test_case_files.py",
        ),
        (
            "lengths in characters, not in bytes",
            "case_log.py",
            'head["bytes"] = [len(line) for line in body]',
            'head["bytes"] = [len(json.dumps(line, ensure_ascii=False)) + 1 for line in lines]',
            "test_case_files.py",
        ),
        (
            "answers wait in memory",
            "case_log.py",
            "        self._file.flush()\n",
            "",
            "test_case_files.py",
        ),
        (
            "unknown facts are good to learn",
            "directions.py",
            'return BETTER[max(known, key=len)] if known else ""',
            'return BETTER[min(known, key=len)] if known else ""',
            "test_case_files.py",
        ),
        (
            "less-than signs are markup",
            "escape.py",
            'PLAIN = frozenset(string.ascii_letters + string.digits + ",',
            'PLAIN = frozenset(string.ascii_letters + string.digits + "<,',
        ),
        (
            "Windows line ends break twice",
            "escape.py",
            'return "" if after == "\\n" else BREAK',
            "return BREAK",
        ),
        (
            "two writers of a folder, two files",
            "event_file.py",
            "        if key not in _open_files:\n",
            "        if True:\n",
            "test_event_writer.py",
        ),
        (
            "the first to leave closes the file",
            "event_file.py",
            "        if not file.users:\n",
            "        if file.folder in _open_files:\n",
            "test_event_writer.py",
        ),
        (
            "one kind of data after another under a tag",
            "event_writer.py",
            "if self._plugins.setdefault(tag, plugin) != plugin:",
            "if False:",
            "test_event_writer_errors.py",
        ),
        (
            "low and high changed places",
            "layout.py",
            "Series(value=value, lower=low, upper=high)",
            "Series(value=value, lower=high, upper=low)",
            "test_event_writer.py",
        ),
        (
            "a tag is a pattern",
            "layout.py",
            'tags = [f"^{re.escape(tag)}$" for tag in chart.tags]',
            'tags = [f"^{tag}$" for tag in chart.tags]',
            "test_event_writer.py",
        ),
        (
            "the strongest weight is lightest",
            "heat_map.py",
            "LIGHT + strength * (DARK - LIGHT)",
            "DARK + strength * (LIGHT - DARK)",
            "test_diagrams.py",
        ),
        (
            "bars from confidence alone",
            "reliability_diagram.py",
            "sure, hit = confidence[i] / weight[i], correct[i] / weight[i]",
            "sure, hit = confidence[i] / weight[i], confidence[i] / weight[i]",
            "test_diagrams.py",
        ),
        (
            "an unsupported span covers a contradicted one",
            "marked.py",
            '"contradicted" if contradicted else "other" if other else ""',
            '"other" if other else "contradicted" if contradicted else ""',
            "test_escape.py",
        ),
        (
            "cells of a table are markup",
            "table.py",
            "rendered.append([render(cell) for cell in row])",
            'rendered.append([getattr(cell, "text", cell) for cell in row])',
            "test_escape.py test_event_writer.py",
        ),
    ),
)
