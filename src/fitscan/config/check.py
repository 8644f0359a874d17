"""The configuration: checked, defaults filled in, before anything runs.

Takes what Snakemake read from YAML; gives a dictionary in which every key of
``config.schema.yaml`` is present, plain except for the addresses of archives. What a schema can
say is in ``config.schema``; here are the rules that join keys.
"""

import copy
import json
from collections.abc import Mapping
from typing import Any

from fitscan.address import Address, expand_path
from fitscan.config.combinations import check_combinations, combination_scans
from fitscan.config.schema import Config, check_schema, schema, with_defaults
from fitscan.errors import ConfigError
from fitscan.masking import masked

__all__ = ["analysis_scans", "check_config"]


def check_config(config: Config, *, expand: bool = True) -> Config:
    """Return a copy of ``config`` with defaults filled in, or say what is wrong with it.

    Args:
        config: The configuration as it was read.
        expand: Whether it is to be used: archives are of the class ``Address``, and in paths
            environment variables and ``~`` are filled in. Otherwise it is to be recorded: all is
            as it was written, with the secrets of addresses masked.

    Raises:
        ConfigError: An unknown key, a value of the wrong type or out of range, an analysis that
            names a scan which is not defined, a combination that cannot be, or an environment
            variable that is not set.
    """
    try:
        json.dumps(config, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError as half:
        raise ConfigError(
            "the configuration has half of a character, which no file can hold",
            value=half.object[max(0, half.start - 20) : half.end],
            hint="write the character itself instead of \\ud800 and the like",
        ) from None
    check_schema(config)
    filled: Config = with_defaults(copy.deepcopy(config), schema())
    _check_scans(filled)
    for name, analysis in filled["analyses"].items():
        unknown = [scan for scan in analysis["scans"] or [] if scan not in filled["scans"]]
        if unknown:
            raise ConfigError(
                f"analyses.{name}.scans names a scan that is not defined",
                value=unknown[0],
                hint=f"the scans are {', '.join(filled['scans'])}",
            )
        if analysis["sha256"] is not None and analysis["archive"] is None:
            raise ConfigError(
                f"analyses.{name}.sha256 has no meaning without an archive",
                value=analysis["sha256"],
                hint="leave it out; only archives are checked",
            )
        if expand:
            _expand_likelihood(analysis, where=f"analyses.{name}")
    _check_minimisers(filled["pyhf"])
    if expand:
        filled["executor"] = expand_path(filled["executor"], where="executor")
    for section in ("analyses", "combinations") if expand else ():
        _expand_given(filled[section], where=section)
    check_combinations(filled)
    kinds = {filled["scans"][scan]["kind"] for _, scan in analysis_scans(filled)}
    if filled["benchmark"] is not None and "asymptotic" not in kinds:
        raise ConfigError(
            "benchmark times scans of kind asymptotic, but there are none",
            hint="add scans: {hypotest: {kind: asymptotic}}, or leave benchmark out",
        )
    return filled if expand else _recorded(filled)


def _expand_likelihood(analysis: Config, *, where: str) -> None:
    """Fill environment variables into paths; into the address of an archive where it is used."""
    fill = _local_path if analysis["archive"] is None else expand_path
    for key in ("workspace", "patches"):
        if analysis[key] is not None:
            analysis[key] = fill(analysis[key], where=f"{where}.{key}")
    address = Address.of(analysis["archive"], where=f"{where}.archive")
    if address is not None:
        expand_path(address.written, where=address.where)  # to say at once that one is not set
    analysis["archive"] = address
    # They are to be published.
    analysis |= {key: _without_secrets(analysis[key]) for key in ("cite", "hepdata")}


def _recorded(config: Config) -> Config:
    """Return a configuration without secrets."""
    recorded: Config = _without_secrets(config)
    for name, analysis in config["analyses"].items():
        address = Address.of(analysis["archive"])
        recorded["analyses"][name]["archive"] = address and address.recorded
    return recorded


def _local_path(path: str, *, where: str) -> str:
    """Fill environment variables into a path; Snakemake shows it, so it must be no address."""
    expanded = expand_path(path, where=where)
    if "://" in expanded:
        raise ConfigError(
            f"{where} is an address, and has to be the path of a file",
            value=path,
            hint="download the file and give its path; only `archive` may be an address",
        )
    return expanded


def _without_secrets(part: Any) -> Any:
    """Return a part of the configuration with the secrets masked of all addresses in its texts."""
    match part:
        case dict():
            return {key: _without_secrets(value) for key, value in part.items()}
        case list():
            return [_without_secrets(value) for value in part]
        case str():
            return masked(part, query="named")
    return part


def _expand_given(section: Config, *, where: str) -> None:
    """Fill environment variables into the paths of the tables that a user gives."""
    for name, settings in section.items():
        for key in ("overlays", "compare", "cross_section"):
            given = settings[key] if isinstance(settings[key], list) else [settings[key]]
            for table in filter(None, given):
                table["path"] = _local_path(table["path"], where=f"{where}.{name}.{key}.path")


def _check_scans(config: Config) -> None:
    """Refuse options of a scan that contradict one another."""
    for name, scan in config["scans"].items():
        where = f"scans.{name}"
        _check_kind(scan, config, where=where)
        _check_toys(scan["toys"], where=f"{where}.toys")
        _check_strengths(scan, where=where)


def _check_kind(scan: Config, config: Config, *, where: str) -> None:
    """Refuse options that are of another kind of scan, and an engine that does not do this kind."""
    kind = scan["kind"]
    options = schema()["properties"]["scans"]["additionalProperties"]["properties"]
    has_level = kind in {"limits", "coverage"} or scan["toys"]["limits"] is not None
    if scan["level"] != options["level"]["default"] and not has_level:
        raise ConfigError(
            f"{where}.level has no meaning for kind {kind}",
            value=scan["level"],
            hint="for exclusions set figures.test_size",
        )
    if kind != "asymptotic" and config["engine"] == "pyhf":
        raise ConfigError(
            f"{where}: the engine pyhf does not support scans of kind {kind}",
            hint="use engine: compiled, which the audit compares with pyhf",
        )
    for other in ("toys", "coverage"):  # each has options of its name
        if kind != other and scan[other] != with_defaults({}, options[other]):
            raise ConfigError(
                f"{where}.{other} has no meaning for kind {kind}", hint=f"set kind: {other}"
            )
    if kind != "asymptotic" and config["fallback"] == "pyhf":
        raise ConfigError(
            f"{where}: the fallback pyhf does not support scans of kind {kind}",
            hint="set fallback: none; the log then names the points that the engine rejects",
        )


def _check_strengths(scan: Config, *, where: str) -> None:
    """Refuse bounds of the signal strength that exclude one which is tested."""
    bounds, mu_test = scan["poi_bounds"], scan["mu_test"]
    if scan["test_stat"] == "q" and not (bounds and bounds[0] < 0):
        raise ConfigError(
            f"{where}.test_stat: q needs a signal strength that may be negative",
            value=bounds,
            hint="set poi_bounds, such as [-5, 10]; with a lower bound of 0, q is qtilde",
        )
    if bounds is None:
        return
    if not bounds[0] < bounds[1]:
        raise ConfigError(
            f"{where}.poi_bounds are not increasing",
            value=bounds,
            hint="the lower bound comes first",
        )
    if not bounds[0] <= 0 < bounds[1]:
        raise ConfigError(
            f"{where}.poi_bounds exclude 0, the signal strength without a signal",
            value=bounds,
            hint="set a lower bound of 0 or less",
        )
    if not bounds[0] <= mu_test <= bounds[1]:
        raise ConfigError(
            f"{where}.mu_test lies outside poi_bounds", value=mu_test, hint=f"they are {bounds}"
        )


def _check_minimisers(pyhf: Config) -> None:
    """Refuse a second minimiser that is the first one."""
    if pyhf["retry"] == pyhf["optimizer"]:
        raise ConfigError(
            "pyhf.retry is the minimiser that has failed, pyhf.optimizer",
            value=pyhf["retry"],
            hint="set the other one, or none",
        )


def _check_toys(toys: Config, *, where: str) -> None:
    """Refuse a precision that asks for nothing, or a maximum below the first round."""
    precision = toys["precision"]
    if precision is None:
        return
    if precision.get("significance") is None and precision.get("absolute") is None:
        raise ConfigError(
            f"{where}.precision does not say when there are enough toys",
            hint="set significance, absolute, or both",
        )
    for hypothesis in ("signal", "background"):
        number = toys[hypothesis]
        if precision["maximum"] < number:
            raise ConfigError(
                f"{where}.precision.maximum is below the {hypothesis} toys of the first round",
                value=precision["maximum"],
                hint=f"they are {number}",
            )


def analysis_scans(config: Mapping[str, Any]) -> list[tuple[str, str]]:
    """List the pairs (analysis, scan) of a checked configuration, in its order.

    Statistical combinations come last; they are fitted like any other analysis.
    """
    analyses = [
        (analysis, scan)
        for analysis, settings in config["analyses"].items()
        for scan in settings["scans"] or config["scans"]
    ]
    return analyses + combination_scans(config, "statistical")
