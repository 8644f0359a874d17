"""Signals: what makes a hypothesis of the background-only workspace.

To add another form: a class here, or in a module of its own, that has what ``Signal`` asks for, and
a line in ``FORMS``. What is sent to a worker is ``content``, a JSON object whose one name says the
form.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, Self

from fitscan.errors import LikelihoodError
from fitscan.likelihood.patching import Operation, apply_patch

__all__ = ["FORMS", "JsonPatch", "Signal", "signal_of"]


class Signal(Protocol):
    """A signal, in whatever form it is given."""

    @property
    def content(self) -> dict[str, Any]:
        """The signal as a JSON object, from which ``signal_of`` makes it again."""
        ...

    def apply(self, background: Mapping[str, Any], *, name: str) -> dict[str, Any]:
        """Return the workspace of the hypothesis, which shares with the background what stays.

        Args:
            background: The background-only workspace; it is not changed.
            name: What messages call the signal.

        Raises:
            LikelihoodError: The signal does not fit this workspace.
        """
        ...


@dataclass(frozen=True)
class JsonPatch:
    """A signal as a JSON patch, RFC 6902, the form of pyhf's patchsets.

    Attributes:
        operations: The operations of the patch.
    """

    operations: list[Operation]

    @classmethod
    def of(cls, operations: object) -> Self:
        """Make a signal of what may be the operations of a patch.

        Raises:
            LikelihoodError: It is not a list of JSON objects.
        """
        if not isinstance(operations, list) or not all(isinstance(o, dict) for o in operations):
            raise LikelihoodError("a JSON patch is a list of operations", value=operations)
        return cls(operations)

    @property
    def content(self) -> dict[str, Any]:
        """See ``Signal``."""
        return {"patch": self.operations}

    def apply(self, background: Mapping[str, Any], *, name: str) -> dict[str, Any]:
        """See ``Signal`` and ``fitscan.likelihood.patching.apply_patch``."""
        hypothesis: dict[str, Any] = apply_patch(
            background, self.operations, where=f"patch {name!r}"
        )
        return hypothesis


# By the name in ``content``.
FORMS: dict[str, Callable[[Any], Signal]] = {"patch": JsonPatch.of}


def signal_of(content: Mapping[str, Any]) -> Signal:
    """Make a signal of its ``content``.

    Raises:
        LikelihoodError: Its form is not in ``FORMS``.
    """
    forms = [name for name in content if name in FORMS]
    if len(content) != 1 or not forms:
        raise LikelihoodError(
            "this signal has no known form", value=list(content), hint=f"known are {list(FORMS)}"
        )
    return FORMS[forms[0]](content[forms[0]])
