"""The server's side of the Hallucination tab over a folder, asked without a socket."""

import json
import types

from tensorboard.backend.event_processing import data_ingester
from tensorboard.backend.event_processing import data_provider
from tensorboard.backend.event_processing import plugin_event_multiplexer
from tensorboard.plugins import base_plugin
from werkzeug.test import Client
from werkzeug.test import TestResponse

from keras_halluc.tensorboard_plugin import HallucinationPlugin


def read_events(folder):
    """TensorBoard's own reader, with the sampling it has by default."""
    multiplexer = plugin_event_multiplexer.EventMultiplexer(
        size_guidance=data_ingester.DEFAULT_SIZE_GUIDANCE,
        tensor_size_guidance=data_ingester.DEFAULT_TENSOR_SIZE_GUIDANCE,
    )
    multiplexer.AddRunsFromDirectory(str(folder))
    multiplexer.Reload()
    return data_provider.MultiplexerDataProvider(multiplexer, str(folder))


class Site:
    """The plugin's routes over a folder."""

    def __init__(self, folder):
        flags = types.SimpleNamespace(logdir_spec="")
        self.provider = read_events(folder)
        context = base_plugin.TBContext(
            data_provider=self.provider, logdir=str(folder), flags=flags
        )
        self.plugin = HallucinationPlugin(context)
        self.apps = self.plugin.get_plugin_apps()

    def get(self, route, **query):
        client = Client(self.apps[route], TestResponse)
        return client.get("/", query_string=query)

    def json(self, route, **query):
        return json.loads(self.get(route, **query).get_data())
