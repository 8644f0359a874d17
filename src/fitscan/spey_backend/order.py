"""Parameters and data in pyhf's order, in which spey's other back ends have them.

pyhf goes through types of modifiers, and for each through channels, samples and modifiers by their
names (pyhf 0.7.6, ``pyhf.pdf``); a staterror comes by its name alone. Data are the events of all
bins and then the auxiliary measurements of the constrained parameters, in the same order.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count, takewhile
from typing import Any

import numpy as np

from fitscan.errors import ConfigError
from fitscan.model import Model
from fitscan.model.arrays import FREE, Data, FloatArray, IntArray

__all__ = ["PyhfOrder", "pyhf_order"]

_TYPES = ("histosys", "lumi", "normfactor", "normsys", "shapefactor", "shapesys", "staterror")


@dataclass(frozen=True, eq=False)
class PyhfOrder:
    """Where parameters and auxiliary measurements of pyhf's order are in a model.

    Attributes:
        model: The model.
        places: Parameter of the model that each of pyhf's is, (parameters,).
        measured: Parameter of the model that each auxiliary measurement is of, (auxdata,).
    """

    model: Model
    places: IntArray
    measured: IntArray

    def pars(self, theirs: Any) -> FloatArray:
        """Return parameters, given them in pyhf's order, (parameters,).

        Raises:
            ConfigError: There are more or fewer.
        """
        given = np.asarray(theirs, dtype=float)
        if given.shape != self.places.shape:
            raise ConfigError(
                f"parameters have not the shape of the model's, {self.places.shape}",
                value=given.shape,
            )
        ours = np.empty(len(self.places))
        ours[self.places] = given
        return ours

    def data(self, vector: Any) -> Data:
        """Return data, given them as one vector; events alone leave the rest as it was measured.

        Raises:
            ConfigError: They are not those of the bins, with or without auxiliary data; or are not
                finite, or events are negative.
        """
        numbers, bins = np.asarray(vector, dtype=float), self.model.arrays.bins
        if numbers.shape not in ((bins,), (bins + len(self.measured),)):
            raise ConfigError(
                f"data are neither {bins} numbers of events nor these and "
                f"{len(self.measured)} auxiliary data",
                value=numbers.shape,
            )
        if not np.isfinite(numbers).all() or (numbers[:bins] < 0.0).any():
            raise ConfigError("data are not all finite, or events are negative", value=vector)
        auxiliary = self.model.data.auxiliary.copy()
        if len(numbers) > bins:
            auxiliary[self.measured] = numbers[bins:]
        return Data(np.ascontiguousarray(numbers[:bins]), auxiliary)

    def vector(self, main: FloatArray, auxiliary: FloatArray) -> FloatArray:
        """Return data as one vector, (..., bins + auxdata)."""
        return np.concatenate([main, auxiliary[..., self.measured]], axis=-1)


def pyhf_order(model: Model, workspace: Mapping[str, Any]) -> PyhfOrder:
    """Return the order that pyhf has of a model.

    Args:
        model: The model.
        workspace: Of which it was made.
    """
    place = {name: number for number, name in enumerate(model.names)}
    places = [
        found for name in dict.fromkeys(_names(workspace)) for found in _places_of(name, place)
    ]
    order = np.array(places, dtype=np.int64)
    return PyhfOrder(model, order, order[model.arrays.constraint[order] != FREE])


def _places_of(name: str, place: Mapping[str, int]) -> list[int]:
    """Return where the values of a parameter are, of which one that is single has no index."""
    if name in place:
        return [place[name]]
    indexed = (f"{name}[{index}]" for index in count())
    return [place[each] for each in takewhile(place.__contains__, indexed)]


def _names(workspace: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of parameters, some of them several times, in pyhf's order."""
    modifiers = [
        (modifier["type"], channel["name"], sample["name"], modifier["name"])
        for channel in workspace["channels"]
        for sample in channel["samples"]
        for modifier in sample["modifiers"]
    ]
    for kind in _TYPES:
        of_kind = [place for place in modifiers if place[0] == kind]
        if kind == "staterror":
            yield from sorted(place[-1] for place in of_kind)
        else:
            yield from (place[-1] for place in sorted(of_kind))
