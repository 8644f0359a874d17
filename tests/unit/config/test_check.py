"""The configuration is refused where it is wrong, and complete where it is right."""

import copy
import pickle
from pathlib import Path

import pytest
import yaml

from fitscan.address import Address
from fitscan.config.check import analysis_scans, check_config
from fitscan.config.schema import schema
from fitscan.contour import SPACES
from fitscan.engines.registry import REGISTRY
from fitscan.errors import ConfigError
from fitscan.likelihood.archive_limits import ArchiveLimits
from fitscan.plots import Colors
from fitscan.plots.style import STYLES

ANALYSIS = {"workspace": "w.json", "patches": "p.json"}


def config(**changes):
    return {"analyses": {"a": dict(ANALYSIS)}} | changes


def analysis(**changes):
    return config(analyses={"a": ANALYSIS | changes})


def refused(document):
    with pytest.raises(ConfigError) as caught:
        check_config(document)
    assert caught.value.hint
    return str(caught.value)


def leaves(part, value, path=()):
    """List the paths of the schema's keys that ``value`` lacks."""
    if "$ref" in part:
        part = schema()["$defs"][part["$ref"].rsplit("/", 1)[1]]
    if not isinstance(value, dict):
        return
    for key, child in part.get("properties", {}).items():
        if key in value:
            yield from leaves(child, value[key], (*path, key))
        else:
            yield (*path, key)
    if isinstance(part.get("additionalProperties"), dict):
        for key in value.keys() - part.get("properties", {}).keys():
            yield from leaves(part["additionalProperties"], value[key], (*path, key))


def test_every_key_of_the_schema_is_filled_in():
    filled = check_config(config(scans={"s": {"kind": "asymptotic"}}))
    assert list(leaves(schema(), filled)) == []
    assert (filled["engine"], filled["minima"], filled["fallback"]) == (
        "compiled",
        "search",
        "none",
    )
    coverage = filled["scans"]["s"].pop("coverage")
    assert (coverage["experiments"], coverage["toys"], coverage["points"]) == (500, 200, None)
    toys = filled["scans"]["s"].pop("toys")
    assert (toys["signal"], toys["toys_per_task"], toys["precision"]) == (2000, 500, None)
    assert filled["scans"]["s"] == {
        "kind": "asymptotic",
        "mu_test": 1.0,
        "test_stat": "qtilde",
        "poi_bounds": None,
        "level": 0.95,
    }
    assert filled["analyses"]["a"]["cite"] == {"paper": None, "hepdata": None, "bibtex": None}


def test_what_is_given_stays_and_the_argument_is_not_changed():
    given = config(pyhf={"retry": "minuit"}, figures={"test_size": 0.1}, shards={"size": 3})
    before = copy.deepcopy(given)
    filled = check_config(given)
    assert given == before
    assert filled["pyhf"] == {"backend": "numpy", "optimizer": "scipy", "retry": "minuit"}
    assert filled["figures"]["test_size"] == 0.1
    assert filled["shards"] == {"size": 3}


def test_checking_twice_changes_nothing():
    filled = check_config(config())
    assert check_config(filled) == filled


def test_checking_scans_of_each_kind_twice_changes_nothing():
    kinds = schema()["properties"]["scans"]["additionalProperties"]["properties"]["kind"]["enum"]
    filled = check_config(config(scans={kind: {"kind": kind} for kind in kinds}))
    assert check_config(filled) == filled


def test_defaults_are_not_shared_between_two_configurations():
    check_config(config())["pyhf"]["retry"] = "scipy"
    assert check_config(config())["pyhf"]["retry"] == "none"


def test_defaults_of_the_schema_are_valid():
    assert check_config(check_config(config()))


def test_shipped_configurations_are_valid(project_folder, monkeypatch):
    monkeypatch.setenv("FITSCAN_DATA", "data")
    shipped = project_folder / "config"
    for path in (shipped / "config.yaml", shipped / "published.yaml"):
        check_config(yaml.safe_load(path.read_text()))


def test_engines_and_kinds_of_scans_are_those_of_the_registry():
    properties = schema()["properties"]
    kinds = properties["scans"]["additionalProperties"]["properties"]["kind"]["enum"]
    assert properties["engine"]["enum"] == list(REGISTRY)
    assert set(kinds) == {kind for engine in REGISTRY.values() for kind in engine.kinds}


