"""What a background-only workspace and a signal hypothesis must be before anything is fitted."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fitscan.errors import LikelihoodError
from fitscan.likelihood.histfactory import check_samples
from fitscan.likelihood.schemas import check_schema

__all__ = [
    "Workspace",
    "carries",
    "check_hypothesis",
    "check_workspace",
    "measurement_name",
    "poi_of",
]

Workspace = dict[str, Any]


def check_workspace(workspace: Any, *, where: str) -> Workspace:
    """Return ``workspace`` if it is one by pyhf's schema and its numbers are usable.

    Raises:
        LikelihoodError: Not a workspace, two channels or samples of one name, a channel without
            observation, numbers of bins that differ, a negative observation, expectation or
            uncertainty.
    """
    if not isinstance(workspace, dict) or "channels" not in workspace:
        raise LikelihoodError(
            f"{where} is JSON, but not a HistFactory workspace",
            value=_glimpse(workspace),
            hint="a workspace has the keys channels, measurements, observations and version",
        )
    check_schema(workspace, "workspace", where=where)
    for kind in ("channels", "measurements", "observations"):
        _refuse_doubles(workspace[kind], kind=kind, where=where)
    _check_channels(workspace, changed=workspace["channels"], known=set(), where=where)
    return workspace


def measurement_name(workspace: Workspace, name: str | None, *, where: str) -> str:
    """Return ``name``, or the name of the first measurement when it is None.

    Raises:
        LikelihoodError: The workspace has no measurement of that name.
    """
    names = [str(measurement["name"]) for measurement in workspace["measurements"]]
    if name is None:
        return names[0]
    if name not in names:
        raise LikelihoodError(
            f"{where} does not have this measurement", value=name, hint=f"it has {', '.join(names)}"
        )
    return name


def poi_of(workspace: Mapping[str, Any], measurement: str) -> str:
    """Return the name of the parameter of interest of a measurement that is there."""
    found = (part for part in workspace["measurements"] if part["name"] == measurement)
    return str(next(found)["config"]["poi"])


def carries(sample: Mapping[str, Any], poi: str) -> bool:
    """Tell whether a sample carries the parameter of interest, so that it is the signal's."""
    return poi in _modifier_names([sample])


def check_hypothesis(
    hypothesis: Any, background: Workspace, *, measurement: str, where: str
) -> str:
    """Check a patched workspace where it differs from the ``background`` it was made from.

    What is shared (the same object) has been checked with the background. Where anything but
    channels differs, which is rare, the whole of it is checked as a workspace.

    Returns:
        The name of the measurement that is fitted: ``measurement``, or the only one that there is
        where the patch replaces that one of the background.

    Raises:
        LikelihoodError: A malformed channel or sample, numbers of bins that differ, a bin whose
            expected total is negative, no measurement to take, or no signal: no sample carries the
            parameter of interest; or see ``check_workspace``.
    """
    known = {id(channel) for channel in background["channels"]}
    samples = {
        (channel["name"], id(sample))
        for channel in background["channels"]
        for sample in channel["samples"]
    }
    try:
        changed = [channel for channel in hypothesis["channels"] if id(channel) not in known]
        if any(
            hypothesis.get(part) is not background.get(part)
            for part in {*hypothesis, *background} - {"channels"}
        ):
            check_workspace(hypothesis, where=where)
        else:
            _check_channels(hypothesis, changed=changed, known=samples, where=where)
            _refuse_doubles(hypothesis["channels"], kind="channels", where=where)
        pois = {part["name"]: part["config"]["poi"] for part in hypothesis["measurements"]}
        new = [
            sample
            for channel in changed
            for sample in channel["samples"]
            if (channel["name"], id(sample)) not in samples
        ]
        modifiers = set(_modifier_names(new))
    except (KeyError, TypeError, AttributeError) as error:
        raise LikelihoodError(
            f"{where} does not leave a valid workspace",
            value=f"{type(error).__name__}: {error}",
            hint="a patch adds, removes or replaces channels, samples, modifiers or observations",
        ) from error
    replaced = measurement in {part["name"] for part in background["measurements"]}
    if measurement not in pois and not (replaced and len(pois) == 1):
        raise LikelihoodError(
            f"{where} removes the measurement {measurement!r}",
            value=list(pois),
            hint="set `measurement` of the analysis to one that all patches keep",
        )
    if measurement not in pois:
        (measurement,) = pois
    poi = pois[measurement]
    if poi not in modifiers and not any(
        poi in _modifier_names(channel["samples"]) for channel in hypothesis["channels"]
    ):
        raise LikelihoodError(
            f"{where}: no sample carries the parameter of interest of measurement {measurement!r}",
            value=poi,
            hint="the signal sample needs a normfactor of that name, or choose another measurement",
        )
    return measurement


def _check_channels(
    workspace: Workspace, *, changed: list[Any], known: set[tuple[str, int]], where: str
) -> None:
    """Check the ``changed`` channels without what is ``known``: samples by channel and id."""
    for channel in changed:
        if set(channel) != {"name", "samples"} or not channel["samples"]:
            raise LikelihoodError(
                f"{where} holds a malformed channel",
                value=list(channel),
                hint="a channel has a name and at least one sample, and nothing else",
            )
        name = channel["name"]
        observed = _observation(workspace, name, where=where)
        new = [sample for sample in channel["samples"] if (name, id(sample)) not in known]
        check_samples(new, bins=len(observed), where=f"{where}, channel {name!r}")
        _refuse_doubles(channel["samples"], kind="samples", where=f"{where}, channel {name!r}")
        if min(observed) < 0:
            raise LikelihoodError(
                f"{where}: the observation of channel {name!r} is negative",
                value=min(observed),
                hint="numbers of events are zero or more; is the file complete?",
            )
        totals = [
            sum(yields) for yields in zip(*(s["data"] for s in channel["samples"]), strict=True)
        ]
        if min(totals) < 0:
            raise LikelihoodError(
                f"{where}: channel {name!r} expects a negative number of events in bin"
                f" {totals.index(min(totals))}",
                value=min(totals),
                hint="a single sample may be negative, the sum of all in a bin may not",
            )


def _observation(workspace: Workspace, channel: str, *, where: str) -> list[float]:
    for observation in workspace["observations"]:
        if observation["name"] == channel:
            data: list[float] = observation["data"]
            return data
    raise LikelihoodError(
        f"{where} has no observation of a channel",
        value=channel,
        hint="each channel needs one under `observations`, of the same name",
    )


def _refuse_doubles(parts: list[Any], *, kind: str, where: str) -> None:
    """Refuse two channels, samples ... of the same name: pyhf would use the last."""
    names = [part["name"] for part in parts]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise LikelihoodError(
            f"{where} has two {kind} of the same name",
            value=doubled[0],
            hint="rename or remove one",
        )


def _modifier_names(samples: Iterable[Any]) -> Iterator[str]:
    return (modifier["name"] for sample in samples for modifier in sample["modifiers"])


def _glimpse(document: Any) -> str:
    """Describe a document that is not what was expected in a few words."""
    if isinstance(document, dict):
        return f"an object with the keys {', '.join(map(str, list(document)[:5])) or '(none)'}"
    return f"{type(document).__name__} {str(document)[:40]}"
