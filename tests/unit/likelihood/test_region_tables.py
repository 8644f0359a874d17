"""The tables of the signal by region give back what was written."""

from fitscan.likelihood.region_tables import read_regions, write_regions
from fitscan.likelihood.regions import Region, SignalByRegion


def test_what_is_written_is_read_whatever_channels_and_points_are_called(tmp_path):
    regions = (
        Region("name", 2, 12.5, 13.0),
        Region('a,"b"', 1, 600.25, 612.0, "`control_regions` names it"),
    )
    signal = {"m_100,0": (3.25, -0.125), "nan": (), "p": (0.0, 1e-9)}
    found = SignalByRegion(regions, signal)
    write_regions(tmp_path, found)
    assert read_regions(tmp_path) == found
    assert (tmp_path / "signal.csv").read_text().splitlines()[0] == 'name,name,"a,""b"""'