def test_default_colours_are_those_of_the_figures():
    figures = check_config(config())["figures"]
    assert figures.keys() >= {"observed", "expected", "band"}
    assert Colors.chosen(figures) == Colors()


def test_styles_and_interpolations_are_those_that_there_are():
    figures = schema()["properties"]["figures"]["properties"]
    assert figures["style"]["enum"] == list(STYLES)
    assert figures["interpolation"]["properties"]["in"]["enum"] == list(SPACES)


@pytest.mark.parametrize("points", [None, ["a", "b"], {"m1": 3, "m2": [1, 2.5], "model": "wino"}])
def test_points_are_all_or_names_or_values_and_ranges_of_labels(points):
    assert check_config(analysis(points=points))["analyses"]["a"]["points"] == points


def test_scans_of_an_analysis_are_those_it_lists_or_all():
    scans = {name: {"kind": "asymptotic"} for name in ("s", "t")}
    analyses = {"a": dict(ANALYSIS), "b": ANALYSIS | {"scans": ["t"]}}
    filled = check_config({"analyses": analyses, "scans": scans})
    assert analysis_scans(filled) == [("a", "s"), ("a", "t"), ("b", "t")]


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({}, "the configuration lacks a key: 'analyses'"),
        ([], "the configuration is not valid: []. Hint: expected object"),
        (config(analyses=None), "analyses is not valid: null. Hint: expected object"),
        (config(analyses={}), "analyses is not valid: {}"),
        (config(analyses={"a": "w.json"}), "analyses.a is not valid: 'w.json'. Hint: expected obj"),
        ({"analysses": {"a": ANALYSIS}}, "an unknown key: 'analysses'. Hint: did you mean 'analy"),
        (config(engines="pyhf"), "unknown key: 'engines'. Hint: did you mean 'engine'?"),
        (config(nonsense=1), "unknown key: 'nonsense'. Hint: known: run, engine, "),
        (config(engine="phyf"), "engine is not valid: 'phyf'. Hint: one of compiled, pyhf"),
        (
            config(pyhf={"optimiser": "scipy"}),
            "pyhf has an unknown key: 'optimiser'. Hint: did you",
        ),
        (config(pyhf={"backend": "torch"}), "pyhf.backend is not valid: 'torch'. Hint: one of num"),
        (config(executor=""), "executor is not valid: ''"),
        (config(executor=3), "executor is not valid: 3. Hint: expected string"),
        (config(shards=5), "shards is not valid: 5"),
        (config(shards="many"), "shards is not valid: 'many'"),
        (config(shards={"size": 0}), "shards.size is not valid: 0. Hint: 0 is less than the min"),
        (config(shards={"size": 2.5}), "shards.size is not valid: 2.5. Hint: expected integer"),
        (config(shards={"size": "5"}), "'5'. Hint: expected integer; quotes make it text, and so"),
        (config(shards={"sise": 5}), "shards is not valid: {'sise': 5}"),
        (config(scans={}), "scans is not valid: {}"),
        (config(scans={"s": {}}), "scans.s lacks a key: 'kind'"),
        (config(scans={"s": {"kind": "toy"}}), "scans.s.kind is not valid: 'toy'. Hint: one of "),
        (
            config(scans={"s": {"kind": "toys"}}, engine="pyhf"),
            "scans.s: the engine pyhf does not support scans of kind toys",
        ),
        (
            config(scans={"s": {"kind": "limits", "toys": {"signal": 5}}}),
            "scans.s.toys has no meaning for kind limits",
        ),
        (
            config(scans={"s": {"kind": "toys"}}, fallback="pyhf"),
            "scans.s: the fallback pyhf does not support scans of kind toys",
        ),
        (
            config(scans={"s": {"kind": "toys", "toys": {"signals": 5}}}),
            "scans.s.toys has an unknown key: 'signals'. Hint: did you mean 'signal'?",
        ),
        (
            config(scans={"s": {"kind": "toys", "toys": {"near_contour_factor": 1}}}),
            "scans.s.toys.near_contour_factor is not valid: 1",
        ),
        (
            config(scans={"s": {"kind": "toys", "toys": {"toys_per_task": 0}}}),
            "scans.s.toys.toys_per_task is not valid: 0",
        ),
        (
            config(scans={"s": {"kind": "toys", "toys": {"precision": {"absolute": 0.01}}}}),
            "scans.s.toys.precision lacks a key: 'maximum'. Hint: Toys under each",
        ),
        (
            config(scans={"s": {"kind": "toys", "toys": {"precision": {"maximum": 5000}}}}),
            "does not say when there are enough toys",
        ),
        (
            config(
                scans={
                    "s": {
                        "kind": "toys",
                        "toys": {"precision": {"absolute": 0.01, "maximum": 50}},
                    }
                }
            ),
            "maximum is below the signal toys of the first round: 50",
        ),
        (
            config(scans={"s": {"kind": "coverage"}}, engine="pyhf"),
            "scans.s: the engine pyhf does not support scans of kind coverage",
        ),
        (
            config(scans={"s": {"kind": "coverage"}}, fallback="pyhf"),
            "scans.s: the fallback pyhf does not support scans of kind coverage",
        ),
        (
            config(scans={"s": {"kind": "toys", "coverage": {"experiments": 5}}}),
            "scans.s.coverage has no meaning for kind toys. Hint: set kind: coverage",
        ),
        (
            config(scans={"s": {"kind": "coverage", "toys": {"signal": 5}}}),
            "scans.s.toys has no meaning for kind coverage",
        ),
        (analysis(points=[]), "analyses.a.points is not valid: []"),
        (analysis(points={}), "analyses.a.points is not valid: {}"),
        (analysis(points="p"), "analyses.a.points is not valid: 'p'"),
        (analysis(points={"m": [1]}), "analyses.a.points"),
        (analysis(points={"m": [1, "b"]}), "analyses.a.points"),
        (analysis(control_regions="CR"), "analyses.a.control_regions is not valid: 'CR'"),
        (
            config(scans={"s": {"kind": "coverage", "coverage": {"points": []}}}),
            "scans.s.coverage.points is not valid: []",
        ),
        (
            config(scans={"s": {"kind": "coverage", "coverage": {"experiments": 0}}}),
            "scans.s.coverage.experiments is not valid: 0",
        ),
        (
            config(scans={"s": {"kind": "asymptotic", "test_stat": "q"}}),
            "scans.s.test_stat: q needs a signal strength that may be negative",
        ),
        (
            config(scans={"s": {"kind": "asymptotic", "test_stat": "q", "poi_bounds": [0, 5]}}),
            "a signal strength that may be negative: [0, 5]. Hint: set poi_bounds",
        ),
        (
            config(scans={"s": {"kind": "asymptotic", "poi_bounds": [5, 5]}}),
            "scans.s.poi_bounds are not increasing: [5, 5]",
        ),
        (
            config(scans={"s": {"kind": "asymptotic", "mu_test": 12, "poi_bounds": [0, 10]}}),
            "scans.s.mu_test lies outside poi_bounds: 12",
        ),
        (
            config(scans={"s": {"kind": "asymptotic", "level": 0.9}}),
            "scans.s.level has no meaning for kind asymptotic: 0.9. Hint: for exclusions",
        ),
        (
            config(engine="pyhf", scans={"s": {"kind": "limits"}}),
            "scans.s: the engine pyhf does not support scans of kind limits",
        ),
        (config(figures={"test_size": 1}), "figures.test_size is not valid: 1"),
        (
            config(figures={"test_size": "5%"}),
            "figures.test_size is not valid: '5%'. Hint: expecte",
        ),
        (analysis(workspce="w"), "analyses.a has an unknown key: 'workspce'. Hint: did you mean"),
        (analysis(cite={"papers": "x"}), "analyses.a.cite has an unknown key: 'papers'. Hint: did"),
        (analysis(sha256="abc"), "analyses.a.sha256 is not valid: 'abc'. Hint: expected text that"),
        (analysis(sha256=12), "analyses.a.sha256 is not valid: 12. Hint: expected string or null"),
        (analysis(axes="m"), "analyses.a.axes is not valid: 'm'. Hint: expected array or null"),
        (analysis(axes=["m", "m"]), "analyses.a.axes is not valid: ['m', 'm']"),
        (analysis(axes=["m", "n", "o"]), "analyses.a.axes is not valid: ['m', 'n', 'o']"),
        (analysis(title="x" * 100_000), "Hint: it has 100000 letters, at most 300 are allowed"),
        (analysis(scans=[]), "analyses.a.scans is not valid: []"),
        (analysis(scans=["t"]), "analyses.a.scans names a scan that is not defined: 't'. Hint: th"),
        (
            analysis(workspace=None),
            "analyses.a.workspace is not valid: null. Hint: expected string",
        ),
        ({"analyses": {"a": {"patches": "p"}}}, "analyses.a lacks a key: 'workspace'. Hint: The b"),
    ],
)
def test_fault_is_refused_with_its_key_its_value_and_a_hint(document, words):
    assert words in refused(document)


