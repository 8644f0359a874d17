"""JSON as the standard has it: UTF-8, and no NaN or Infinity."""

import hashlib
import json
from typing import Any

from fitscan.errors import LikelihoodError

__all__ = ["digest", "parse"]


def parse(content: bytes, *, where: str) -> Any:
    """Parse ``content``; ``where`` names it in errors.

    Raises:
        LikelihoodError: Not JSON, or a NaN or Infinity, which Python's parser would let pass.
    """

    def refuse(constant: str) -> None:
        raise LikelihoodError(
            f"{where} holds a number that is not finite",
            value=constant,
            hint="a likelihood has finite numbers only; ask whoever made the file",
        )

    try:
        return json.loads(content, parse_constant=refuse)
    except UnicodeDecodeError as error:
        raise LikelihoodError(f"{where} is not text in UTF-8", value=str(error)) from error
    except json.JSONDecodeError as error:
        raise LikelihoodError(
            f"{where} is not JSON",
            value=str(error),
            hint="name a JSON file in the configuration; a download may have been cut short",
        ) from error
    except RecursionError as error:
        raise LikelihoodError(f"{where} is nested too deeply to be a likelihood") from error


def digest(document: Any) -> str:
    """Return the SHA-256 of ``document`` as pyhf computes it for patchsets.

    Keys are sorted, so neither the layout of the file nor the order of its keys matters
    (``pyhf.utils.digest``, pyhf 0.7.6).
    """
    canonical = json.dumps(document, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
