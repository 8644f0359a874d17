"""The record of a run: what went in, what made it, what came out; see docs/provenance.md."""

from fitscan.provenance.record import FORMAT, make_record, read_record

__all__ = ["FORMAT", "make_record", "read_record"]
