"""The engine ``pyhf``: the reference implementation, asked for one point at a time.

pyhf keeps its backend in a process-wide state, which is set and restored in ``pyhf_backend`` and
nowhere else.
"""

import importlib.metadata
import logging
import math
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fitscan.columns import CLS, Row
from fitscan.engines.cross_section import SHIFTS, with_parameter_held
from fitscan.errors import MissingExtra
from fitscan.garbage import collection_paused

__all__ = [
    "fit_point",
    "pyhf_backend",
    "pyhf_hypotest",
    "pyhf_model",
    "warnings_logged",
]

log = logging.getLogger(__name__)


@contextmanager
def pyhf_backend(backend: str, optimizer: str) -> Iterator[None]:
    """Set pyhf's backend (in double precision) and optimizer, and restore what was there before.

    Raises:
        MissingExtra: The backend is not installed.
    """
    import pyhf  # noqa: PLC0415  (1.5 CPU s: only a process that fits pays for it)

    before = pyhf.get_backend()
    try:
        pyhf.set_backend(backend, custom_optimizer=optimizer, precision="64b")
    except pyhf.exceptions.ImportBackendError as error:
        raise MissingExtra(
            "pyhf's backend is not installed",
            value=backend,
            hint=f"pip install -e '.[{backend}]', or choose pyhf.backend: numpy",
        ) from error
    try:
        yield
    finally:
        pyhf.set_backend(*before)


@contextmanager
def warnings_logged() -> Iterator[None]:
    """Log what pyhf warns of, such as the logarithm of a rate below 0 on the way of a fit."""
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        yield
    for text in dict.fromkeys(str(warning.message) for warning in heard):
        log.info("pyhf warned: %s", text)


def fit_point(hypothesis: dict[str, Any], settings: dict[str, Any]) -> Row:
    """Test one signal hypothesis; never raises for a fit that fails.

    Args:
        hypothesis: The workspace with the patch of the point applied.
        settings: ``mu_test``, ``test_stat``, ``poi_bounds``, ``measurement``, ``interpolation``
            (``normsys`` and ``histosys`` codes) and ``pyhf`` (``backend``, ``optimizer``,
            ``retry``); ``signal_xsec_uncertainty`` where the cross-section is moved.

    Returns:
        A row: ``mu_test``, ``mu_hat``, ``CLs_obs``, ``CLs_exp_*`` (None where there is none),
        ``status`` (ok, not_converged or failed), ``message``, ``engine``, ``wall_s``, ``cpu_s``;
        with ``signal_xsec_uncertainty`` also ``CLs_obs_theory_*``.
    """
    import pyhf  # noqa: F401, PLC0415  (once per process, and not part of a point's time)

    wall, cpu = time.perf_counter(), time.process_time()
    row = _tried(hypothesis, settings)
    if "signal_xsec_uncertainty" in settings:
        row |= dict.fromkeys(SHIFTS)
    for column, shift in (
        SHIFTS.items() if "signal_xsec_uncertainty" in settings and row["status"] == "ok" else ()
    ):
        held = _tried(
            with_parameter_held(hypothesis, settings["signal_xsec_uncertainty"], shift), settings
        )
        row[column] = held["CLs_obs"]
        if held["status"] != "ok":
            notes = [row["message"], f"{column}: {held['message']}"]
            row["message"] = "; ".join(filter(None, notes))
    return row | {
        "wall_s": round(time.perf_counter() - wall, 4),
        "cpu_s": round(time.process_time() - cpu, 4),
    }


def _tried(hypothesis: dict[str, Any], settings: dict[str, Any]) -> Row:
    """Run pyhf's hypothesis test, and again with the other optimizer where that is wanted."""
    options = settings["pyhf"]
    row = _attempt(hypothesis, settings, options["optimizer"])
    if row["status"] != "ok" and options["retry"] not in {"none", options["optimizer"]}:
        first = row
        row = _attempt(hypothesis, settings, options["retry"])
        row["message"] = "; then ".join(
            f"{name}: {attempt['message'] or 'converged'}"
            for name, attempt in ((options["optimizer"], first), (options["retry"], row))
        )
    return row


