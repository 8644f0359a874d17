"""Runs of several configurations have names of their own."""

import pytest

from fitscan.rules import run_name


@pytest.mark.parametrize(
    ("given", "files", "name"),
    [
        (None, [], ""),
        (None, ["config/config.yaml"], ""),
        (None, ["my.yaml", "config/config.yaml"], "my"),
        (None, ["/a/published.yaml", "published_local.yaml"], "published"),
        (None, ["my scan (2).yaml"], "my-scan-2"),
        (None, ["τ.yaml"], ""),
        ("mine", ["my.yaml"], "mine"),
        ("", ["my.yaml"], ""),
    ],
)
def test_a_run_is_called_as_given_or_like_its_configuration(given, files, name):
    assert run_name(given, files) == name
