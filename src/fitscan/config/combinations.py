"""What a configuration combines: checked, and as settings like those of an analysis.

Takes the configuration with its defaults; gives pairs (combination, scan), and the settings of all
that is fitted: the analyses, and the statistical combinations, which are fitted like any other.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from fitscan.config.combination_words import combined_cite, combined_hepdata
from fitscan.errors import ConfigError

__all__ = ["check_combinations", "combination_scans", "combined_settings", "fitted_analyses"]

Config = Mapping[str, Any]


def check_combinations(config: Config) -> None:
    """Refuse combinations that contradict the rest of the configuration.

    Raises:
        ConfigError: A name that an analysis has, a part that is unknown or cannot be combined, no
            scan that all parts run, or an option that the way of combining does not have.
    """
    analyses = list(config["analyses"])
    for name, combination in config["combinations"].items():
        where, parts = f"combinations.{name}", combination["of"]
        if name in analyses:
            raise ConfigError(
                f"{where} has the name of an analysis", value=name, hint="rename one of them"
            )
        statistical = combination["how"] == "statistical"
        # A combination of combinations would hide which parts, and which correlations, are in it.
        _check_names(parts, analyses if statistical else _fitted(config), key=f"{where}.of")
        if parts[0] in combination["match"]:
            raise ConfigError(
                f"{where}.match names the first part, whose labels are those of the combination",
                value=parts[0],
                hint="list only other parts; write their labels in the order of the first part",
            )
        _check_names(combination["match"], parts, key=f"{where}.match")
        _check_names(combination["scans"] or [], config["scans"], key=f"{where}.scans")
        if not statistical:
            _check_chosen(config, name)
        if "lumi" in combination["decorrelate"]:
            raise ConfigError(
                f"{where}.decorrelate names the luminosity, but a workspace has only one",
                value="lumi",
                hint="leave it out",
            )


def fitted_analyses(config: Config) -> dict[str, Any]:
    """Return the settings of all that is fitted, by name: analyses and statistical combinations."""
    return {name: _settings(config, name) for name in _fitted(config)}


def combined_settings(config: Config, name: str) -> dict[str, Any]:
    """Return the settings of a combination, with all that the settings of an analysis have.

    It cites what its parts cite, see ``config.combination_words``. How it is drawn, it may take
    from those of its parts whose labels have the same names, the first one first.
    """
    combination = config["combinations"][name]
    parts = [_settings(config, part) for part in combination["of"]]
    alike = [
        settings
        for part, settings in zip(combination["of"], parts, strict=True)
        if part not in combination["match"]
    ]
    axes = [settings["axes"] for settings in alike if settings["axes"]]
    titles: dict[str, str] = {}
    for settings in (*reversed(alike), combination):
        titles |= settings["axis_titles"]
    return {
        **combination,
        "axes": combination["axes"] or next(iter(axes), None),
        "axis_titles": titles,
        "slice": combination["slice"] or next((s["slice"] for s in alike if s["slice"]), {}),
        "archive": None,
        "workspace": f"resources/likelihoods/{name}/workspace.json",
        "patches": f"resources/likelihoods/{name}/patchset.json",
        "cite": combined_cite(parts),
        "hepdata": combined_hepdata(parts),
    }


def combination_scans(config: Config, how: str | None = None) -> list[tuple[str, str]]:
    """List the pairs (combination, scan), of all combinations or of those made in one way."""
    return [
        (name, scan)
        for name, combination in config["combinations"].items()
        if how in {None, combination["how"]}
        for scan in combination["scans"] or _possible_scans(config, combination)
    ]


def _fitted(config: Config) -> list[str]:
    """Name all that is fitted."""
    combinations = config["combinations"].items()
    statistical = [name for name, made in combinations if made["how"] == "statistical"]
    return [*config["analyses"], *statistical]


def _settings(config: Config, name: str) -> dict[str, Any]:
    """Return the settings of an analysis or of a combination."""
    analysis: dict[str, Any] | None = config["analyses"].get(name)
    return combined_settings(config, name) if analysis is None else analysis


def _possible_scans(config: Config, combination: Config) -> list[str]:
    """List the scans that a combination can have: to choose among results, parts must have run."""
    if combination["how"] == "statistical":
        return list(config["scans"])
    run = [_settings(config, part)["scans"] or config["scans"] for part in combination["of"]]
    return [scan for scan in config["scans"] if all(scan in scans for scans in run)]


def _check_chosen(config: Config, name: str) -> None:
    """Check what a choice among the results of parts has to obey."""
    combination, where = config["combinations"][name], f"combinations.{name}"
    possible = _possible_scans(config, combination)
    if not possible:
        raise ConfigError(
            f"{where}: the parts have no scan in common",
            value=combination["of"],
            hint="see `scans` of these analyses",
        )
    _check_names(combination["scans"] or [], possible, key=f"{where}.scans")
    for key in (
        "decorrelate",
        "points",
        "detail_point",
        "compare",
        "cross_section",
        "signal_xsec_uncertainty",
    ):
        if combination[key]:
            raise ConfigError(
                f"{where}.{key} has no meaning for best_expected, which fits nothing",
                value=combination[key],
                hint="leave it out, or set how: statistical",
            )


def _check_names(names: Iterable[str], known: Iterable[str], *, key: str) -> None:
    for name in names:
        if name not in known:
            raise ConfigError(
                f"unknown name in {key}",
                value=name,
                hint=f"known names: {', '.join(known)}",
            )
