"""An executor is opened by name or by path, and settings that make no sense are refused."""

import traceback

import pytest

from fitscan.errors import ExecutorError, MissingExtra
from fitscan.executors import open_executor, opening
from fitscan.executors.in_process import InProcess
from fitscan.executors.opening import read_settings


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "here.yaml").write_text("kind: in_process\n")
    (tmp_path / "there.yaml").write_text("kind: in_process\nnodes: 4\n")
    return tmp_path


def test_executor_is_opened_by_its_name(folder):
    assert isinstance(open_executor("here", folder=folder), InProcess)


@pytest.mark.parametrize("suffix", ["yaml", "yml"])
def test_executor_is_opened_by_the_path_of_its_settings(tmp_path, suffix):
    path = tmp_path / f"mine.{suffix}"
    path.write_text("kind: in_process\n")
    assert isinstance(open_executor(str(path), folder=tmp_path / "other"), InProcess)


def test_settings_are_those_of_the_file(folder):
    assert read_settings("there", folder=folder) == {"kind": "in_process", "nodes": 4}


def test_every_shipped_executor_opens(project_folder):
    shipped = project_folder / "config" / "executors"
    names = {path.stem for path in shipped.glob("*.yaml")}
    assert "in_process" in names
    for name in names - {"globus_compute"}:  # a placeholder, see test_globus_compute.py
        with open_executor(name, folder=shipped) as executor:
            assert executor.capabilities.workers >= 1


def test_executor_is_opened_by_the_name_people_know(tmp_path):
    (tmp_path / "globus_compute.yaml").write_text("kind: funcx\n")
    assert read_settings("funcx", folder=tmp_path) == {"kind": "globus_compute"}


def test_package_that_is_not_installed_is_an_error_that_names_the_extra(tmp_path, monkeypatch):
    def absent(module):
        raise ModuleNotFoundError("No module named 'globus_compute_sdk'", name="globus_compute_sdk")

    monkeypatch.setattr(opening.importlib, "import_module", absent)
    (tmp_path / "away.yaml").write_text("kind: funcx\n")
    with pytest.raises(
        MissingExtra, match=r"'globus_compute_sdk'\. Hint: pip install -e '\.\[globus\]'"
    ):
        open_executor("away", folder=tmp_path)


def test_unknown_name_is_refused_with_those_that_are_known(folder):
    with pytest.raises(ExecutorError, match=r"unknown executor: 'her'\. Hint: one of here, there"):
        open_executor("her", folder=folder)


def test_path_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ExecutorError, match="unknown executor"):
        open_executor(str(tmp_path / "absent.yaml"), folder=tmp_path)


def test_setting_that_the_kind_does_not_have_is_refused_and_not_ignored(folder):
    with pytest.raises(ExecutorError, match=r"do not fit its kind, in_process.*nodes"):
        open_executor("there", folder=folder)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"in_process",
        b"- kind: in_process",
        b"workers: 4",
        b"kind: elsewhere",
        b"kind: null",
        b"kind: [in_process]",  # was a TypeError
        b"kind: {in_process: 4}",  # was a TypeError
    ],
)
def test_settings_without_a_known_kind_are_refused(tmp_path, content):
    path = tmp_path / "mine.yaml"
    path.write_bytes(content)
    with pytest.raises(
        ExecutorError, match=r"does not state the kind of its executor.*one of in_process"
    ):
        open_executor(str(path), folder=tmp_path / "other")


@pytest.mark.parametrize("content", [b"kind: [", b"kind: !!python/name:os.system", b"\xff\xfe\xff"])
def test_settings_that_are_not_yaml_are_refused(tmp_path, content):
    # Was an error of the YAML parser.
    path = tmp_path / "mine.yaml"
    path.write_bytes(content)
    with pytest.raises(ExecutorError, match=r"mine\.yaml is not YAML"):
        open_executor(str(path), folder=tmp_path / "other")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"token: swordfish\nkind: nothing", "does not state the kind"),
        (b"- swordfish", "does not state the kind"),
        (b"kind: in_process\ntoken: swordfish: [", "is not YAML.*see line 2"),
        (b"kind: in_process\ntoken: swordfish", "settings that do not fit"),
    ],
)
def test_no_message_about_settings_shows_a_token(tmp_path, content, words):
    """Was a bug: messages had all settings, or the line that could not be read."""
    path = tmp_path / "mine.yaml"
    path.write_bytes(content)
    with pytest.raises(ExecutorError, match=words) as caught:
        open_executor(str(path), folder=tmp_path / "other")
    assert "swordfish" not in "".join(traceback.format_exception(caught.value))
