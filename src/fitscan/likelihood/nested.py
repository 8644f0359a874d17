"""Archives in archives, as downloads of whole records are: which of them holds a file.

Takes an open archive and the name of a file that it may lack; gives the archive inside it that has
the file. Every one of them is opened as the outer one is, with the same checks and out of the same
budget (``fitscan.likelihood.archive``), and only where the outer one lacks the file.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from fitscan.errors import LikelihoodError
from fitscan.likelihood.archive import Archive, open_inner

__all__ = ["archive_with"]

SUFFIXES = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".zip")

# Archives in archives in archives; an archive may hold itself (https://research.swtch.com/zip).
MAX_DEPTH = 3


@contextmanager
def archive_with(outer: Archive, name: str) -> Iterator[tuple[Archive, str]]:
    """Yield the archive that holds ``name``, and what to remove from the beginning of names.

    A file in an inner archive is called by its name there, ``likelihoods/workspace.json``, or with
    the way to it, ``record/likelihoods.tar.gz/likelihoods/workspace.json``: then what is to be
    removed is ``record/likelihoods.tar.gz/``.

    Args:
        outer: The outermost archive.
        name: The file.

    Raises:
        LikelihoodError: No archive has the file, two of them have, or one that had to be opened is
            broken or not safe, or holds too much.
    """
    with ExitStack() as opened:
        search = _Search(opened)
        found = list(search.holders(outer, name, way="", depth=0))
        if len(found) > 1:
            ways = [f"{way}{name}" for _, way, _ in found]
            raise LikelihoodError(
                f"two archives in {outer.label} hold a file of this name",
                value=name,
                hint=f"name one by its full path: {' or '.join(ways)}",
            )
        if not found:
            if search.errors:
                raise search.errors[0]
            outer.read_many([name])  # raises, and says what there is
        inner, _, removed = found[0]
        yield inner, removed


class _Search:
    """A search through archives, which are open until ``opened`` is closed."""

    def __init__(self, opened: ExitStack) -> None:
        self._opened = opened
        self.errors: list[LikelihoodError] = []

    def holders(
        self, outer: Archive, name: str, *, way: str, depth: int
    ) -> Iterator[tuple[Archive, str, str]]:
        """Yield archives that hold ``name``, the way to each, and what begins the name."""
        if name in outer.names():
            yield outer, way, ""
            return
        if depth == MAX_DEPTH:
            return
        inner = [each for each in outer.names() if each.endswith(SUFFIXES)]
        named = [each for each in inner if name.startswith(f"{each}/")]
        for each in named or inner:
            opened = self._open(outer, each)
            if opened is not None:
                removed = f"{each}/" if named else ""
                rest = name.removeprefix(removed)
                holds = False
                for found in self.holders(opened, rest, way=f"{way}{each}/", depth=depth + 1):
                    holds = True
                    yield found[0], found[1], removed + found[2]
                if not holds:
                    opened.close()

    def _open(self, outer: Archive, name: str) -> Archive | None:
        """Open an inner archive; one that is refused is none of those that hold the file."""
        try:
            return self._opened.enter_context(open_inner(outer, name))
        except LikelihoodError as error:
            self.errors.append(error)
            return None
