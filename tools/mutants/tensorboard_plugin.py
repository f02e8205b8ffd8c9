"""Faults in `keras_halluc/tensorboard_plugin`, of the page what can be seen without a browser."""

from tools.mutants.fault import in_folder

FAULTS = in_folder(
    "tensorboard_plugin",
    (
        (
            "half of a line is read",
            "case_file.py",
            "                if end > size:\n                    break\n",
            "",
            "test_case_index.py",
        ),
        (
            "a line without an end is read at every request",
            "case_file.py",
            "            stream.seek(self._searched)\n            piece",
            "            stream.seek(self.scanned)\n            piece",
            "test_case_index.py",
        ),
        (
            "half a character goes into the address",
            "case_file.py",
            "head[name] = [value and _addressable(value) for value in head[name]]",
            "pass",
            "test_case_index.py",
        ),
        (
            "a score that no browser reads",
            "case_file.py",
            "value is None or math.isfinite(value)",
            "True",
            "test_case_index.py",
        ),
        (
            "a run written anew is mixed with the old one",
            "case_index.py",
            "self._files, self._steps, known = [], {}, []  #",
            "self._files, known = [], []  #",
        ),
        (
            "the earlier of two counts",
            "case_index.py",
            "if held is None or held.file not in later:",
            "if held is None:",
        ),
        (
            "better and worse changed places",
            "case_page.py",
            'return "worse" if change[0] < 0 else "better" if change[0] > 0 else "same"',
            'return "worse" if change[0] > 0 else "better" if change[0] < 0 else "same"',
        ),
        (
            "case matters in a search",
            "case_page.py",
            "wanted = search.casefold()",
            "wanted = search",
        ),
        (
            "the page overlaps the one before",
            "case_page.py",
            "rows[query.offset : query.offset + query.limit]",
            "rows[max(query.offset - 1, 0) : query.offset + query.limit]",
        ),
        (
            "compared with the first where the previous is asked for",
            "case_page.py",
            "max(order.index(step) - 1, 0)",
            "0",
        ),
        (
            "the history of a case stops at the step shown",
            "case_details.py",
            "for other in steps.values() if name in other.row_of",
            "for other in steps.values() if name in other.row_of and other.step <= block.step",
            "test_case_page.py",
        ),
        (
            "the base model may be the best",
            "curves.py",
            "for step, value in sorted(values.items()) if step > 0}",
            "for step, value in sorted(values.items())}",
            "test_routes.py",
        ),
        (
            "the highest is always the best",
            "curves.py",
            "choose = max if end == HIGHER else min",
            "choose = max",
            "test_routes.py",
        ),
        (
            "marks stay where they were in a text that is cut",
            "span_pieces.py",
            "(max(s, start) - start, min(e, end) - start, k)",
            "(max(s, start), min(e, end), k)",
            "test_pieces.py",
        ),
        (
            "a part of another plugin is opened",
            "plugin.py",
            "if part not in known:",
            "if False:",
            "test_routes.py",
        ),
        (
            "bounds are curves of their own",
            "runs.py",
            "return [tag for tag in tags if tag not in ends]",
            "return list(tags)",
            "test_routes.py",
        ),
        (
            "the page writes texts as HTML",
            "static/element.js",
            "textContent",
            "innerHTML",
            "test_package.py",
        ),
        (
            "the page loads a file that is not there",
            "static/app.js",
            'from "./api.js"',
            'from "./server.js"',
            "test_package.py",
        ),
    ),
)
