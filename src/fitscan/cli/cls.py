"""``fitscan cls``: the test of one signal."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from fitscan.cli.answers import (
    EXIT_STATUS,
    aligned,
    number,
    odd_yields,
    said,
    with_band,
    write,
)
from fitscan.cli.arguments import bar_is_shown, one_signal, options_of_fits, signal_of

if TYPE_CHECKING:
    from fitscan.api.results import HypotestResult, ToysResult

__all__ = ["command"]


@click.command("cls", epilog=EXIT_STATUS)
@one_signal
@click.option(
    "--mu",
    "--test-poi",
    "mu",
    type=float,
    default=1.0,
    show_default=True,
    help="The signal strength that is tested.",
)
@options_of_fits
@click.option(
    "--toys",
    type=click.IntRange(min=1),
    metavar="N",
    help="Throw N toys under each hypothesis, in place of the asymptotic formulae.",
)
@click.option("--seed", type=click.IntRange(min=0), help="Seed of the toys.  [default: 0]")
@click.option(
    "--processes", type=click.IntRange(min=1), help="Processes that throw toys.  [default: 1]"
)
@click.option("--json", "as_json", is_flag=True, help="Write JSON, with the names of the results.")
def command(
    workspace: str,
    patches: tuple[str, ...],
    more_patches: tuple[str, ...],
    *,
    mu: float,
    toys: int | None,
    seed: int | None,
    processes: int | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Test a signal: observed and expected CLs.

    Each PATCH is a file with a JSON patch of the WORKSPACE; without one, the workspace has its
    signal in it. A file may be -, which is stdin.

    \b
    Examples:
        fitscan cls BkgOnly.json patch.json
        fitscan cls BkgOnly.json --patchset patchset.json --name C1N2_Wh_hbb_1000_0
        curl -sL https://example.org/workspace.json | fitscan cls -p patch.json --json
    """
    if toys is None and (seed, processes) != (None, None):
        raise click.UsageError("--seed and --processes need --toys.")
    likelihood, signal, title = signal_of(workspace, patches, more_patches, **options)
    title += f", mu = {mu:g}"
    if toys is None:
        tested = likelihood.hypotest(signal, mu=mu)
        write(tested, _tested(title, tested), status=tested.status, as_json=as_json)
    else:
        thrown = likelihood.toys(
            signal,
            mu=mu,
            signal=toys,
            background=toys,
            seed=seed or 0,
            processes=processes or 1,
            progress=bar_is_shown(),
        )
        write(thrown, _thrown(title, thrown), status=thrown.status, as_json=as_json)


def _tested(title: str, found: "HypotestResult") -> Iterator[str]:
    """Return a test for people, with that at the lowest minima where it differs."""
    lowest = found.lowest if found.lowest is not None and found.lowest.delta_nll > 0.0 else None
    rows = [("CLs", found.CLs_obs, found.CLs_exp)]
    if lowest is not None:
        rows.append(("  at lowest minima", lowest.CLs_obs, lowest.CLs_exp))
    table = [*with_band(rows), ("mu_hat", number(found.mu_hat))]
    if lowest is not None:
        table.append(("  at lowest minima", number(lowest.mu_hat)))
    yield title
    yield from aligned(table)
    yield from odd_yields(lowest)
    yield from said(found)


def _thrown(title: str, found: "ToysResult") -> Iterator[str]:
    """Return a test by toys for people."""
    yield title
    yield from aligned(
        [
            *with_band(
                [
                    ("CLs", found.CLs_obs, found.CLs_exp),
                    ("  uncertainty", found.CLs_obs_error, found.CLs_exp_error),
                ]
            ),
            ("  asymptotic", number(found.asymptotic)),
            ("mu_hat", number(found.mu_hat)),
        ]
    )
    yield (
        f"toys: {found.n_signal} with the signal, {found.n_background} without, "
        f"{found.n_failed} failed; seed {found.seed}"
    )
    if not found.enough:
        yield "too few to tell on which side of 0.05 CLs is, by three standard deviations"
    yield from said(found)
