"""Digests of source code: of a module, and of all that it imports.

The key of a point holds the digest of its engine, the params of a rule that of its script: an edit
computes again what it affects, and nothing else. What is affected is read from the import
statements, those inside functions too; nothing is imported for it. A name that a package re-exports
leads to the module which defines it, so the other modules of that package do not count.
"""

import functools
import hashlib
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

__all__ = ["imports_of", "module_file", "source_digest", "source_files", "tree_digest"]

_ROOT = Path(__file__).parent

# The release affects no number: it is written beside them.
_RELEASE = _ROOT / "__init__.py"

# It imports an executor by its name in the configuration. Executors affect no number, so none of
# its imports is followed.
_OPENING = "fitscan.executors.opening"

# A search of the text takes a tenth of the time that parsing takes; a test compares both.
_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+(fitscan[\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n]+)"
    r"|import[ \t]+(fitscan[^\n]*))",
    re.MULTILINE,
)
_HIDDEN = re.compile(r"\b(?:import_module|__import__)\(")
_COMMENT = re.compile(r"#[^\n]*")


def source_digest(*roots: str | Path, without: Collection[str] = ()) -> str:
    """Return a digest of modules or scripts and of everything that they import of this package.

    Args:
        roots: Dotted names of modules or packages, or paths of scripts.
        without: Dotted names of modules or packages that are not followed.

    Raises:
        ValueError: See ``source_files``.
    """
    content = hashlib.sha256()
    for file in source_files(*roots, without=without):
        name = file.relative_to(_ROOT) if file.is_relative_to(_ROOT) else Path(file.name)
        content.update(f"{name.as_posix()} {_digest_of(file)}\n".encode())
    return content.hexdigest()[:16]


def source_files(*roots: str | Path, without: Collection[str] = ()) -> list[Path]:
    """List the files that a digest is made of: modules, and what packages hold beside them.

    Args:
        roots: See ``source_digest``.
        without: See ``source_digest``.

    Raises:
        ValueError: A module is imported that does not exist, or by a name that is made at run time.
    """
    excluded = {file for name in without for file in _files_of_root(name)}
    waiting = [file for root in roots for file in _files_of_root(root)]
    modules: set[Path] = set()
    while waiting:
        file = waiting.pop()
        if file not in modules and file not in excluded and file != _RELEASE:
            modules.add(file)
            waiting += _imported_files(file)
    data = {each for folder in {m.parent for m in modules} for each in _data_of(folder)}
    return sorted(modules | data)


def tree_digest() -> str:
    """Return a digest of the whole package, the same for a checkout and for a wheel."""
    files = [path for path in sorted(_ROOT.rglob("*")) if _is_source(path)]
    named = {path.relative_to(_ROOT).as_posix(): path for path in files}
    own = {name: path for name, path in named.items() if not name.startswith("_project/")}
    content = [f"{name} {_digest_of(path)}" for name, path in own.items()]
    return hashlib.sha256("\n".join(content).encode()).hexdigest()[:16]


@functools.cache
def module_file(name: str) -> Path | None:
    """Return the file of a module or package by its dotted name; None if there is none."""
    path = _ROOT.parent / name.replace(".", "/")
    for file in (path.with_suffix(".py"), path / "__init__.py"):
        if file.is_file():
            return file
    return None


def imports_of(text: str) -> tuple[tuple[str, str], ...]:
    """Find what a source imports of this package: pairs of a module and a name in it, or ``""``."""
    found = []
    for module, names, modules in _IMPORT.findall(text):
        if module:
            found += [(module, name) for name in _names(names.strip("()"))]
        else:
            found += [(name, "") for name in _names(modules)]
    return tuple(dict.fromkeys(found))


def _names(text: str) -> Iterator[str]:
    """Yield the names in a list of imports, without their aliases."""
    for part in _COMMENT.sub("", text).split(","):
        if part.strip():
            yield part.split()[0]


def _files_of_root(root: str | Path) -> list[Path]:
    """Return the file of a script or module, or all modules of a package."""
    if isinstance(root, Path):
        return [root]
    file = module_file(root)
    if file is None:
        raise ValueError(f"no module is called {root!r}")
    return sorted(file.parent.rglob("*.py")) if file.name == "__init__.py" else [file]


@functools.cache
def _imported_files(file: Path) -> Iterable[Path]:
    """Return the files that define what a file imports."""
    if file == module_file(_OPENING):
        return ()
    text = file.read_text()
    if _HIDDEN.search(text):
        raise ValueError(f"{file} imports a module whose name is computed at run time")
    return tuple(found for pair in imports_of(text) for found in _defining(*pair, by=file))


def _defining(module: str, name: str, *, by: Path) -> list[Path]:
    """Return the file that defines a name; where a package re-exports it, follow its import."""
    file = module_file(f"{module}.{name}") if name else None
    file = file or module_file(module)
    if file is None:
        raise ValueError(f"{by} imports {module!r}, which does not exist")
    if not name or file.name != "__init__.py" or file == by:
        return [file]
    for source, exported in imports_of(file.read_text()):
        if exported == name:
            return _defining(source, exported, by=file)
    return [file]


@functools.cache
def _data_of(folder: Path) -> frozenset[Path]:
    """Return the files beside the modules of a package: templates, tables, styles."""
    if folder == _ROOT or not folder.is_relative_to(_ROOT):
        return frozenset()
    files: set[Path] = set()
    for path in folder.iterdir():
        if path.is_dir() and not (path / "__init__.py").exists():
            files |= _data_of(path)
        elif path.suffix != ".py" and _is_source(path):
            files.add(path)
    return frozenset(files)


def _is_source(path: Path) -> bool:
    return path.is_file() and "__pycache__" not in path.parts


@functools.cache
def _digest_of(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
