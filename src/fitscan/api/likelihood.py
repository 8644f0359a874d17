"""A published likelihood in a program: hypothesis tests, limits, fits, toys and scans.

    >>> import fitscan
    >>> likelihood = fitscan.Likelihood("BkgOnly.json", "patchset.json")  # doctest: +SKIP
    >>> likelihood.hypotest("C1N2_Wh_hbb_1000_0").CLs_obs  # doctest: +SKIP
    0.5856...

All numbers are those of the workflow: the same code, the same defaults.
"""

import math
import multiprocessing
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from fitscan.api.conversion import hypotest_result, limits_result
from fitscan.api.options import checked_options, settings_of
from fitscan.api.results import Band, FitResult, HypotestResult, LimitsResult, ToysResult
from fitscan.api.sources import Source, read_patches, read_workspace, signal_patch
from fitscan.columns import CLS, CLS_ERRORS, LIMITS, LIMITS_LOWEST
from fitscan.config.chosen import chosen_points
from fitscan.engines.compiled.data_tests import DataTests, check_strength
from fitscan.engines.compiled.fits.fits import default_fit
from fitscan.engines.compiled.hypotheses import Hypotheses
from fitscan.engines.compiled.kernels.minimum import CONVERGED, MESSAGES
from fitscan.engines.compiled.kernels.objective import constant_terms
from fitscan.errors import ConfigError
from fitscan.likelihood.patches import Patch, Patches
from fitscan.likelihood.patching import apply_patch
from fitscan.likelihood.workspace import check_hypothesis, measurement_name, poi_of
from fitscan.model import Model

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Likelihood"]

_NAN = math.nan


