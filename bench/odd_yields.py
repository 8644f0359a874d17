"""Count the points whose lowest minima have odd yields, by the number that decides which are odd.

    FITSCAN_DATA=... python bench/odd_yields.py

Prints for each published likelihood, and for numbers beside ``thresholds.ODD_YIELD``, how many
points with a lower minimum are marked, and at how many a minimum from the initial values would be.
"""

from published import ANALYSES, load

from fitscan.engines.compiled import thresholds
from fitscan.engines.compiled.fits.starts import background_starts
from fitscan.engines.compiled.inference.hypotest import hypotest
from fitscan.engines.compiled.inference.minima import search_minima
from fitscan.engines.compiled.inference.odd_yields import odd_yields
from fitscan.likelihood.patching import apply_patch
from fitscan.model import Analysis, Model
from fitscan.model.arrays import FloatArray

CUTS = (0.0, 0.5, 0.9, 1.0, 1.4, 1.7, 2.0, 2.5, 3.0, 4.0)

Minima = list[tuple[Model, list[FloatArray]]]


def minima_of(name: str) -> tuple[Minima, Minima]:
    """Return the minima from the initial values, and the lower ones of the points that have any."""
    workspace, patches = load(name)
    analysis = Analysis(workspace)
    default: Minima = []
    lowest: Minima = []
    for patch, operations in patches:
        model = analysis.model(apply_patch(workspace, operations, where=patch))
        assert model.background is not None
        if not default or default[-1][0].background is not model.background:
            starts = background_starts(model.background)
        test = hypotest(model)
        found = search_minima(model, test, starts)
        default.append((model, [fit.pars for fit in test.fits.values()]))
        if found.delta_nll > 0.0:
            before = [fit.nll for fit in test.fits.values()]
            fits = zip(found.test.fits.values(), before, strict=True)
            lowest.append((model, [fit.pars for fit, nll in fits if fit.nll < nll - 1e-6]))
    return default, lowest


def main() -> None:
    """Print the table."""
    print(f"{'':8}{'points':>8}{'number':>8}{'lower':>8}{'marked':>8}{'default marked':>16}")
    for name in ANALYSES:
        default, lowest = minima_of(name)
        for cut in CUTS:
            thresholds.ODD_YIELD = cut
            marked, doubted = (
                sum(any(odd_yields(model, pars)) for model, pars in minima)
                for minima in (lowest, default)
            )
            print(f"{name:8}{len(default):8}{cut:8}{len(lowest):8}{marked:8}{doubted:16}")


if __name__ == "__main__":
    main()
