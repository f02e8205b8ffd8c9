"""What does the Hallucination tab ask of TensorBoard's server, and what does it get?"""

import pathlib
from collections.abc import Callable
from typing import Any

from tensorboard import plugin_util
from tensorboard.backend.http_util import Respond
from tensorboard.data.provider import RunTagFilter
from tensorboard.errors import InvalidArgumentError
from tensorboard.errors import NotFoundError
from tensorboard.plugins import base_plugin
from werkzeug import wrappers

from keras_halluc.tensorboard.summaries import CASES_TAG
from keras_halluc.tensorboard.summaries import TAB_PLUGIN
from keras_halluc.tensorboard_plugin.case_details import case_at
from keras_halluc.tensorboard_plugin.case_details import case_details
from keras_halluc.tensorboard_plugin.case_file import StepBlock
from keras_halluc.tensorboard_plugin.case_image import read_image
from keras_halluc.tensorboard_plugin.case_index import CaseIndexes
from keras_halluc.tensorboard_plugin.case_page import Query
from keras_halluc.tensorboard_plugin.case_page import case_page
from keras_halluc.tensorboard_plugin.case_page import choose_cases
from keras_halluc.tensorboard_plugin.case_page import choose_steps
from keras_halluc.tensorboard_plugin.comparison import nearest_step
from keras_halluc.tensorboard_plugin.curves import read_curves
from keras_halluc.tensorboard_plugin.export import KINDS as KINDS_OF_EXPORT
from keras_halluc.tensorboard_plugin.export import export
from keras_halluc.tensorboard_plugin.measure_times import read_times
from keras_halluc.tensorboard_plugin.overview import overview
from keras_halluc.tensorboard_plugin.run_folders import RunFolders
from keras_halluc.tensorboard_plugin.run_trend import Trends
from keras_halluc.tensorboard_plugin.runs import list_runs
from keras_halluc.tensorboard_plugin.runs import run_of

STATIC = pathlib.Path(__file__).parent / "static"
KINDS = {".js": "text/javascript", ".css": "text/css"}
NO_STEPS: dict[str, Any] = {"steps": []}


