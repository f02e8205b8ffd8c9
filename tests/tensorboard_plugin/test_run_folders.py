"""Is a run looked for where TensorBoard found it?"""

from tensorboard.backend.event_processing.data_ingester import _parse_event_files_spec
from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer

from keras_halluc.tensorboard import EventWriter
from keras_halluc.tensorboard_plugin.run_folders import RunFolders


def names(paths):
    """The runs that TensorBoard names under some folders, as it reads its options."""
    multiplexer = EventMultiplexer()
    for path, name in paths.items():
        multiplexer.AddRunsFromDirectory(path, name)
    return sorted(multiplexer.Runs())


def test_each_run_of_a_folder_is_found(tmp_path):
    folders = [tmp_path, tmp_path / "a", tmp_path / "a/b c", tmp_path / "d"]
    for folder in folders:
        with EventWriter(folder) as writer:
            writer.scalar("x", 1.0, 0)
    found = [RunFolders(str(tmp_path))(run) for run in names({str(tmp_path): None})]
    assert sorted(map(str, folders)) == sorted(path.removesuffix("/.") for path in found)


def test_each_run_of_a_spec_is_found(tmp_path):
    folders = [tmp_path / "a/x", tmp_path / "b", tmp_path / "c/y"]
    for folder in folders:
        with EventWriter(folder) as writer:
            writer.scalar("x", 1.0, 0)
    spec = f"one:{tmp_path / 'a'},two:{tmp_path / 'b'},{tmp_path / 'c'}"
    runs = names(_parse_event_files_spec(spec))
    assert runs == ["one/x", "two/.", "y"]
    found = [RunFolders("", spec)(run).removesuffix("/.") for run in runs]
    assert found == [str(folder) for folder in folders]


def test_a_name_that_begins_with_another(tmp_path):
    for name in ("a", "ab"):
        (tmp_path / name / "x").mkdir(parents=True)
    folder_of = RunFolders("", f"a:{tmp_path / 'a'},ab:{tmp_path / 'ab'}")
    assert folder_of("ab/x") == str(tmp_path / "ab/x")


def test_home(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert RunFolders("~/logs")("a/b") == str(tmp_path / "logs/a/b")
