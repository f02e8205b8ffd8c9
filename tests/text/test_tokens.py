"""Are tokens words where there are spaces, characters where there are none?"""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from keras_halluc.text import normalize_answer
from keras_halluc.text import tokenize
from keras_halluc.text import tokenize_spans


@pytest.mark.parametrize(
    "text, tokens",
    [
        ("Die Straße ist 3,5 km lang.", ["Die", "Straße", "ist", "3,5", "km", "lang"]),
        ("3.5 1,000 50% 1.", ["3.5", "1,000", "50", "%", "1"]),
        ("$5, 5 €", ["$", "5", "5", "€"]),
        ("-5 (-3.5) 1990-1995 GPT-4", ["-5", "-3.5", "1990", "1995", "GPT", "4"]),
        ("- 5 --5", ["5", "5"]),
        ("12.05.2020", ["12.05.2020"]),
        ("2020-05-12", ["2020", "05", "12"]),
        ("H2O 20th 1990s", ["H2O", "20th", "1990s"]),
        ("don't", ["don", "t"]),
        ("北京是首都", ["北", "京", "是", "首", "都"]),
        ("1945年8月", ["1945", "年", "8", "月"]),
        ("iPhone手机", ["iPhone", "手", "机"]),
        ("東京タワー", ["東", "京", "タ", "ワ", "ー"]),
        ("がﾊﾟ", ["が", "ﾊ", "ﾟ"]),
        ("ไม่รู้", ["ไ", "ม่", "รู้"]),
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ("القاهِرة، مصر", ["القاهِرة", "مصر"]),
        ("می\u200cخواهم", ["می\u200cخواهم"]),
        ("서울은", ["서", "울", "은"]),
        ("२०२४ ١٩٤٥", ["२०२४", "١٩٤٥"]),
        ("snake_case a/b R&D", ["snake", "case", "a", "b", "R", "D"]),
        ("\u200d a\u200d", ["a"]),
        ("", []),
        (" .,!\n", []),
    ],
)
def test_tokens(text, tokens):
    assert tokenize(text) == tokens


@pytest.mark.parametrize("function", [tokenize, tokenize_spans, normalize_answer])
@pytest.mark.parametrize("text", [None, 3, b"a", ["a"]])
def test_only_str_is_text(function, text):
    with pytest.raises(TypeError, match="`text` must be a str. Received: text="):
        function(text)


@settings(deadline=None)  # a machine may be busy
@given(st.text(max_size=60) | st.text("-.,5٣% a\u0301ไม่हि京\u200d$°", max_size=20))
def test_spans_are_slices_in_order_and_nothing_is_lost(text):
    last = 0
    for token, start, end in tokenize_spans(text):
        assert text[start:end] == token and last <= start < end
        left_out = text[last:start]
        assert not any(char.isalnum() for char in left_out), left_out
        last = end
    assert not any(char.isalnum() for char in text[last:])
    assert tokenize(text) == [token for token, _, _ in tokenize_spans(text)]


@settings(deadline=None)  # a machine may be busy
@given(st.text(max_size=40))
def test_no_mark_is_parted_from_its_letter(text):
    for _, start, _ in tokenize_spans(text):
        if unicodedata.category(text[start])[0] == "M":
            assert start == 0 or not text[start - 1].isalpha()


@settings(deadline=None)  # a machine may be busy
@given(st.text(max_size=20), st.text(max_size=20))
def test_a_line_break_separates(left, right):
    assert tokenize(f"{left}\n{right}") == tokenize(left) + tokenize(right)