class HallucinationPlugin(base_plugin.TBPlugin):
    """TensorBoard's side of the tab: runs and curves from events, cases from their own files.

    TensorBoard makes it, through the entry point `tensorboard_plugins` of this package.

    Args:
        context: `base_plugin.TBContext`.
    """

    plugin_name = TAB_PLUGIN

    def __init__(self, context: base_plugin.TBContext) -> None:
        self._provider = context.data_provider
        spec = getattr(context.flags, "logdir_spec", "") or ""
        self._indexes = CaseIndexes(RunFolders(context.logdir or "", spec))
        self._trends = Trends()

    def get_plugin_apps(self) -> dict[str, Any]:
        """Routes under `data/plugin/hallucination`."""
        answers = {
            "/runs": self._runs,
            "/curves": self._curves,
            "/overview": self._overview,
            "/trend": self._trend,
            "/cases": self._cases,
            "/case": self._case,
        }
        routes = {route: _json_app(answer) for route, answer in answers.items()}
        routes["/export"] = wrappers.Request.application(self._export)
        routes["/image"] = wrappers.Request.application(self._image)
        files = [path for path in STATIC.iterdir() if path.suffix in KINDS]
        return routes | {f"/static/{path.name}": _file_app(path) for path in files}

    def is_active(self) -> bool:
        """TensorBoard itself sees whether there is any data of ours."""
        return False

    def frontend_metadata(self) -> base_plugin.FrontendMetadata:
        """Where the page starts, and what its tab is called."""
        return base_plugin.FrontendMetadata(
            es_module_path="/static/index.js", tab_name="Hallucination"
        )

    def _runs(self, request: wrappers.Request) -> dict[str, Any]:
        return list_runs(self._provider, *_where(request))

    def _curves(self, request: wrappers.Request) -> dict[str, Any]:
        ctx, experiment = _where(request)
        names = request.args.getlist("run")
        runs = list_runs(self._provider, ctx, experiment)["runs"]
        parts = [part["part"] for run in runs if run["name"] in names for part in run["parts"]]
        keys = request.args.getlist("key")
        if not parts or not keys:
            return {"curves": []}
        return {"curves": read_curves(self._provider, ctx, experiment, names, parts, keys)}

    def _overview(self, request: wrappers.Request) -> dict[str, Any]:
        parts = request.args.getlist("part")
        times = read_times(self._provider, *_where(request), parts)
        steps = self._steps_of(request, parts)
        return overview([(run_of(part), steps[part], times.get(part, {})) for part in parts])

    def _trend(self, request: wrappers.Request) -> dict[str, Any]:
        part = request.args.get("part", "")
        return self._trends.of(part, self._steps(request)) or NO_STEPS

    def _cases(self, request: wrappers.Request) -> dict[str, Any]:
        steps = self._steps(request)
        return case_page(steps, _query(request), self._other(request, steps)) if steps else NO_STEPS

    def _export(self, request: wrappers.Request) -> Any:
        steps = self._steps_there(request)
        args = request.args
        kind = args.get("kind", "csv")
        chosen = choose_cases(steps, _query(request), self._other(request, steps))
        text = export(chosen, run_of(args["part"]), run_of(args.get("other", "")), kind)
        name = f"attachment; filename=cases_epoch_{chosen.block.step}.{kind}"
        return Respond(
            request, text, KINDS_OF_EXPORT[kind], headers=[("Content-Disposition", name)]
        )

    def _other(self, request: wrappers.Request, steps: dict[int, StepBlock]) -> StepBlock | None:
        """What the run to compare with said at the step asked for, or at the one that is shown."""
        part = request.args.get("other", "")
        if not part:
            return None
        theirs = self._steps_of(request, [part])[part]
        asked = _integer(request, "other_step")
        step = choose_steps(steps, _query(request))[0].step if asked is None else asked
        return nearest_step(theirs, step) if theirs else None

    def _case(self, request: wrappers.Request) -> dict[str, Any]:
        steps = self._steps_there(request)
        return case_details(steps, request.args.get("id", ""), _integer(request, "step"))

    def _image(self, request: wrappers.Request) -> Any:
        steps = self._steps_there(request)
        _, case = case_at(steps, request.args.get("id", ""), _integer(request, "step"))
        folder = self._indexes.of(request.args["part"]).folder
        return Respond(request, read_image(folder, case), "image/png")

    def _steps_there(self, request: wrappers.Request) -> dict[int, StepBlock]:
        """At least one step of a run that TensorBoard knows."""
        steps = self._steps(request)
        if not steps:
            raise NotFoundError("the run has no cases yet")
        return steps

    def _steps(self, request: wrappers.Request) -> dict[int, StepBlock]:
        part = request.args.get("part", "")
        return self._steps_of(request, [part])[part]

    def _steps_of(
        self, request: wrappers.Request, parts: list[str]
    ) -> dict[str, dict[int, StepBlock]]:
        """Of runs that TensorBoard knows; a request cannot name any other folder."""
        ctx, experiment = _where(request)
        known = self._provider.list_tensors(
            ctx,
            experiment_id=experiment,
            plugin_name=TAB_PLUGIN,
            run_tag_filter=RunTagFilter(runs=parts, tags=[CASES_TAG]),
        )
        for part in parts:
            if part not in known:
                raise NotFoundError(f"no run {part!r} with cases")
        return {part: self._indexes.of(part).steps() for part in parts}


def _json_app(answer: Callable[[wrappers.Request], dict[str, Any]]) -> Any:
    @wrappers.Request.application
    def app(request: wrappers.Request) -> Any:
        return Respond(request, answer(request), "application/json")

    return app


def _file_app(path: pathlib.Path) -> Any:
    @wrappers.Request.application
    def app(request: wrappers.Request) -> Any:
        return Respond(request, path.read_bytes(), KINDS[path.suffix])

    return app


def _where(request: wrappers.Request) -> tuple[Any, str]:
    return plugin_util.context(request.environ), plugin_util.experiment_id(request.environ)


def _query(request: wrappers.Request) -> Query:
    args = request.args
    return Query(
        step=_integer(request, "step"),
        against=args.get("against", "first"),
        labels=tuple(args.getlist("label")),
        change=args.get("change", ""),
        group=args.get("group"),
        pair=args.get("pair", ""),
        search=args.get("search", ""),
        sort=args.get("sort", "change"),
        offset=_integer(request, "offset") or 0,
        limit=_integer(request, "limit") or Query.limit,
    )


def _integer(request: wrappers.Request, name: str) -> int | None:
    text = request.args.get(name, "")
    try:
        return int(text) if text else None
    except ValueError:
        raise InvalidArgumentError(f"{name} must be an integer, not {text!r}") from None
