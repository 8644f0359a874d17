"""``fitscan init``: a configuration for a likelihood, with comments."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from fitscan.cli.example import EXAMPLE, copy_example
from fitscan.errors import ConfigError
from fitscan.files import write_text

if TYPE_CHECKING:  # the help of this command need not wait for what reads likelihoods
    from fitscan.likelihood.survey import Found

__all__ = ["command", "configuration"]


@click.command("init")
@click.argument("source", required=False, metavar="[ARCHIVE|FOLDER|WORKSPACE]")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    default="my.yaml",
    show_default=True,
    help="The configuration; a file that exists is left as it is.",
)
def command(source: str | None, *, output: Path) -> None:
    """Write a configuration for a likelihood.

    It has comments, and what it names is read and checked. An ARCHIVE is a path, URL or DOI as
    HEPData has it; a WORKSPACE is looked at with the patches in its folder. Without any of them the
    configuration is that of the example, which is copied here.

    \b
    Examples:
        fitscan init likelihoods.tar.gz
        fitscan init Region-combined/BkgOnly.json --output staus.yaml
    """
    from fitscan.address import Address
    from fitscan.likelihood.compressed import without_suffix
    from fitscan.likelihood.download import fetch_archive
    from fitscan.likelihood.survey import survey

    if output.exists():
        raise ConfigError(
            "the file exists, and is left as it is",
            value=str(output),
            hint="name another one with --output",
        )
    if source is None:
        for line in copy_example(Path(), configured=False):
            click.echo(line, err=True)
    address = Address(source or str(EXAMPLE), where="the argument")
    if address.is_remote:
        path = fetch_archive(address, cache=Path("resources/archives"))
    else:
        path = Path(address.filled)
    found = survey(path, label=str(address))
    is_archive = address.is_remote or not (
        path.is_dir() or without_suffix(path.name).endswith(".json")
    )
    archive = address.written if is_archive else None
    write_text(output, configuration(found, archive=archive, output=output))
    click.echo(f"{output} is written; now its likelihood is checked", err=True)
    for line in _checked(output):
        click.echo(line)


def _checked(output: Path) -> Iterator[str]:
    """Read and verify the likelihoods of a configuration, and yield what they are."""
    from fitscan.check.likelihood import likelihood_folder
    from fitscan.check.read import read_config
    from fitscan.config.check import check_config
    from fitscan.config.wanted import Wanted
    from fitscan.likelihood import read_index

    wanted = Wanted(check_config(read_config([output])))
    with TemporaryDirectory() as temporary:
        for analysis in wanted.config["analyses"]:
            folder = likelihood_folder(wanted, analysis, Path(temporary))
            if folder is not None:
                index = read_index(folder / "points.json")
                labels = ", ".join(index.labels) or "no labels"
                yield f"{analysis}: {len(index.points)} signal hypotheses ({labels})"
    yield f"Next: fitscan check {output}, and fitscan run {output}"


def configuration(found: "Sequence[Found]", *, archive: str | None, output: Path) -> str:
    """Return the text of a configuration of the first likelihood, with the others as comments.

    Args:
        found: The likelihoods.
        archive: Their archive; None if they are plain files.
        output: The name of the configuration.
    """
    names = _names(found, archive)
    first = [_TOP.format(output=output), *_entry(names[0], found[0], archive)]
    first += [_OPTIONS.format(axis=_axis_titles(found[0].labels))]
    others = [
        f"#{line}"
        for name, each in zip(names[1:], found[1:], strict=True)
        for line in ("", *_entry(name, each, archive))
    ]
    if others:
        others = ["", "  # Other likelihoods that are there:", *others[1:]]
    return "\n".join([*first, *others, "", _SCANS])


def _entry(name: str, found: "Found", archive: str | None) -> list[str]:
    """Return the lines of an analysis."""
    import yaml

    # YAML reads 2018 as a number, and `off` as false.
    key = name if yaml.safe_load(name) == name else _quoted(name)
    lines = [f"  {key}:  # becomes the folder of its results"]
    if archive is not None:
        lines.append(f"    archive: {_quoted(archive)}")
    lines.append(f"    workspace: {_quoted(found.workspace)}")
    if found.patches is None:
        lines.append("    # There are no patches: the workspace with its signal is the only point.")
    else:
        lines.append(f"    # {found.points} signal hypotheses; labels: {', '.join(found.labels)}.")
        if "{" in found.patches:
            lines.append("    # Names in braces are those of the labels: call them as you like.")
        lines.append(f"    patches: {_quoted(found.patches)}")
    if len(found.measurements) > 1:
        lines.append(f"    # One of {', '.join(found.measurements)}.")
        lines.append(f"    measurement: {_quoted(found.measurements[0])}")
    return lines


def _names(found: "Sequence[Found]", archive: str | None) -> list[str]:
    """Name analyses: by their folder, by the archive, or by the workspace."""
    names: list[str] = []
    for each in found:
        path = PurePosixPath(each.workspace)
        own = path.parent.name or PurePosixPath(archive or "").name or path.name
        name = re.sub(r"(\.tar)?\.[a-z0-9]+$", "", own)
        name = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-_") or "mine"
        names.append(name if name not in names else f"{name}-{len(names) + 1}")
    return names


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # which is YAML as well


def _axis_titles(labels: Sequence[str]) -> str:
    return ", ".join(f"{label}: '${label}$ [GeV]'" for label in labels or ("m1",))


_TOP = """\
# What fitscan computes. Start it with: fitscan run {output}
# Keys that are left out have their defaults; config/README.md of fitscan describes all of them.

analyses:"""

_OPTIONS = """\
    # title: "As on figures, with TeX between dollar signs"
    # axis_titles: {{{axis}}}
    # signal_xsec_uncertainty: SigXSec   # the modifier of patches that is the uncertainty
    # overlays: [{{title: published, path: published.csv}}]   # other results on the figure
    # compare: {{title: pyhf, path: reference.csv}}           # CLs to compare all points with"""

_SCANS = """\
# What is computed at each point. A name becomes a folder of results.
scans:
  hypotest: {kind: asymptotic}   # CLs, observed and expected
  # limits: {kind: limits}       # upper limits on the signal strength, and the significance
  # toys: {kind: toys}           # CLs from pseudo-experiments

# engine: pyhf       # the reference implementation in place of the compiled engine
# executor: parsl    # where fits run; docs/remote.md of fitscan
"""
