"""What a configuration names, checked before anything is fetched or fitted.

The schema says what each key may hold; here files are looked at, and texts and colours of figures,
which otherwise would be found wrong after the fits.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from fitscan.check.tables import check_files
from fitscan.config.wanted import Wanted
from fitscan.errors import ConfigError, FitscanError, naming
from fitscan.likelihood.fetch import local_files

__all__ = ["check_user_input"]

# What Snakemake reads in a path as wildcards and as variables of its own.
_SPECIAL = re.compile(r"[<>{}]")


def check_user_input(
    wanted: Wanted, *, on_disk: Callable[[str], str] = str, may_be_made: bool = False
) -> None:
    """Check names, files, texts and colours of a configuration.

    Args:
        wanted: What the configuration asks for.
        on_disk: Takes the name of a file of results; gives its path.
        may_be_made: See ``fitscan.likelihood.fetch.local_files``.

    Raises:
        FitscanError: A name of an analysis is that of a file of results; a file does not exist, is
            not a file, is not a table where one is needed, or has a name that Snakemake cannot
            take; a text has math that cannot be read; a colour does not exist.
    """
    _check_names(wanted)
    for name, analysis in wanted.config["analyses"].items():
        with naming(f"analyses.{name}", "."):
            files = local_files(analysis, may_be_made=may_be_made)
        _check_paths(files, where=f"analyses.{name}")
    for name, settings in wanted.settings.items():
        where = _key(wanted, name)
        _check_paths(wanted.user_files(name), where=where)
        if wanted.user_files(name):
            with naming(where, "."):
                check_files(settings)
    # matplotlib takes a while to load: once there are results, figures tell what is wrong.
    if not all(Path(on_disk(file)).exists() for file in wanted.tables("results.csv")):
        _check_looks(wanted.config["figures"], wanted.settings)


def _check_names(wanted: Wanted) -> None:
    """Refuse an analysis whose folder would have the name of a file, or be that of benchmarks."""
    files = {*wanted.files(), *wanted.benchmark.files()}
    taken = {"results/benchmark"} if wanted.benchmark.timed else set()
    for name in wanted.settings:
        if f"results/{name}" in files | taken:
            kind = "a file" if f"results/{name}" in files else "the benchmarks"
            raise ConfigError(
                f"{_key(wanted, name)} has the name of {kind} of the results",
                value=name,
                hint="choose another name",
            )


def _key(wanted: Wanted, name: str) -> str:
    """Return the key of an analysis or of a combination."""
    return f"{'analyses' if name in wanted.config['analyses'] else 'combinations'}.{name}"


def _check_paths(paths: Iterable[str], *, where: str) -> None:
    for path in paths:
        special = _SPECIAL.search(path)
        if special:
            raise ConfigError(
                f"{where} names a file with {special.group()!r}, which Snakemake cannot take",
                value=path,
                hint="rename the file or its folder, or make a symbolic link to it",
            )


def _check_looks(figures: Mapping[str, Any], analyses: Mapping[str, Mapping[str, Any]]) -> None:
    if any(figures[name] is not None for name in ("observed", "expected", "band")):
        from fitscan.plots.colors import Colors  # noqa: PLC0415

        Colors.chosen(figures)
    texts = [
        (f"{name}.{key}", text)
        for name, settings in analyses.items()
        for key, text in _texts(settings)
        if text.count("$") > 1
    ]
    if texts:
        from fitscan.plots.header import readable  # noqa: PLC0415

        for where, text in texts:
            try:
                readable(text)
            except FitscanError as error:
                raise ConfigError(f"{where}: {error.what}", value=text, hint=error.hint) from None


def _texts(settings: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """Yield the texts of figures of an analysis, each with its key."""
    if settings["title"] is not None:
        yield "title", settings["title"]
    for label, text in settings["axis_titles"].items():
        yield f"axis_titles.{label}", text
    for key in ("overlays", "compare", "cross_section"):
        given = settings[key] if isinstance(settings[key], list) else [settings[key]]
        for table in filter(None, given):
            for part in ("title", "unit"):
                if part in table:
                    yield f"{key}.{part}", table[part]
