"""Points by NextStat as it comes, with one thread; `by_nextstat.py FOLDER`."""

import time
from importlib.metadata import version
from statistics import NormalDist
from typing import Any

import nextstat
from serving import read, serve

NORMAL = NormalDist()


def asymptotic(points: list[str]) -> dict[str, Any]:
    """Test points, from the text of their workspaces to CLs.

    `hypotest` returns no expected CLs, but its tail probabilities contain them: their normal
    quantiles differ by the square root of q of the Asimov data (arXiv:1007.1727, Eqs. 62 to 66).
    """
    cpu, tests = 0.0, {}
    for point in points:
        text = read(point)
        start = time.process_time()
        model = nextstat.from_pyhf(text)
        CLs, (CLsb, CLb) = nextstat.hypotest(1.0, model, return_tail_probs=True)
        cpu += time.process_time() - start
        root_q_asimov = NORMAL.inv_cdf(CLb) - NORMAL.inv_cdf(CLsb)
        tests[point] = {"CLs": [CLs, 2.0 * NORMAL.cdf(-root_q_asimov)], "nll": minima(model)}
    return {"cpu_s": cpu / len(points), "tests": tests}


def minima(model: Any) -> dict[str, float]:
    """Return NLLs of the fits to the data, less that at the initial values."""
    scan = nextstat.profile_scan(model, [0.0, 1.0])
    background, signal = (point["nll_mu"] for point in scan["points"])
    initial = model.nll(model.suggested_init())
    fits = {"background": background, "signal": signal, "free": scan["nll_hat"]}
    return {fit: nll - initial for fit, nll in fits.items()}


def toys(points: list[str]) -> dict[str, Any]:
    """Throw and fit toys of both hypotheses; the time is that of one of each.

    `hypotest_toys` fits the data first. What it takes longer for three toys is two toys.
    """
    cpu = 0.0
    for point in points:
        model = nextstat.from_pyhf(read(point))
        for count, sign in ((1, -0.5), (3, 0.5)):
            start = time.process_time()
            nextstat.hypotest_toys(1.0, model, n_toys=count, seed=1)
            cpu += sign * (time.process_time() - start)
    return {"cpu_s": cpu / len(points)}


if __name__ == "__main__":
    nextstat.set_threads(1)
    serve(version("nextstat"), {"asymptotic": asymptotic, "toys": toys})
