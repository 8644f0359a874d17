"""Whether the response of a worker is one: rows of sensible numbers, or words that say why not."""

from itertools import pairwise
from typing import Any

import numpy as np

from fitscan.columns import BANDS, CLS, MU_UP
from fitscan.plan.blocks import VALUES
from fitscan.statistics.counts import unpacked_values

__all__ = ["faults", "outcome"]

# What a likelihood may be refused by.
_ERRORS = {"LikelihoodError", "ModelError"}
# Rounding.
_LITTLE = 1e-9
# Two limits are each within this of the crossing, relative.
_NEAR = 1e-5


def faults(response: dict[str, Any] | None) -> list[str]:
    """Return what is wrong with a response; None is one that did not come."""
    if response is None:
        return ["no answer in time"]
    if not response["ok"]:
        known = response["kind"] in _ERRORS and response["message"]
        said = f"{response['kind']}: {response['message']}\n{response['traceback']}"
        return [] if known else [said]
    return [fault for row in response["rows"] for fault in _faults_of_row(row)]


def outcome(response: dict[str, Any]) -> str:
    """Return the status of the first row that is not ok, or ``ok``, or ``refused``."""
    if not response["ok"]:
        return "refused"
    return next((row["status"] for row in response["rows"] if row["status"] != "ok"), "ok")


def _faults_of_row(row: dict[str, Any]) -> list[str]:
    if row["status"] not in {"ok", "failed", "not_converged"}:
        return [f"an unknown status: {row['status']}"]
    if row["status"] != "ok":
        # The guard of the worker is for what nobody has thought of.
        silent = not row["message"] or row["message"].startswith("not finite")
        return [f"no reason: {row}"] if silent else []
    if "toys_failed" in row:
        return _faults_of_experiments(row)
    if "n_extreme" in row:
        return _faults_of_toys(row)
    return [fault for suffix in ("", "_lowest") for fault in _faults_of_test(row, suffix)]


def _faults_of_test(row: dict[str, Any], suffix: str) -> list[str]:
    """Look at CLs, limits and significance, of the main columns or of the lowest minima."""
    if f"CLs_obs{suffix}" not in row:
        return []
    CLs = [row[f"{column}{suffix}"] for column in CLS]
    found = []
    if None in CLs:
        return [f"CLs{suffix} has no value: {CLs}"]
    if not all(0.0 <= value <= 1.0 + _LITTLE for value in CLs):
        found.append(f"CLs{suffix} is no ratio of probabilities: {CLs}")
    if any(low > high + _LITTLE for low, high in pairwise(CLs[1:])):
        found.append(f"the band of CLs{suffix} is not in order: {CLs}")
    if f"mu_up_obs{suffix}" in row:
        found += _faults_of_limits(row, suffix)
    return found


def _faults_of_limits(row: dict[str, Any], suffix: str) -> list[str]:
    limits = {column: row[f"{column}{suffix}"] for column in MU_UP}
    there = [value for value in limits.values() if value is not None]
    found = []
    if len(there) < len(limits) and not row["message"]:
        found.append(f"limits{suffix} are missing without a reason: {limits}")
    if any(value < 0.0 for value in there):
        found.append(f"limits{suffix} are negative: {limits}")
    odd = "jump" in row["message"] or "more than one crossing" in row["message"]
    band = [limits[f"mu_up_exp_{band}"] for band in BANDS]
    band = [value for value in band if value is not None]
    rising = all(low <= high * (1.0 + _NEAR) for low, high in pairwise(band))
    if not rising and not odd:
        found.append(f"the band of limits{suffix} is not in order: {limits}")
    p0, significance = row[f"p0{suffix}"], row[f"significance{suffix}"]
    if p0 is not None and not (0.0 <= p0 <= 1.0 and significance >= 0.0):
        found.append(f"no p-value: p0{suffix} = {p0}, significance {significance}")
    return found


def _faults_of_toys(row: dict[str, Any]) -> list[str]:
    q = unpacked_values(row["q"])
    if (q < 0.0).any() or np.isinf(q).any() or row["q_obs"] < 0.0:
        return [f"no test statistic: {q.tolist()}, of the data {row['q_obs']}"]
    return []


def _faults_of_experiments(row: dict[str, Any]) -> list[str]:
    shares = [value for name in VALUES[1:] for value in row[name] if value is not None]
    if not all(0.0 <= value <= 1.0 + _LITTLE for value in shares):
        return [f"no p-values: {shares}"]
    return []
