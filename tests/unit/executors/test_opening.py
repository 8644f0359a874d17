"""An executor is opened by name or by path, and settings that make no sense are refused."""

import traceback

import pytest
import yaml

from fitscan.errors import ConfigError, ExecutorError, MissingExtra
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


@pytest.mark.parametrize("path", ["$HERE/mine.yaml", "~/mine.yaml", "${HERE}/mine.yaml"])
def test_path_may_have_variables_and_a_home(tmp_path, monkeypatch, path):
    """Was an unknown executor."""
    monkeypatch.setenv("HERE", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "mine.yaml").write_text("kind: in_process\n")
    assert isinstance(open_executor(path, folder=tmp_path / "other"), InProcess)


def test_variable_that_is_not_set_is_refused(tmp_path, monkeypatch):
    monkeypatch.delenv("NOWHERE", raising=False)
    with pytest.raises(
        ConfigError, match=r"executor uses .* not set or empty: '\$NOWHERE/a\.yaml'"
    ):
        open_executor("$NOWHERE/a.yaml", folder=tmp_path)


def opened(tmp_path, settings):
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(settings))
    return open_executor(str(path), folder=tmp_path)


SHAPES = ["text", [1], {"a": 1}, 1.5]


@pytest.mark.parametrize("value", SHAPES)
@pytest.mark.parametrize("key", ["workers", "points_per_task", "retries"])
def test_number_of_another_shape_is_refused_by_its_key(tmp_path, key, value):
    with pytest.raises(ExecutorError, match=f"{key} of .* not valid.*integer"):
        opened(tmp_path, {"kind": "process_pool", key: value})


@pytest.mark.parametrize("value", ["text", [1], 5, {1: 2}])
def test_options_of_another_shape_are_refused_by_their_key(tmp_path, value):
    """Was an AttributeError."""
    pytest.importorskip("parsl")
    template = {"kind": "parsl", "template": "t.j2", "options": value}
    with pytest.raises(ExecutorError, match=r"options\S* of .* not valid"):
        opened(tmp_path, template)


@pytest.mark.parametrize("value", ["text", [1], 5])
def test_options_of_an_endpoint_of_another_shape_are_refused_by_their_key(tmp_path, value):
    pytest.importorskip("globus_compute_sdk")
    settings = {"kind": "globus_compute", "endpoint": "x", "user_endpoint_config": value}
    with pytest.raises(ExecutorError, match=r"user_endpoint_config of .* not valid"):
        opened(tmp_path, settings)
