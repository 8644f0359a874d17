"""spey, imported without what its import does to the whole process.

It asks the network for a newer version, gives the root logger a handler and a level of its own, and
speaks as the process ends.
"""

import atexit
import logging
import os

os.environ["SPEY_CHECKUPDATE"] = "OFF"
_root = logging.getLogger()
_before = _root.level, [*_root.handlers]

import spey  # noqa: E402

_root.setLevel(_before[0])
_root.handlers[:] = _before[1]
atexit.unregister(spey._print_thanks)

__all__ = ["spey"]
