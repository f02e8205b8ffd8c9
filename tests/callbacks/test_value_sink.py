"""Does every custom chart of a monitor show something?"""

from tensorboard.plugins.custom_scalar import layout_pb2

from keras_halluc.callbacks.monitors.value_sink import ValueSink
from keras_halluc.statistics import Estimate
from keras_halluc.tensorboard import MarginChart
from keras_halluc.tensorboard import MultilineChart


def test_no_custom_chart_is_empty(tmp_path, read_events):
    sink = ValueSink("Monitor", str(tmp_path), "mine")
    names = ("rate", "gap", "never")
    charts = [MarginChart(name, [name]) for name in names]
    sink.layout([*charts, MultilineChart("own", ["other"])], 0)
    sink.write({}, 0)  # nothing measured yet
    for step in (1, 2):
        sink.write({"rate": Estimate(0.5, 0.25, 0.75, 8), "gap": 0.125}, step)
    sink.close()
    events = read_events(tmp_path / "mine")
    ((step, content),) = events["custom_scalars__config__"]
    (category,) = layout_pb2.Layout.FromString(content.item()).category
    rate, gap, own = category.chart
    assert step == 1 and category.title == "mine"
    assert rate.margin.series[0].value == "rate" and "~intervals/rate/low" in events
    assert list(gap.multiline.tag) == ["^gap$"]  # a curve: a band of it would be empty
    assert list(own.multiline.tag) == ["^other$"]
