from scan_settings import COMPILED as SETTINGS
from small import MU, one_channel, sample

from fitscan.engines.base import Work
from fitscan.engines.compiled.engine import COMPILED
from fitscan.likelihood.signals import JsonPatch


def test_an_engine_that_was_started_answers_works_in_order():
    background = one_channel(sample("background", [9.0]), observed=[9.0])
    works = []
    for number, events in enumerate([6.0, 3.0]):
        signal = {"op": "add", "path": "/channels/0/samples/0", "value": sample("s", [events], MU)}
        works.append(Work(f"key {number}", f"point {number}", JsonPatch([signal])))
    rows = COMPILED.start(background, SETTINGS, None)(works)
    assert [row["status"] for row in rows] == ["ok", "ok"]
    assert rows[0]["CLs_obs"] < rows[1]["CLs_obs"]
