"""Points that get toys, and the blocks of their toys with their keys."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fitscan.likelihood import JsonPatch, Signal
from fitscan.plan.blocks import HYPOTHESES, Block, Hypothesis, block_key, spans
from fitscan.plan.keys import block_keys, data_keys
from fitscan.plan.scan import Scan
from fitscan.plan.streams import stream_of

__all__ = ["ToyPoint", "toy_points"]


@dataclass(frozen=True)
class ToyPoint:
    """A point that gets toys.

    Attributes:
        key: Its key.
        name: Its name.
        signal: Its signal.
        test_key: Its key without toys: that of the test of its data.
        blocks_key: What the keys of its blocks are made from.
        streams: The random stream of each hypothesis.
    """

    key: str
    name: str
    signal: Signal
    test_key: str
    blocks_key: str
    streams: Mapping[Hypothesis, str]

    def blocks(
        self, hypothesis: Hypothesis, toys: int, *, mu: float, options: Mapping[str, Any]
    ) -> Iterator[tuple[str, Block]]:
        """Yield key and block of toys that test a signal strength.

        Args:
            hypothesis: At which fit to the data they are thrown.
            toys: How many.
            mu: The signal strength.
            options: ``toys_per_task``, the toys of each of the first blocks, and ``keep``.
        """
        for first, count in spans(toys, size=options["toys_per_task"]):
            block = Block(
                stream=self.streams[hypothesis],
                hypothesis=hypothesis,
                mu_test=mu,
                first=first,
                count=count,
                keep=options["keep"],
            )
            yield block_key(self.blocks_key, block), block


def toy_points(
    scan: Scan, keys: Sequence[str], signals: Sequence[Signal] | None = None
) -> list[ToyPoint]:
    """Return points of a scan, by key, with their random streams.

    Args:
        scan: The scan.
        keys: Keys of the points.
        signals: Their signals; None where only keys of blocks are wanted.
    """
    signals = [JsonPatch([])] * len(keys) if signals is None else signals
    toys = scan.settings["toys"]
    numbers = {key: number for number, key in reversed([*enumerate(scan.keys)])}
    # Of points that share a key, one that is named gives its name; it needs all that is asked for.
    for named in (toys["points"], (toys["limits"] or {}).get("points")):
        for number, key in enumerate(scan.keys):
            if scan.points[number].name in (named or ()):
                numbers[key] = number
    test_keys, blocks_keys = data_keys(scan), block_keys(scan)
    points = []
    for key, signal in zip(keys, signals, strict=True):
        number = numbers[key]
        planned = scan.points[number]
        streams: dict[Hypothesis, str] = {
            hypothesis: stream_of(
                scan.settings["toys"]["seed"],
                workspace=scan.workspace,
                patch=planned.digest,
                hypothesis=hypothesis,
            )
            for hypothesis in HYPOTHESES
        }
        points.append(
            ToyPoint(key, planned.name, signal, test_keys[number], blocks_keys[number], streams)
        )
    return points
