"""Faults in `keras_halluc/grounding/values`."""

from tools.mutants.fault import in_folder

FAULTS = in_folder(
    "grounding",
    (
        (
            "about 1,000 stands for 600",
            "values/rounding.py",
            "if 2 * abs(off) > self.step or (self.hedge and abs(off) > NEAR * size):",
            "if 2 * abs(off) > self.step:",
            "test_composed_values.py",
        ),
        (
            "what the question names is made up",
            "values/value_checker.py",
            'return source.rival(value, places, "both") is None and asked.values.has(value)',
            "return False",
            "test_composed_values.py",
        ),
        (
            "values that changed places are right",
            "values/value_checker.py",
            'beside = source.rival(value, places, "most")',
            "beside = None",
        ),
        (
            "a value of any sentence is right in each",
            "values/sentence_rivals.py",
            "return self._stated[rival][0] if shared[rival] - shared[own] > least else None",
            "return None",
        ),
        (
            "every word tells as much",
            "values/sentence_rivals.py",
            "word: math.log((1 + len(sentences)) / count) for",
            "word: 1.0 for",
        ),
        (
            "a value said twice is looked up at the wrong place",
            "values/sentence_rivals.py",
            "key=shared.__getitem__, reverse=True",
            "key=shared.__getitem__",
        ),
        (
            "a century has one way of counting",
            "values/source_dates.py",
            "self._centuries |= {year // 100 + 1, (year - 1) // 100 + 1}",
            "self._centuries |= {year // 100 + 1}",
            "test_sentence_rivals.py",
        ),
        (
            "any day of a month will do",
            "values/source_dates.py",
            "return number in self._days",
            "return bool(self._days)",
            "test_sentence_rivals.py",
        ),
    ),
)
