import errno

import pytest
from snakemake.exceptions import WorkflowError

from fitscan.errors import ConfigError
from fitscan.rules import showing_user_errors


def test_a_user_error_has_no_traceback_and_others_are_left_alone():
    @showing_user_errors
    def fail(error):
        raise error

    with pytest.raises(WorkflowError, match="ConfigError: no such key"):
        fail(ConfigError("no such key"))
    with pytest.raises(KeyError):
        fail(KeyError("a"))


def test_what_the_system_refuses_is_a_user_error_and_other_errors_of_it_are_not():
    """Was a traceback through the workflow."""

    @showing_user_errors
    def fail(number):
        raise OSError(number, "text", "points.json")

    with pytest.raises(WorkflowError, match=r"StorageError: Permission denied: 'points\.json'"):
        fail(errno.EACCES)
    with pytest.raises(ConnectionRefusedError):
        fail(errno.ECONNREFUSED)
