"""How `bench/peers.py` asks an adapter: lines of JSON, in a process with one thread of its own.

Needs nothing but Python, because the environment of a peer has nothing else of ours.
"""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

__all__ = ["read", "serve"]


def read(name: str) -> str:
    """Return the text of a file of the folder that the command names."""
    return Path(sys.argv[1], f"{name}.json").read_text("utf-8")


def serve(version: str, answers: Mapping[str, Callable[[list[str]], Any]]) -> None:
    """Say the version, and then answer questions until there are no more.

    Args:
        version: Version of the peer.
        answers: What answers a question about points, by its name.
    """
    print(json.dumps(version), flush=True)
    for line in sys.stdin:
        what, points = json.loads(line)
        print(json.dumps(answers[what](points)), flush=True)
