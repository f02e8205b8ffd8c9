"""What TensorBoard itself reads from a folder of event files, without a server."""

import html.parser
import re

import pytest

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "handler": '<img src=x onerror="alert(1)">',
    "comment": "<!-- hidden --> <style>p {display: none}</style> </td></tr></table> after",
    "entity": "&lt;b&gt; &amp; &#60;i&#62; &nbsp &copy;",
    "link": "[x](javascript:alert(1)) <javascript:alert(1)> <a@b.example>",
    "reference": "[x][y] [y]: http://evil.example 'title'",
    "image": "![pixel](http://evil.example/a.png)",
    "pipes": "| a | b |\n|---|---|\n| 1 | 2 |",
    "backticks": "`code` ``` fence ``` ~~~ fence ~~~",
    "fence": "```html\n<b>x</b>\n```",
    "emphasis": "**bold** __bold__ *it* _it_ ~~gone~~ \\*no\\* \\<b>",
    "heading": "# one\n## two\nthree\n=====\nfour\n----\n***",
    "lists": "- a\n- b\n* c\n+ d\n1. e\n2) f\n> quote",
    "code block": "    four spaces\n\ttab\n\n\n        eight",
    "newlines": "a\nb\r\nc\rd\u2028e\u2029f\x85g\n\n\nh\n",
    "spaces": "  two   three  ",
    "Chinese": "中国的首都是北京，不是上海。《红楼梦》",
    "emoji": "👩\u200d🔬 🇫🇷 é e\u0301 שלום \u202eabc",
    "controls": "a\x00b\x01c\x02wzxhzdk:0\x03d\x1b[31m\x7f\x9f",
    "surrogate": "half \ud83d of a pair",
    "template": "{{7*7}} ${7*7} <%= 7 %> :smile:",
    "empty": "",
}


def as_shown(text):
    """What a reader must see for `text`; written apart from the package, by str methods."""
    for end in ("\r\n", "\r", "\u2028", "\u2029", "\x85"):
        text = text.replace(end, "\n")
    text = text.replace("\t", "    ").replace("\xa0", " ")
    text = text.translate({i: 0x2400 + i for i in range(32) if i != 10})
    return re.sub("[\x80-\x9f\ud800-\udfff]", "\ufffd", text.replace("\x7f", "\u2421"))


class Page(html.parser.HTMLParser):
    """The cells, tags and attributes of a piece of HTML."""

    def __init__(self, source):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.rows, self.text, self.strong = set(), [], [], "", []
        self.comments, self.open = [], []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs
        if tag == "tr":
            self.rows.append([])
        elif tag == "td":
            self.rows[-1].append("")
        elif tag == "br":
            self.handle_data("\n")
        if tag in ("strong", "em"):
            self.open.append(tag)
            self.strong.append(["+".join(self.open), ""])

    def handle_endtag(self, tag):
        if tag in ("strong", "em"):
            self.open.remove(tag)

    def handle_comment(self, data):
        self.comments.append(data)

    def handle_data(self, data):
        data = data.replace("\xa0", " ")
        if self.open:
            self.strong[-1][1] += data
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data
        self.text += data


@pytest.fixture(params=HOSTILE, ids=lambda name: name.replace(" ", "_"))
def hostile(request):
    """One text that tries to be more than a text."""
    return HOSTILE[request.param]


@pytest.fixture(scope="session")
def all_hostile():
    """All such texts."""
    return list(HOSTILE.values())


@pytest.fixture(scope="session")
def see():
    """Function from HTML to what a reader gets of it, the tags and attributes included."""
    return Page


@pytest.fixture(scope="session")
def shown():
    """Function from a text to the characters a reader must see."""
    return as_shown


@pytest.fixture
def read_run():
    """Function from a folder to what TensorBoard's own reader finds in it."""
    from tensorboard.backend.event_processing import plugin_event_multiplexer

    def read(folder):
        multiplexer = plugin_event_multiplexer.EventMultiplexer(
            {"run": str(folder)},
            tensor_size_guidance=dict.fromkeys(
                ("scalars", "text", "histograms", "images", "custom_scalars"), 0
            ),
        )
        multiplexer.Reload()
        return Run(multiplexer)

    return read


class Run:
    """One run, read back."""

    def __init__(self, multiplexer):
        self.multiplexer = multiplexer

    def reload(self):
        self.multiplexer.Reload()

    def tags(self, plugin):
        return sorted(self.multiplexer.PluginRunToTagToContent(plugin).get("run", {}))

    def steps(self, tag):
        return [event.step for event in self.multiplexer.Tensors("run", tag)]

    def times(self, tag):
        return [event.wall_time for event in self.multiplexer.Tensors("run", tag)]

    def values(self, tag):
        from tensorboard.util import tensor_util

        events = self.multiplexer.Tensors("run", tag)
        return [tensor_util.make_ndarray(event.tensor_proto) for event in events]
