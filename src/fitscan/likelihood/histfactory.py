"""The form of a HistFactory channel, as types that check themselves.

pyhf's JSON schema says the same of keys and types and is asked once for the workspace; on every
patch of a patchset it would cost more than reading all of them (1Lbb: 1.3 s each). These types
check only the samples that a patch brings. Numbers of bins and signs of uncertainties, of which the
schema knows nothing, they check in the workspace too.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, TypeAdapter, ValidationError

from fitscan.errors import LikelihoodError

__all__ = ["check_samples"]

Bins = Annotated[list[FiniteFloat], Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Factor(_Strict):
    name: str
    type: Literal["normfactor", "shapefactor"]
    data: None


class _Lumi(_Strict):
    name: Literal["lumi"]
    type: Literal["lumi"]
    data: None


class _LowHigh(_Strict):
    lo: FiniteFloat
    hi: FiniteFloat


class _NormSys(_Strict):
    name: str
    type: Literal["normsys"]
    data: _LowHigh


class _LowHighBins(_Strict):
    lo_data: Bins
    hi_data: Bins


class _HistoSys(_Strict):
    name: str
    type: Literal["histosys"]
    data: _LowHighBins


class _PerBin(_Strict):
    name: str
    type: Literal["shapesys", "staterror"]
    data: Annotated[list[Annotated[FiniteFloat, Field(ge=0)]], Field(min_length=1)]


class _Sample(_Strict):
    name: str
    data: Bins
    modifiers: list[
        Annotated[_Factor | _Lumi | _NormSys | _HistoSys | _PerBin, Field(discriminator="type")]
    ]


_SAMPLES = TypeAdapter(list[_Sample])


def check_samples(samples: list[Any], *, bins: int, where: str) -> None:
    """Check the form of ``samples`` and that all they hold per bin has ``bins`` entries.

    Raises:
        LikelihoodError: A sample or modifier is malformed, of an unknown type, holds a number that
            is not finite or a negative uncertainty, or has another number of bins.
    """
    try:
        checked = _SAMPLES.validate_python(samples)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        raise LikelihoodError(
            f"{where} holds a malformed sample: {_location(samples, first['loc'])}"
            f" {first['msg'][0].lower()}{first['msg'][1:]}",
            value=first["input"] if not isinstance(first["input"], dict | list) else None,
            hint="see the HistFactory JSON of pyhf's documentation",
        ) from None
    for sample in checked:
        lengths = {"data": len(sample.data)}
        for modifier in sample.modifiers:
            if isinstance(modifier, _HistoSys):
                lengths[f"{modifier.name}.lo_data"] = len(modifier.data.lo_data)
                lengths[f"{modifier.name}.hi_data"] = len(modifier.data.hi_data)
            elif isinstance(modifier, _PerBin):
                lengths[modifier.name] = len(modifier.data)
        for name, length in lengths.items():
            if length != bins:
                raise LikelihoodError(
                    f"{where}, sample {sample.name!r}: {name} needs one entry per bin",
                    value=length,
                    hint=f"the observation of the channel has {bins}",
                )


def _location(samples: list[Any], steps: tuple[int | str, ...]) -> str:
    """Say where in ``samples`` the fault lies, by the names of sample and modifier."""
    words: list[Any] = []
    here: Any = samples
    for step in steps:
        if isinstance(here, dict) and step not in here and step == here.get("type"):
            continue  # pydantic's name of the branch of the union
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            here = None  # a key that is missing
        words.append(here.get("name", step) if isinstance(here, dict) else step)
    return ".".join(str(word) for word in words)