@pytest.mark.parametrize(
    "name",
    [
        "a/b",
        "a b",
        "a'b",
        'a"b',
        "a$b",
        "a{b}",
        "..",
        ".",
        ".a",
        "-a",
        "",
        "a\\b",
        "τ",
        "a;b",
        "a\n",
    ],
)
@pytest.mark.parametrize("part", ["analyses", "scans"])
def test_name_that_is_no_plain_folder_is_refused(name, part):
    value = {"analyses": ANALYSIS, "scans": {"kind": "asymptotic"}}[part]
    message = refused(config(**{part: {name: value}}))
    assert message.startswith(f"{part} is not valid: {name!r}. Hint: a name is letters, digits,")


@pytest.mark.parametrize("name", ["1Lbb", "3L-RJ", "a.b_c-d", "a..b"])
def test_plain_names_are_accepted(name):
    check_config(config(analyses={name: ANALYSIS}))


def test_name_that_yaml_reads_as_a_number_is_refused():
    assert refused(yaml.safe_load("analyses: {1: {workspace: w, patches: p}}")).startswith(
        "analyses is not valid: 1."
    )


@pytest.mark.parametrize("number", [".nan", ".inf", "-.inf", "0", "-1.0", "true", "9" * 400])
def test_signal_strength_is_a_finite_positive_number(number):
    """Was a bug: the .nan and .inf of YAML passed."""
    scans = yaml.safe_load(f"s: {{kind: asymptotic, mu_test: {number}}}")
    assert refused(config(scans=scans)).startswith("scans.s.mu_test is not valid: ")