class Likelihood:
    """A background-only workspace, and what is asked of signals in it.

    A signal is a JSON patch, a file that holds one, a name in the patchset, or yields by channel
    (``{"SR": [1.2, 0.4]}`` or ``SignalYields``); None where the workspace has its signal in it.
    What signals share is compiled once, so a second test, limit or fit costs its fits only. Threads
    and processes may share it. Nothing is written but the cache of machine code.

    Args:
        workspace: Path of the workspace (.json, also compressed by gzip, bzip2 or xz), a file open
            for reading bytes, what it holds, or a ``pyhf.Workspace``.
        patchset: Signals by name: the path of a patchset, a file open for reading bytes, what it
            holds, a ``pyhf.PatchSet``, files with a patch each, as a list of paths and open files
            or a pattern with labels in braces (``patch_{mass}.json``), or a mapping from names to
            signals.
        measurement: Name of the measurement; None takes the first.
        interpolation: Codes of interpolation by type of modifier: ``normsys`` (``code1``,
            ``code4``) and ``histosys`` (``code0``, ``code2``, ``code4p``); code4 and code4p where
            they are left out, as published likelihoods have it.
        poi_bounds: Bounds of the signal strength in fits; None takes those of the measurement.
        test_stat: ``qtilde`` (arXiv:1007.1727, Eq. 16), or ``q`` (Eq. 14), which needs
            ``poi_bounds`` that begin below 0.
        minima: ``search`` also looks for lower minima than those that fits from the default initial
            values reach, as pyhf's do, ``exhaustive`` by hundreds of starts, ``default`` not.
        verify_digest: Whether the digests of the patchset have to be those of the workspace.

    Raises:
        ConfigError: An argument is not valid.
        FileMissing: A file does not exist.
        LikelihoodError: The workspace or the patchset is not usable.
    """

    def __init__(
        self,
        workspace: Source,
        patchset: Any = None,
        *,
        measurement: str | None = None,
        interpolation: Mapping[str, str] | None = None,
        poi_bounds: tuple[float, float] | None = None,
        test_stat: str = "qtilde",
        minima: str = "search",
        verify_digest: bool = True,
    ) -> None:
        bounds = [*poi_bounds] if isinstance(poi_bounds, Sequence) else poi_bounds
        self._scan_options = {"test_stat": test_stat, "poi_bounds": bounds}
        self._options = {"minima": minima, "interpolation": interpolation}
        # Each test brings its strength, so that bounds may exclude the default one.
        self._config = self._checked(kind="asymptotic", mu_test=sys.float_info.min)
        self.workspace = read_workspace(workspace)
        self.measurement = measurement_name(self.workspace, measurement, where="the workspace")
        self._verify_digest = verify_digest
        self._by_name: dict[str, Patch] = {}
        self.patches = Patches((), ())
        if patchset is not None:
            self.patches = self._read_patches(patchset)
        self._by_name = {patch.name: patch for patch in self.patches.patches}
        self._measurements: dict[str, str] = {}
        self._hypotheses: dict[str, Hypotheses] = {}

    def __repr__(self) -> str:
        channels = {part["name"]: len(part["data"]) for part in self.workspace["observations"]}
        return (
            f"<Likelihood of {len(channels)} channels with {sum(channels.values())} bins, "
            f"measurement {self.measurement!r}, {len(self.patches.patches)} signals>"
        )

    def __getstate__(self) -> dict[str, Any]:
        # What is compiled of the workspace knows its parts by their identity.
        return {**vars(self), "_hypotheses": {}}

    @property
    def signals(self) -> tuple[str, ...]:
        """The names of the signals in the patchset."""
        return tuple(self._by_name)

    def hypotest(self, hypothesis: Any = None, /, mu: float = 1.0) -> HypotestResult:
        """Test a signal strength: observed and expected CLs by the asymptotic formulae.

        Args:
            hypothesis: The signal; see the class.
            mu: Signal strength, 0 or more.

        Raises:
            ConfigError: ``mu`` is negative, not finite, or not a number.
            LikelihoodError: The signal does not fit the workspace.
            ModelError: The model holds what fitscan does not compute; or ``mu`` lies above the
                upper bound of the signal strength.
        """
        mu = _strength(mu)
        model, tests = self._prepared(hypothesis, mu_test=mu)
        return hypotest_result(model, tests.test(model), mu)

    def upper_limit(self, hypothesis: Any = None, /, level: float = 0.95) -> LimitsResult:
        """Find the observed and expected upper limits on the signal strength, and p0.

        Args:
            hypothesis: The signal; see the class.
            level: Confidence level, from 0.01 to 0.999999.

        Raises:
            ConfigError: ``level`` is not a number in this range.
            LikelihoodError: The signal does not fit the workspace.
            ModelError: The model holds what fitscan does not compute; or 1, where the search
                starts, lies above the upper bound of the signal strength.
        """
        model, tests = self._prepared(hypothesis, kind="limits", mu_test=1.0, level=_level(level))
        found = tests.test(model)
        row = found.row
        lowest = None
        if found.lowest is not None:
            lowest = limits_result(row, LIMITS_LOWEST, level)
        test = hypotest_result(model, found, 1.0)
        return limits_result(row, LIMITS, level, lowest=lowest, test=test)

    def fit(self, hypothesis: Any = None, /, mu: float | None = None) -> FitResult:
        """Fit the data from the default initial values: parameters, correlations, yields.

        Args:
            hypothesis: The signal; see the class. None fits the workspace as it is, with or without
                a signal in it.
            mu: Signal strength that is held; None fits it.

        Raises:
            ConfigError: ``mu`` is not a finite number within the bounds; or there is no signal.
            LikelihoodError: The signal does not fit the workspace.
            ModelError: The model holds what fitscan does not compute.
        """
        # Here, as in `scan`: tables need pandas, which takes a third of the time of a test in a
        # process of its own, and tests need no table.
        from fitscan.detail.fit_tables import fit_results  # noqa: PLC0415

        model = self._background() if hypothesis is None else None
        if model is None:
            model, _ = self._prepared(hypothesis)
        elif mu is not None:
            raise ConfigError("the workspace has no signal whose strength could be held", value=mu)
        if mu is not None:
            mu = _finite(mu)
            if not model.lower[model.poi] <= mu <= model.upper[model.poi]:
                bounds = [float(bound[model.poi]) for bound in (model.lower, model.upper)]
                raise ConfigError(
                    "mu lies outside of the bounds of the signal strength",
                    value=mu,
                    hint=f"these are {bounds}; poi_bounds sets others",
                )
        found = default_fit(model, mu=mu)
        tables = fit_results(model, {"fit": (found, mu)})
        return FitResult(
            mu=mu,
            mu_hat=float(found.pars[model.poi]) if model.poi >= 0 else _NAN,
            nll=found.nll + constant_terms(model.arrays, model.data),
            parameters=tables.parameters.drop(columns="fit").set_index("parameter"),
            correlations=tables.correlations.drop(columns="fit").set_index("parameter"),
            yields=tables.yields.drop(columns="fit"),
            status="ok" if found.status == CONVERGED else "not_converged",
            message=MESSAGES[found.status],
        )

    def toys(
        self,
        hypothesis: Any = None,
        /,
        mu: float = 1.0,
        *,
        signal: int = 2000,
        background: int = 2000,
        seed: int = 0,
        processes: int = 1,
        progress: bool = False,
    ) -> ToysResult:
        """Test a signal strength with pseudo-experiments.

        Args:
            hypothesis: The signal; see the class.
            mu: Signal strength, above 0.
            signal: Toys under the signal hypothesis.
            background: Toys under the background hypothesis.
            seed: Seed of the random streams; toys are the same for the same seed, also in the
                workflow.
            processes: Processes that throw them: this one, and others that are started.
            progress: Whether a progress bar is shown.

        Raises:
            ConfigError: A number is not valid.
            LikelihoodError: The signal does not fit the workspace.
            ModelError: The model holds what fitscan does not compute; or ``mu`` lies above the
                upper bound of the signal strength.
        """
        model, _ = self._prepared(hypothesis)  # which raises what is wrong with it
        check_strength(model, _strength(mu))
        table = self.scan(
            Patches((), (replace(self._patch(hypothesis), values=()),)),
            kind="toys",
            mu=mu,
            toys={"signal": signal, "background": background, "seed": seed},
            processes=processes,
            progress=progress,
        )
        row = table.to_dict("records")[0]
        CLs, errors = ([row[column] for column in columns] for columns in (CLS, CLS_ERRORS))
        return ToysResult(
            mu=mu,
            CLs_obs=CLs[0],
            CLs_obs_error=errors[0],
            CLs_exp=Band(*CLs[1:]),
            CLs_exp_error=Band(*errors[1:]),
            asymptotic=row["CLs_obs_asymptotic"],
            q=row["q_obs"],
            mu_hat=row["mu_hat"],
            n_signal=int(row["n_toys_signal"]),
            n_background=int(row["n_toys_background"]),
            n_failed=int(row["n_toys_failed"]),
            enough=row["enough_toys"] == "true",
            seed=seed,
            status=row["status"],
            message=row["message"],
        )

    def scan(
        self,
        patchset: Any = None,
        /,
        kind: str = "asymptotic",
        *,
        mu: float = 1.0,
        level: float = 0.95,
        points: Iterable[str] | None = None,
        processes: int = 1,
        progress: bool = False,
        toys: Mapping[str, Any] | None = None,
    ) -> "pd.DataFrame":
        """Test many signals; return a table with the columns of results.csv, one row a signal.

        A signal that cannot be fitted is a row with its status and message.

        Args:
            patchset: Signals by name, see the class; None takes those of the likelihood.
            kind: ``asymptotic``; ``limits``, with upper limits and the significance; ``toys``.
            mu: Signal strength, above 0.
            level: Confidence level of limits, from 0.01 to 0.999999.
            points: Names of the signals; None takes all.
            processes: Processes that fit: this one, and others that are started.
            progress: Whether a progress bar is shown.
            toys: Options of the configuration's ``toys``; defaults where they are left out.

        Raises:
            ConfigError: An argument is not valid, or there are no signals.
            LikelihoodError: The patchset is not usable, or no signal can be fitted.
        """
        from fitscan.api.scan import scan_table  # noqa: PLC0415

        if patchset is None:
            patches = self.patches
        elif isinstance(patchset, Patches):
            patches = patchset
        else:
            patches = self._read_patches(patchset)
        if points is not None:
            patches = _chosen(patches, list(points))
        if not patches.patches:
            raise ConfigError("there are no signals", hint="give a patchset")
        if multiprocessing.current_process().daemon and processes != 1:
            raise ConfigError(
                "a process of a pool starts no others", value=processes, hint="set processes to 1"
            )
        if type(processes) is not int or processes < 1:
            raise ConfigError("processes is not a whole number of 1 or more", value=processes)
        return scan_table(
            self.workspace,
            patches,
            measurement=self.measurement,
            config=self._checked(kind=kind, mu_test=mu, level=level, toys=toys),
            processes=processes,
            progress=progress,
        )

    def _checked(self, **scan: Any) -> dict[str, Any]:
        """Return a checked configuration of a scan."""
        return checked_options({**self._scan_options, **scan}, **self._options)

    def _read_patches(self, patchset: Any) -> Patches:
        """Read signals, of which some may be named that are known."""
        return read_patches(
            patchset,
            self.workspace,
            measurement=self.measurement,
            known=self._by_name,
            verify_digest=self._verify_digest,
        )

    def _patch(self, hypothesis: Any) -> Patch:
        """Return a signal as a patch."""
        patch = signal_patch(
            hypothesis, self.workspace, measurement=self.measurement, known=self._by_name
        )
        if patch.refused is not None:
            raise patch.refused
        return patch

    def _prepared(self, hypothesis: Any, **changes: Any) -> tuple[Model, DataTests]:
        """Return the model of a signal, and what tests it; see ``settings_of``."""
        patch = self._patch(hypothesis)
        patched = apply_patch(self.workspace, patch.operations, where=f"signal {patch.name!r}")
        measurement = self._checked_measurement(patch, patched)
        settings = settings_of(self._config, measurement, **changes)
        hypotheses = self._of(settings)
        return hypotheses.model(patched), DataTests(hypotheses, settings)

    def _checked_measurement(self, patch: Patch, patched: Any) -> str:
        """Check a signal, those of the patchset once; return the measurement that is fitted."""
        is_known = self._by_name.get(patch.name) is patch
        if is_known and patch.name in self._measurements:
            return self._measurements[patch.name]
        where = f"signal {patch.name!r}"
        found = check_hypothesis(patched, self.workspace, measurement=self.measurement, where=where)
        if is_known:
            self._measurements[patch.name] = found
        return found

    def _of(self, settings: Mapping[str, Any]) -> Hypotheses:
        """Return what all signals share, made when it is first asked for."""
        measurement = settings["measurement"]
        if measurement not in self._hypotheses:
            self._hypotheses[measurement] = Hypotheses(self.workspace, settings)
        return self._hypotheses[measurement]

    def _background(self) -> Model | None:
        """Return the model of a workspace without a signal; None if it has one, or no samples."""
        poi = poi_of(self.workspace, self.measurement)
        modifiers = (
            modifier["name"]
            for channel in self.workspace["channels"]
            for sample in channel["samples"]
            for modifier in sample["modifiers"]
        )
        if poi in modifiers:
            return None
        return self._of(settings_of(self._config, self.measurement)).background()


