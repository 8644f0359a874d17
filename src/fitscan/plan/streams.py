"""The random stream of a point: derived from what it is, so that its toys are always the same."""

import hashlib

__all__ = ["stream_of"]


def stream_of(seed: int, *, workspace: str, patch: str, hypothesis: str) -> str:
    """Return the random stream of a point's toys, 32 hexadecimal digits.

    It does not depend on the tested strength: limits compare strengths on the same fluctuations.

    Args:
        seed: Of the scan.
        workspace: Digest of the workspace.
        patch: Digest of the patch of the point.
        hypothesis: At which they are drawn, one of ``HYPOTHESES``; or ``experiment``.
    """
    return hashlib.sha256(f"{seed} {workspace} {patch} {hypothesis}".encode()).hexdigest()[:32]
