"""A background is read once for all signals, and again when it has changed."""

import copy
import json
import os
from threading import Thread

import pytest
from spey_cases import BACKGROUND, TWO_CHANNELS

from fitscan.errors import ConfigError, FileMissing, LikelihoodError
from fitscan.spey_backend import backgrounds
from fitscan.spey_backend.backgrounds import read_background


def test_the_same_content_is_read_once():
    first = read_background(BACKGROUND)
    assert read_background(copy.deepcopy(BACKGROUND)) is first
    assert read_background(TWO_CHANNELS) is not first
    assert first.analysis("Measurement") is first.analysis("Measurement")


def test_a_document_that_was_changed_is_read_again():
    document = copy.deepcopy(BACKGROUND)
    before = read_background(document)
    document["observations"][0]["data"] = [60.0, 48.0]
    after = read_background(document)
    assert before.workspace["observations"][0]["data"] == [51.0, 48.0]
    assert after.workspace["observations"][0]["data"] == [60.0, 48.0]


def test_a_file_that_was_changed_is_read_again(tmp_path):
    path = tmp_path / "background.json"
    path.write_text(json.dumps(BACKGROUND))
    before = read_background(path)
    assert read_background(str(path)) is before
    path.write_text(json.dumps(TWO_CHANNELS))
    assert len(read_background(path).workspace["channels"]) == 2


def test_the_last_few_are_kept():
    for events in range(10):
        document = copy.deepcopy(BACKGROUND)
        document["observations"][0]["data"] = [float(events), 48.0]
        last = read_background(document)
    assert len(backgrounds._BACKGROUNDS) == backgrounds._MOST
    assert read_background(document) is last


def test_what_is_no_workspace_is_refused(tmp_path):
    with pytest.raises(FileMissing):
        read_background(tmp_path / "none.json")
    with pytest.raises(LikelihoodError):
        read_background({"channels": object()})
    with pytest.raises(ConfigError):
        read_background(None)


def test_a_pipe_is_read_each_time(tmp_path):
    """Was a bug: what came through it first was the answer for all that came later."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for document in (BACKGROUND, TWO_CHANNELS):
        Thread(target=pipe.write_text, args=(json.dumps(document),), daemon=True).start()
        found = read_background(pipe).workspace
        assert len(found["channels"]) == len(document["channels"])
