"""config/README.md says of every key what the schema says."""

import re
from typing import Any

import pytest
import yaml

from fitscan.config.check import check_config
from fitscan.config.schema import schema


def sections() -> dict[str, dict[str, Any]]:
    """The tables that config/README.md must have: heading -> part of the schema."""
    top = schema()["properties"]
    analysis = schema()["$defs"]["analysis"]["properties"]
    return {
        "Top level": top,
        "`analyses.<name>`": analysis,
        **{f"`analyses.<name>.{key}`": analysis[key]["properties"] for key in ("cite", "hepdata")},
        "`combinations.<name>`": schema()["$defs"]["combination"]["properties"],
        "`scans.<name>`": top["scans"]["additionalProperties"]["properties"],
        **{
            f"`scans.<name>.{kind}`": top["scans"]["additionalProperties"]["properties"][kind][
                "properties"
            ]
            for kind in ("toys", "coverage")
        },
        **{
            f"`{key}`": top[key]["properties"]
            for key in ("pyhf", "interpolation", "audit", "benchmark", "figures", "archive_limits")
        },
    }


@pytest.fixture(scope="module")
def documented(project_folder) -> dict[str, dict[str, str]]:
    """Heading -> key -> default, as config/README.md has them."""
    found: dict[str, dict[str, str]] = {}
    heading = ""
    for line in (project_folder / "config/README.md").read_text().splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
        row = re.match(r"\| `(\w+)` \| (.+?) \| (.+) \|$", line)
        if row:
            found.setdefault(heading, {})[row[1]] = row[2]
    return found


def test_every_key_and_no_other_is_documented(documented):
    assert {heading: set(keys) for heading, keys in documented.items()} == {
        heading: set(part) for heading, part in sections().items()
    }


@pytest.mark.parametrize("heading", sections())
def test_defaults_are_those_of_the_schema(documented, heading):
    for key, part in sections()[heading].items():
        default = documented[heading][key]
        if "default" not in part:
            assert default == "required", key
        elif default != "see below":
            assert yaml.safe_load(default.strip("`")) == part["default"], key


def test_every_key_has_a_description():
    for part in sections().values():
        for key, rule in part.items():
            assert rule.get("description"), key


@pytest.mark.parametrize(
    "name",
    ["config.yaml", "combination.yaml", "limits.yaml", "published.yaml"],
)
def test_shipped_configurations_are_valid(project_folder, name):
    check_config(yaml.safe_load((project_folder / "config" / name).read_text()))


@pytest.mark.parametrize("name", ["published", "combination"])
def test_a_local_overlay_names_the_analyses_of_its_configuration(project_folder, name):
    overlay, whole = (
        yaml.safe_load((project_folder / "config" / file).read_text())
        for file in (f"{name}_local.yaml", f"{name}.yaml")
    )
    assert overlay["analyses"].keys() == whole["analyses"].keys()


def test_the_benchmark_can_be_laid_over_the_published_configuration(project_folder):
    whole = {}
    for name in ("published.yaml", "benchmark.yaml"):
        whole |= yaml.safe_load((project_folder / "config" / name).read_text())
    assert check_config(whole)["benchmark"]["trials"] == 10