def test_number_that_yaml_takes_for_text_is_explained():
    scans = yaml.safe_load("s: {kind: asymptotic, mu_test: 1e-3}")
    assert "'1e-3'. Hint: expected number; YAML reads 1e-3 as text" in refused(config(scans=scans))


def test_paths_get_their_environment_variables_and_home(monkeypatch):
    monkeypatch.setenv("FITSCAN_TEST", "/data")
    monkeypatch.setenv("HOME", "/home/me")
    paths = {"archive": "$FITSCAN_TEST/a.tar", "workspace": "${FITSCAN_TEST}/w", "patches": "~/p"}
    filled = check_config(analysis(**paths))["analyses"]["a"]
    assert filled["archive"].filled == "/data/a.tar"
    assert (filled["workspace"], filled["patches"]) == ("/data/w", "/home/me/p")


@pytest.mark.parametrize("key", ["archive", "workspace", "patches"])
def test_environment_variable_that_is_not_set_is_refused_at_once(monkeypatch, key):
    monkeypatch.delenv("FITSCAN_UNSET", raising=False)
    assert f"analyses.a.{key} uses an env" in refused(analysis(**{key: "$FITSCAN_UNSET/a"}))


def test_an_archive_is_an_address_which_shows_no_secret(monkeypatch):
    """Was a bug: what variables held went with the configuration into records of jobs and logs."""
    monkeypatch.setenv("FITSCAN_TEST", "swordfish")
    written = "https://me:marlin@example.org/a.tar?view=true&token=$FITSCAN_TEST"
    checked = check_config(analysis(archive=written))
    assert checked["analyses"]["a"]["archive"] == Address(written, "analyses.a.archive")
    for text in (repr(checked), pickle.dumps(checked).decode("latin-1")):
        assert "swordfish" not in text
    assert "marlin" not in repr(checked)
    recorded = check_config(analysis(archive=written), expand=False)["analyses"]["a"]
    assert recorded["archive"] == "https://***@example.org/a.tar?view=true&token=$FITSCAN_TEST"


@pytest.mark.parametrize("expand", [True, False])
def test_what_is_to_be_published_has_no_secret(expand):
    cite = {
        "paper": "see https://example.org/paper?token=swordfish",
        "hepdata": "https://me:marlin@example.org/record?q=a+longer+question",
        "bibtex": "@article{a, url = {https://me:marlin@example.org}}",
    }
    shown = check_config(analysis(cite=cite), expand=expand)["analyses"]["a"]["cite"]
    assert shown == {
        "paper": "see https://example.org/paper?token=***",
        "hepdata": "https://***@example.org/record?q=a+longer+question",
        "bibtex": "@article{a, url = {https://***@example.org}}",
    }


