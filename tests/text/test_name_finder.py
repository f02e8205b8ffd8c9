"""Are names that another finder sees taken, where nothing else stands?"""

import pickle
import sys

import pytest

from keras_halluc.data import Case
from keras_halluc.grounding import ValueChecker
from keras_halluc.text import find_values
from keras_halluc.text import jieba_names


def names(text, **kwargs):
    return [value.text for value in find_values(text, **kwargs) if value.kind == "name"]


def small_rome(text):
    return [(text.index("rome"), text.index("rome") + 4)] if "rome" in text else []


def test_names_of_a_function_are_taken():
    assert names("we saw rome in 1990") == []
    assert names("we saw rome in 1990", name_finder=small_rome) == ["rome"]


def test_own_values_go_first():
    text = "On 5 May he saw Ana de Armas."
    over = [(3, 8), (16, 19)]  # a date, the first word of a name
    assert find_values(text, name_finder=lambda _: over) == find_values(text)


def test_a_sure_name_goes_before_a_doubtful_one():
    text = "曹雪芹是作者。"
    assert find_values(text)[0].weak
    (value,) = find_values(text, name_finder=lambda _: [(0, 3)])
    assert (value.text, value.weak) == ("曹雪芹", False)


@pytest.mark.parametrize("span", [(-1, 2), (2, 2), (3, 1), (0, 5)])
def test_a_span_outside_the_text_is_an_error(span):
    with pytest.raises(ValueError, match=r"`name_finder` must return \(start, end\).*Received"):
        find_values("abcd", name_finder=lambda _: [span])


def test_the_checker_asks_it_of_source_and_output():
    case = Case("Sum up.", source="they met in rome at last.")
    other = "they met in oslo at last."

    def finder(text):
        return [(12, 16)]

    checker = ValueChecker(name_finder=finder)
    right, wrong = checker.check([case] * 2, [case.source, other])
    assert right.label == "supported"
    assert (wrong.label, wrong.spans) == ("contradicted", ((12, 16, "contradicted"),))
    assert not ValueChecker().check([case], [other])[0].measured
    with pytest.raises(TypeError, match="`name_finder` must be callable or None"):
        ValueChecker(name_finder="jieba")


class TestJieba:
    @pytest.fixture(autouse=True)
    def installed(self):
        pytest.importorskip("rjieba", reason="the Chinese dictionary is an extra of its own")

    def test_persons_places_and_organisations(self):
        text = "曹雪芹没有去过北京大学，Ada 去了武汉。"
        spans = jieba_names(text)
        assert [text[start:end] for start, end in spans] == ["曹雪芹", "北京大学", "武汉"]
        assert names(text) == ["Ada"]
        assert names(text, name_finder=jieba_names) == ["曹雪芹", "北京大学", "Ada", "武汉"]

    def test_a_swapped_place_is_found(self):
        case = Case("总结", source="会议在北京大学举行，有300人参加。")
        checker = pickle.loads(pickle.dumps(ValueChecker(name_finder=jieba_names)))
        right, wrong = checker.check([case] * 2, ["会议在北京大学举行。", "会议在复旦大学举行。"])
        assert right.label == "supported"
        ((start, end, _),) = wrong.spans
        assert "会议在复旦大学举行。"[start:end] == "复旦大学"

    @pytest.mark.parametrize(
        "text", ["", "\x00", "no han at all", "𠀀𠀁👍🏽 王小明 ﷽", "é\u0301王小明", "\ud800王小明"]
    )
    def test_places_in_odd_text(self, text):
        for start, end in jieba_names(text):
            assert "\u4e00" <= text[start] <= "\u9fff" and start < end <= len(text)


def test_without_the_dictionary_the_error_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "rjieba", None)
    with pytest.raises(ImportError, match=r"pip install 'keras_halluc\[chinese\]'"):
        jieba_names("王小明")
