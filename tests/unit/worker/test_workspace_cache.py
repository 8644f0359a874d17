"""A worker finds a workspace wherever it is, and never takes another for it."""

import json

import pytest

from fitscan import strictjson
from fitscan.errors import FitscanError, LikelihoodError, WorkspaceMissing
from fitscan.worker import workspace_cache as workspaces
from fitscan.worker.request import Workspace, packed
from fitscan.worker.workspace_cache import find_workspace

DOCUMENT = {"channels": [], "version": "1.0.0"}
CONTENT = json.dumps(DOCUMENT).encode()
DIGEST = strictjson.digest(DOCUMENT)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """The site's cache, empty; and a process that knows nothing."""
    monkeypatch.setenv("FITSCAN_CACHE", str(tmp_path / "cache"))
    forget(monkeypatch)
    return tmp_path / "cache" / "workspaces"


def forget(monkeypatch):
    """Be another process."""
    monkeypatch.setattr(workspaces, "_known", {})


def kept(cache, content):
    cache.mkdir(parents=True)
    (cache / f"{DIGEST}.json").write_bytes(content)


def test_workspace_that_came_with_a_request_is_kept_in_memory_and_for_other_processes(
    cache, monkeypatch
):
    assert find_workspace(Workspace(digest=DIGEST, content=packed(CONTENT))) == DOCUMENT
    (cache / f"{DIGEST}.json").rename(cache / "elsewhere")
    assert find_workspace(Workspace(digest=DIGEST)) == DOCUMENT
    (cache / "elsewhere").rename(cache / f"{DIGEST}.json")
    forget(monkeypatch)
    assert find_workspace(Workspace(digest=DIGEST)) == DOCUMENT


def test_workspace_is_read_from_the_file_that_is_named(cache, tmp_path):
    path = tmp_path / "workspace.json"
    path.write_bytes(CONTENT)
    assert find_workspace(Workspace(digest=DIGEST, path=str(path))) == DOCUMENT
    assert not cache.exists()


def test_workspace_that_is_nowhere_is_asked_for():
    with pytest.raises(WorkspaceMissing, match=DIGEST):
        find_workspace(Workspace(digest=DIGEST))


@pytest.mark.parametrize(
    "content",
    [b"", CONTENT[:-3], b'{"channels": [1]}', b"\xff"],
    ids=["empty", "cut", "other", "binary"],
)
def test_damaged_or_foreign_workspace_in_the_cache_is_asked_for_and_replaced(
    cache, monkeypatch, content
):
    kept(cache, content)
    with pytest.raises(WorkspaceMissing):
        find_workspace(Workspace(digest=DIGEST))
    find_workspace(Workspace(digest=DIGEST, content=packed(CONTENT)))
    forget(monkeypatch)
    assert find_workspace(Workspace(digest=DIGEST)) == DOCUMENT


def test_cache_that_cannot_be_written_is_done_without(cache, tmp_path):
    cache.parent.write_text("a file where a folder should be")
    assert find_workspace(Workspace(digest=DIGEST, content=packed(CONTENT))) == DOCUMENT


def test_file_with_another_workspace_is_refused_and_not_remembered(tmp_path):
    path = tmp_path / "workspace.json"
    path.write_text('{"channels": [1]}')
    for _ in range(2):
        with pytest.raises(LikelihoodError, match="not the workspace of the plan"):
            find_workspace(Workspace(digest=DIGEST, path=str(path)))


def test_another_workspace_in_a_request_is_refused_and_not_kept(cache):
    with pytest.raises(LikelihoodError, match="the workspace in the request is not"):
        find_workspace(Workspace(digest=DIGEST, content=packed(b"[]")))
    assert not cache.exists()


def test_damaged_workspace_in_a_request_is_refused_and_not_kept(cache):
    with pytest.raises(FitscanError, match="the workspace in the request is damaged"):
        find_workspace(Workspace(digest=DIGEST, content="abcde"))
    assert not cache.exists()
