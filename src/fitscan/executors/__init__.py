"""Where tasks run. An executor moves bytes and knows no likelihood.

``base`` is the contract, ``opening`` the way from a name in the configuration to one of the kinds:
``in_process``, ``process_pool``, ``parsl`` (with ``engines``, ``feeding``) and ``globus_compute``
(with ``shim``).
"""

from fitscan.executors.base import Capabilities, Executor
from fitscan.executors.opening import open_executor

__all__ = ["Capabilities", "Executor", "open_executor"]