def _number(mu: Any) -> float:
    """Return a signal strength as a number; NaN if it is none."""
    try:
        return float(mu)
    except (TypeError, ValueError):
        return _NAN


def _finite(mu: Any) -> float:
    """Return a signal strength that can be held."""
    value = _number(mu)
    if not math.isfinite(value):
        raise ConfigError("the signal strength is not a finite number", value=mu)
    return value


def _strength(mu: Any) -> float:
    """Return a signal strength that can be tested."""
    value = _number(mu)
    if not 0.0 <= value < math.inf:
        raise ConfigError("the signal strength is not a number of 0 or more", value=mu)
    return value


def _level(level: Any) -> float:
    """Return a confidence level."""
    if not isinstance(level, int | float | np.floating) or not 0.01 <= level <= 0.999999:
        raise ConfigError(
            "the confidence level is not between 0.01 and 0.999999",
            value=level,
            hint="0.95 is the usual one",
        )
    return float(level)


def _chosen(patches: Patches, names: list[str]) -> Patches:
    """Return some of the signals, in their order."""
    values = {patch.name: patch.values for patch in patches.patches}
    chosen = {*chosen_points(patches.labels, values, names)}
    kept = tuple(patch for patch in patches.patches if patch.name in chosen)
    return replace(patches, patches=kept)
