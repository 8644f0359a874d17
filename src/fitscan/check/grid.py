"""What a configuration says of the points and labels of a likelihood, checked before any fit."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from fitscan.check.tables import check_tables
from fitscan.config.axes import drawn_axes
from fitscan.config.chosen import chosen_points
from fitscan.config.points import check_point_name, named_points
from fitscan.config.wanted import Wanted
from fitscan.errors import ConfigError, NotDrawable, naming
from fitscan.likelihood import Index
from fitscan.likelihood.combination.points import label_order, match_points

__all__ = ["check_best_expected", "check_grid", "chosen_index"]


def chosen_index(wanted: Wanted, analysis: str, likelihood: Index) -> Index:
    """Return the points of a likelihood that are fitted.

    Args:
        wanted: What the configuration asks for.
        analysis: Name of the analysis or statistical combination.
        likelihood: The points of its likelihood.

    Raises:
        ConfigError: `points` of the analysis chooses none, none that can be fitted, or what the
            grid does not have.
    """
    values = {point.name: point.values for point in likelihood.points}
    chosen = {*chosen_points(likelihood.labels, values, wanted.settings[analysis]["points"])}
    points = tuple(point for point in likelihood.points if point.name in chosen)
    if all(point.refused for point in points):
        first = points[0]
        raise ConfigError(
            "`points` chooses none that can be fitted; the first, "
            f"{first.name}: {first.refused.removesuffix('.')}"
        )
    return replace(likelihood, points=points)


def check_grid(
    wanted: Wanted, analysis: str, scan: str, *, likelihood: Index, axes: Sequence[str]
) -> None:
    """Check that tables, labels and names of points in a configuration fit a likelihood.

    Args:
        wanted: What the configuration asks for.
        analysis: Name of the analysis or statistical combination.
        scan: Name of the scan.
        likelihood: The points of the likelihood.
        axes: The labels of the grid that are drawn; none where it cannot be drawn.

    Raises:
        ConfigError: A table, a label or a name does not fit, or is of a point that is not fitted.
    """
    index = chosen_index(wanted, analysis, likelihood)
    settings = wanted.settings[analysis]
    _check_labels(wanted, analysis, index.labels)
    if wanted.user_files(analysis):
        check_tables(
            settings,
            axes=axes,
            points={p.name: dict(zip(index.labels, p.values, strict=True)) for p in index.points},
            test_size=wanted.config["figures"]["test_size"],
        )
    options = wanted.config["scans"][scan]
    names = [point.name for point in index.points]
    left_out = {point.name for point in likelihood.points} - {*names}
    of_scan = ((f"scans.{scan}.{key}", name) for key, name in named_points(options))
    for key, name in (("detail_point", settings["detail_point"]), *of_scan):
        if name in left_out:
            raise ConfigError(
                f"`{key}` names a point that `points` of {analysis} leaves out",
                value=name,
                hint="add it there, or name another point",
            )
        check_point_name(names, name, key=key)


def check_best_expected(wanted: Wanted, name: str, parts: Mapping[str, Index]) -> None:
    """Check what the configuration says of a choice among the results of parts.

    It fits nothing, so that figures would be the first to find it wrong.

    Args:
        wanted: What the configuration asks for.
        name: Name of the combination.
        parts: The points of each part that are fitted, the first part first.

    Raises:
        FitscanError: Parts have other labels than the first one; or a table or a label does not
            fit these.
    """
    settings = wanted.settings[name]
    order = label_order({part: index.labels for part, index in parts.items()}, settings["match"])
    labels = next(iter(parts.values())).labels
    values = {part: [p.values for p in index.points] for part, index in parts.items()}
    points = {str(number): place for number, place in enumerate(match_points(values, order))}
    with naming(name):
        _check_labels(wanted, name, labels)
        try:
            axes = drawn_axes(labels, points, settings["axes"], settings["slice"])
        except NotDrawable:
            return  # a note takes the place of figures
        check_tables(
            settings, axes=axes, points={}, test_size=wanted.config["figures"]["test_size"]
        )


def _check_labels(wanted: Wanted, analysis: str, labels: Sequence[str]) -> None:
    """Refuse settings for a label that the grid does not have."""
    config = wanted.config
    written = config["analyses"].get(analysis) or config["combinations"][analysis]
    for key, given in (
        ("axis_titles", written["axis_titles"]),
        ("hepdata.units", written.get("hepdata", {}).get("units", {})),
    ):
        for label in given:
            if label not in labels:
                raise ConfigError(
                    f"{key} of {analysis} names a label that the grid does not have",
                    value=label,
                    hint=f"its labels are {', '.join(labels)}",
                )