def test_a_message_about_a_wrong_value_shows_no_secret():
    """Was a bug: it showed the value, an address with its password."""
    message = refused(analysis(archive=["https://me:marlin@example.org/a.tar?token=swordfish"]))
    assert "https://***@example.org/a.tar?token=***" in message
    assert not [secret for secret in ("marlin", "swordfish") if secret in message]


@pytest.mark.parametrize(
    "changes",
    [
        {"workspace": "https://me:swordfish@example.org/w.json"},
        {"patches": "$FITSCAN_TEST/p.json"},
        {"overlays": [{"title": "other", "path": "https://me:swordfish@example.org/o.csv"}]},
        {"compare": {"title": "other", "path": "https://me:swordfish@example.org/o.csv"}},
        {"cross_section": {"title": "o", "path": "$FITSCAN_TEST/o.csv", "unit": "pb"}},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_only_an_archive_may_be_an_address(monkeypatch, changes):
    """Was a bug: Snakemake said that the file is missing, with the password."""
    monkeypatch.setenv("FITSCAN_TEST", "https://me:swordfish@example.org")
    message = refused(analysis(**changes))
    assert "is an address, and has to be the path of a file" in message
    assert "swordfish" not in message
    plain = {"archive": "a.tar", "workspace": "a://b"}
    assert check_config(analysis(**plain))["analyses"]["a"]["workspace"] == "a://b"


def test_limits_of_archives_are_those_of_the_code():
    limits = check_config(analysis())["archive_limits"]
    assert ArchiveLimits.of(limits) == ArchiveLimits()


def test_schema_describes_every_key():
    def undescribed(part, path):
        for key, child in part.get("properties", {}).items():
            if "description" not in child and "$ref" not in child:
                yield (*path, key)
            yield from undescribed(child, (*path, key))
        if isinstance(part.get("additionalProperties"), dict):
            yield from undescribed(part["additionalProperties"], (*path, "*"))

    document = schema()
    assert [*undescribed(document, ())] == []
    assert [*undescribed(document["$defs"]["analysis"], ("analysis",))] == []


def test_schema_is_read_from_the_package(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert not Path("config.schema.yaml").exists()
    schema.cache_clear()
    assert schema()["title"] == "fitscan configuration"


@pytest.mark.parametrize("key", ["signal", "seed", "toys_per_task"])
def test_whole_number_of_toys_with_a_decimal_point_is_refused(key: str) -> None:
    analyses = {"a": {"workspace": "w.json", "patches": "p.json"}}
    scan = {"kind": "toys", "toys": {key: 100.0}}
    with pytest.raises(ConfigError, match=rf"scans.s.toys.{key} is not valid: 100.0.*integer"):
        check_config({"analyses": analyses, "scans": {"s": scan}})


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"analyses": {"A": {"workspace": "w", "patches": "p", "theory": "SigXSec"}}},
            r"analyses\.A has a key under its old name: 'theory'\. "
            "Hint: it is now called signal_xsec_uncertainty",
        ),
        (
            {"analyses": {"A": {"workspace": "w", "patches": "p", "show_point": "a"}}},
            "it is now called detail_point",
        ),
        (
            {"scans": {"s": {"kind": "toys", "toys": {"within": 4}}}},
            "it is now called near_contour_factor",
        ),
        (
            {"scans": {"s": {"kind": "toys", "toys": {"most_failed": 0.1}}}},
            "it is now called max_failed_fraction",
        ),
        (
            {"scans": {"s": {"kind": "toys", "toys": {"block": 20}}}},
            "it is now called toys_per_task",
        ),
        (
            {"scans": {"s": {"kind": "coverage", "coverage": {"block": 20}}}},
            "it is now called experiments_per_task",
        ),
        ({"minima": "start"}, r"minima is not valid: 'start'\. Hint: it is now called default"),
    ],
    ids=str,
)
def test_key_of_an_earlier_version_is_an_error_that_names_the_new_one(changed, message):
    with pytest.raises(ConfigError, match=message):
        check_config(config(**changed))


def test_half_of_a_character_is_refused():
    """Was a TypeError of matplotlib, after the fits."""
    assert "half of a character" in refused(analysis(title="a \ud800"))
