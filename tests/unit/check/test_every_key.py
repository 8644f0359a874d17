"""Every key of the configuration is given wrong values: each is an error before the first fit.

Those of its schema come from the schema itself, the others from ``wrong_values``, where a new key
needs a place.
"""

import shutil

import pytest
from begun import begin, fetch_and_plan
from schema_walk import keys, placed, wrong_values
from snakemake.exceptions import WorkflowError
from wrong_values import CONFIG, NOTHING_MORE, SEMANTIC, in_config, write_inputs

from fitscan.config.check import check_config
from fitscan.errors import ConfigError, FitscanError

KEYS = {".".join(key): part for key, part in keys()}
CASES = [
    pytest.param(key, wrong, id=f"{key}-{number}")
    for key, several in SEMANTIC.items()
    for number, wrong in enumerate(several)
]


@pytest.fixture(scope="module")
def inputs(tmp_path_factory, tiny):
    """A folder with what CONFIG names."""
    folder = tmp_path_factory.mktemp("inputs")
    write_inputs(folder, tiny)
    return folder


@pytest.fixture
def place(inputs, monkeypatch):
    """Work in the folder of the inputs, in which nothing has run."""
    monkeypatch.chdir(inputs)
    monkeypatch.delenv("NOT_SET", raising=False)
    for name in ("resources", "results"):
        shutil.rmtree(name, ignore_errors=True)
    return inputs


def test_every_key_has_its_wrong_values_or_says_why_there_are_none():
    inner = {key for key in KEYS if not any(other.startswith(f"{key}.") for other in KEYS)}
    excused = {key for several in NOTHING_MORE.values() for key in several}
    assert sorted(inner) == sorted(excused | (SEMANTIC.keys() & inner))
    assert SEMANTIC.keys() <= KEYS.keys() - excused
    assert all(SEMANTIC.values())


def test_the_configuration_is_right_before_a_value_is_wrong(place):
    fetch_and_plan(begin(CONFIG))
    assert len(list(place.glob("results/*/*/plan/scan.json"))) == 6


@pytest.mark.parametrize("key", KEYS)
def test_a_value_that_the_schema_refuses_is_named_with_its_key(key):
    """Of some only the key around was named, and a null not at all."""
    at = in_config(key)
    for value in wrong_values(KEYS[key]):
        with pytest.raises(ConfigError) as refused:
            check_config(placed(CONFIG, at, value))
        message = str(refused.value)
        shown = next(iter(value)) if isinstance(value, dict) and value else value
        assert message.startswith(at)
        assert ("null" if shown is None else repr(shown)[:200]) in message or "lacks a" in message
        assert refused.value.hint


@pytest.mark.parametrize(("key", "wrong"), CASES)
def test_a_wrong_value_is_named_with_its_key_before_the_first_fit(place, key, wrong):
    at, config, value = wrong.at or in_config(key), CONFIG, wrong.value
    for other, context in wrong.also.items():
        config = placed(config, other, context)
    if at in {"analyses", "combinations"}:  # beside those that are there
        value = config[at] | value
    config = placed(config, at, value)
    before = {*place.rglob("*")}
    refused = refusal(lambda: fetch_and_plan(begin(config)) if wrong.late else begin(config))
    assert wrong.says in refused
    assert [step for step in key.split(".") if step not in {"*", "0"}][-1] in refused
    written = {*place.rglob("*")} - before
    assert wrong.late or not written
    assert not [path for path in written if path.name in {"shards", "journal"}]


def refusal(act):
    """Return how something is refused."""
    with pytest.raises((FitscanError, WorkflowError)) as refused:
        act()
    return str(refused.value)
