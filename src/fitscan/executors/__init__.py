"""Where tasks run. An executor moves bytes and knows no likelihood."""

from fitscan.executors.base import Capabilities, Executor
from fitscan.executors.opening import open_executor

__all__ = ["Capabilities", "Executor", "open_executor"]
