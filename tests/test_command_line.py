"""Do the commands of `keras-halluc` run what they name?"""

import importlib.metadata
import sys
import types

import pytest

from keras_halluc import __main__ as command_line

SCRIPT = "import sys; print('ran', sys.argv[1:], __name__)"


def test_the_demo_gets_its_arguments(tmp_path, monkeypatch, capsys):
    script = tmp_path / "quickstart.py"
    script.write_text(SCRIPT)
    monkeypatch.setattr(command_line, "demo_script", lambda: script)
    before = list(sys.argv)
    command_line.main(["demo", "--epochs", "1"])
    assert capsys.readouterr().out == "ran ['--epochs', '1'] __main__\n" and sys.argv == before


def test_the_script_is_that_of_the_checkout_or_of_the_installation(tmp_path, monkeypatch):
    assert command_line.demo_script().parts[-2:] == ("examples", "quickstart.py")
    monkeypatch.setattr(command_line, "__file__", str(tmp_path / "keras_halluc/__main__.py"))
    installed = tmp_path / "share/quickstart.py"
    file = types.SimpleNamespace(name="quickstart.py", locate=lambda: installed)
    monkeypatch.setattr(importlib.metadata, "files", lambda name: [file])
    with pytest.raises(SystemExit, match="Install the package anew"):
        command_line.demo_script()
    installed.parent.mkdir()
    installed.write_text(SCRIPT)
    assert command_line.demo_script() == installed


def test_without_matplotlib_the_demo_does_not_begin(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(SystemExit, match=r"pip install keras_halluc\[report\]"):
        command_line.main(["demo"])


def test_check_is_that_of_grounding(tmp_path, capsys):
    (tmp_path / "in.jsonl").write_text('{"prompt": "a", "output": "b", "references": ["b"]}\n')
    said = tmp_path / "out.jsonl"
    command_line.main(["check", str(tmp_path / "in.jsonl"), str(said), "--checker", "answer"])
    assert said.exists() and capsys.readouterr().out


@pytest.mark.parametrize("arguments, word", [([], "''"), (["dmeo"], "'dmeo'")])
def test_another_command_is_an_error(arguments, word, capsys):
    with pytest.raises(SystemExit):
        command_line.main(arguments)
    said = capsys.readouterr().err
    assert f"no such command: {word}" in said and "keras-halluc demo" in said