def _attempt(hypothesis: dict[str, Any], settings: dict[str, Any], optimizer: str) -> Row:
    """Build pyhf's model and run its hypothesis test with one optimizer."""
    options = settings["pyhf"]
    row: Row = {
        "mu_test": settings["mu_test"],
        "mu_hat": None,
        **dict.fromkeys(CLS),
        "status": "ok",
        "message": "",
        "engine": f"pyhf-{importlib.metadata.version('pyhf')}-{options['backend']}-{optimizer}",
    }
    with pyhf_backend(options["backend"], optimizer), warnings_logged():
        from pyhf.exceptions import FailedMinimization  # noqa: PLC0415

        try:
            row |= _hypotest(hypothesis, settings)
        except FailedMinimization as error:
            row |= {"status": "not_converged", "message": _first_line(error)}
        except (MemoryError, OSError):
            raise  # of the machine and not of the point: the job fails and is tried again
        except Exception as error:  # a point that fails is a row, not the end of the scan
            log.exception("pyhf failed")
            row |= {"status": "failed", "message": f"{type(error).__name__}: {_first_line(error)}"}
    return row


class _Shared(list[Any]):
    """Channels that pyhf's model refers to and does not copy: a copy takes as long as all else."""

    def __deepcopy__(self, memo: Any) -> "_Shared":
        return self


def pyhf_model(hypothesis: dict[str, Any], settings: dict[str, Any]) -> tuple[Any, Any]:
    """Return pyhf's model of a hypothesis, and its data.

    Args:
        hypothesis: The workspace with the patch of the point applied.
        settings: ``measurement`` and ``interpolation``; see ``fit_point``.
    """
    import pyhf  # noqa: PLC0415

    name, measurements = settings["measurement"], hypothesis["measurements"]
    configs = {measurement["name"]: measurement["config"] for measurement in measurements}
    config = configs[measurements[0]["name"] if name is None else name]
    # Not by pyhf.Workspace, which copies all of it. The workspace was validated when it was fetched
    # and its patches were checked then: validating again takes ten times as long as building the
    # model, and changes nothing in it.
    with collection_paused():
        model = pyhf.Model(
            {"channels": _Shared(hypothesis["channels"]), "parameters": config["parameters"]},
            poi_name=config["poi"],
            modifier_settings={
                kind: {"interpcode": code} for kind, code in settings["interpolation"].items()
            },
            validate=False,
        )
    observed = {part["name"]: part["data"] for part in hypothesis["observations"]}
    data = [number for channel in model.config.channels for number in observed[channel]]
    return model, data + list(model.config.auxdata)


def pyhf_hypotest(model: Any, data: Any, settings: dict[str, Any]) -> tuple[list[float], Any]:
    """Have pyhf test a hypothesis by the asymptotic formulae (arXiv:1007.1727).

    Args:
        model: pyhf's model.
        data: Its data.
        settings: ``mu_test``, ``test_stat``, ``poi_bounds``.

    Returns:
        CLs in the order of ``fitscan.columns.CLS``, and pyhf's calculator.
    """
    import pyhf  # noqa: PLC0415

    bounds, poi = model.config.suggested_bounds(), model.config.poi_index
    lower, upper = settings["poi_bounds"] or bounds[poi]
    # With a bound below 0 pyhf's qtilde would be neither qtilde nor q, as it warns.
    bounds[poi] = max(lower, 0.0) if settings["test_stat"] == "qtilde" else lower, upper
    observed, expected, calculator = pyhf.infer.hypotest(
        settings["mu_test"],
        data,
        model,
        par_bounds=bounds,
        test_stat=settings["test_stat"],
        return_expected_set=True,
        return_calculator=True,
    )
    return [float(CLs) for CLs in (observed, *expected)], calculator


def _hypotest(hypothesis: dict[str, Any], settings: dict[str, Any]) -> Row:
    """Return the numbers of pyhf's hypothesis test."""
    model, data = pyhf_model(hypothesis, settings)
    CLs, calculator = pyhf_hypotest(model, data, settings)
    numbers = {
        **dict(zip(CLS, CLs, strict=True)),
        "mu_hat": float(calculator.fitted_pars.free_fit_to_data[model.config.poi_index]),
    }
    infinite = [name for name, number in numbers.items() if not math.isfinite(number)]
    if infinite:
        finite = {name: None if name in infinite else x for name, x in numbers.items()}
        return finite | {
            "status": "failed",
            "message": f"not finite: {', '.join(infinite)}",
        }
    return numbers


def _first_line(error: Exception) -> str:
    """Return what an exception says, on one line of bounded length."""
    lines = str(error).strip().splitlines()
    return lines[0].strip()[:300] if lines else type(error).__name__
