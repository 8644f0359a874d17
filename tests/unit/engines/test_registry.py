"""The version of an engine follows the code and the packages that decide its numbers."""

import importlib.metadata

import pytest
from edited import EditedPackage, forget
from scan_settings import COMPILED, WITH_PYHF

from fitscan.engines.registry import REGISTRY, engine_of, engine_version
from fitscan.errors import FitscanError, MissingExtra

WORKER = "worker/run.py likelihood/patching.py"
PYHF = "engines/pyhf/reference.py"
COMPILED_ENGINE = "engines/compiled/adapter.py engines/compiled/fits/fits.py"

WITH_FALLBACK = COMPILED | {"fallback": "pyhf", "pyhf": WITH_PYHF["pyhf"]}


@pytest.fixture
def package(tmp_path, monkeypatch):
    yield EditedPackage(tmp_path, monkeypatch)
    monkeypatch.undo()
    forget()


@pytest.mark.parametrize(
    ("settings", "follows", "ignores"),
    [
        (WITH_PYHF, f"{WORKER} {PYHF}", COMPILED_ENGINE),
        (COMPILED, f"{WORKER} {COMPILED_ENGINE}", PYHF),
        (WITH_FALLBACK, f"{WORKER} {COMPILED_ENGINE} {PYHF}", ""),
    ],
    ids=["pyhf", "compiled", "compiled with fallback"],
)
def test_version_follows_the_code_between_a_request_and_its_numbers(
    package, settings, follows, ignores
):
    for source in follows.split():
        before = engine_version(settings)
        package.edit(source)
        assert engine_version(settings) != before, source
    before = engine_version(settings)
    others = (
        "plan/partition.py plots/style.py likelihood/fetch.py executors/parsl.py report/page.py"
    )
    for source in [*ignores.split(), *others.split()]:
        package.edit(source)
        assert engine_version(settings) == before, source


def with_fits(**options):
    return WITH_PYHF | {"pyhf": WITH_PYHF["pyhf"] | options}


@pytest.mark.parametrize(
    ("options", "used", "unused"),
    [
        ({}, "pyhf scipy", "iminuit jax matplotlib"),
        ({"retry": "scipy"}, "pyhf scipy", "iminuit jax"),
        ({"optimizer": "minuit"}, "pyhf iminuit", "scipy jax"),
        ({"retry": "minuit"}, "pyhf scipy iminuit", "jax"),
        ({"backend": "jax"}, "pyhf scipy jax", "iminuit"),
    ],
    ids=str,
)
def test_version_follows_the_versions_of_the_packages_in_use(monkeypatch, options, used, unused):
    installed = importlib.metadata.version
    before = engine_version(with_fits(**options))
    for package in f"{used} {unused}".split():
        with monkeypatch.context() as patched:
            patched.setattr(
                importlib.metadata,
                "version",
                lambda name, other=package: "999" if name == other else installed(name),
            )
            forget()
            after = engine_version(with_fits(**options))
        forget()
        assert (after != before) == (package in used.split()), package


def test_backend_that_is_not_installed_is_an_error_that_names_the_extra(monkeypatch):
    """Was a bug: a PackageNotFoundError while planning."""
    real = importlib.metadata.version

    def version(name):
        if name == "jax":
            raise importlib.metadata.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    forget()
    hint = r"not installed: 'jax'\. Hint: pip install -e '\.\[jax\]'"
    with pytest.raises(MissingExtra, match=hint):
        engine_version(with_fits(backend="jax"))


def test_engines_are_known_by_their_names():
    assert {name: engine.name for name, engine in REGISTRY.items()} == {n: n for n in REGISTRY}


@pytest.mark.parametrize("wanted", [("absent", "asymptotic"), ("pyhf", "toys"), ("pyhf", None)])
def test_engine_that_does_not_exist_or_does_no_such_scans_is_refused(wanted):
    with pytest.raises(FitscanError, match="no engine of this name supports scans of this kind"):
        engine_of(dict(zip(("engine", "kind"), wanted, strict=True)))
