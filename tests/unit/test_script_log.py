"""A step logs to its file, and ends with a message where the user is at fault."""

import gc
import logging
import warnings

import pytest

from fitscan.errors import PlanError
from fitscan.script_log import step


@pytest.fixture
def log(tmp_path):
    """The log file of a step; what the step does to logging ends with the test."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers.clear()
    yield tmp_path / "step.log"
    logging.captureWarnings(capture=False)
    gc.unfreeze()
    for handler in root.handlers:
        handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.getLogger("fontTools").setLevel(logging.NOTSET)


def test_messages_go_to_the_log_of_this_run_only(log):
    log.write_text("of an earlier run")
    with step(str(log)):
        logging.getLogger("fitscan.dispatch").info("3 of 5 points")
        logging.getLogger("pyhf").debug("not of interest")
        logging.getLogger("fontTools.subset").info("not of interest either")
    text = log.read_text()
    assert "INFO fitscan.dispatch: 3 of 5 points" in text
    assert "earlier" not in text
    assert "interest" not in text


def test_secrets_of_addresses_enter_no_log(log):
    """Was a bug: a traceback, or a warning of a library, had the address of a download."""
    address = "https://me:swordfish@example.org/a?token=swordfish"

    def fail():
        logging.getLogger("urllib3").warning("retrying %s", address)
        raise ValueError(address)

    with pytest.raises(ValueError, match="swordfish"), step(str(log)):
        fail()
    text = log.read_text()
    assert text.count("https://***@example.org/a?***") == 2
    assert "swordfish" not in text


def test_warnings_go_to_the_log(log):
    with step(str(log)), warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("careful", UserWarning, stacklevel=1)
    assert "UserWarning: careful" in log.read_text()


def test_error_of_the_user_ends_the_process_with_its_message(log):
    with pytest.raises(SystemExit) as ended, step(str(log)):
        raise PlanError("no points", value="A", hint="add some")
    assert ended.value.code == "PlanError: no points: 'A'. Hint: add some"
    text = log.read_text()
    assert "ERROR fitscan.script_log: PlanError: no points: 'A'. Hint: add some" in text
    assert "Traceback" not in text


def test_any_other_error_is_raised_with_its_traceback_in_the_log(log):
    with pytest.raises(ZeroDivisionError), step(str(log)):
        _ = 1 // 0
    text = log.read_text()
    assert "unexpected error" in text
    assert "ZeroDivisionError" in text
    assert "Traceback" in text


def test_what_a_script_leaves_is_not_searched_for_garbage(log):
    with step(str(log)):
        assert gc.get_freeze_count() == 0
    assert gc.get_freeze_count() > 0
