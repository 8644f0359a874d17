"""Write all that is pinned, from pyproject.toml: lock files, conda, hooks; `make lock` calls it."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ENVS = Path(__file__).parent
# What each file holds: the dependencies and a group, or a group alone. What runs has the versions
# that are tested, also where a tool of the tests wants an older one.
LOCKS = {
    "requirements-test.txt": ("pyproject.toml", "--group", "test"),
    "requirements.txt": (
        *("pyproject.toml", "--group", "build"),
        *("--constraints", "envs/requirements-test.txt"),
    ),
    "requirements-uv.txt": ("--group", "install"),
}

HEADER = """\
# The environment of every rule, for `snakemake --sdm conda`. Written by `make lock`: the direct
# dependencies of pyproject.toml at the versions of requirements.txt. Python is the one thing that
# comes from conda, so that both ways of installing run the same packages. fitscan itself is found
# through PYTHONPATH, which the workflow sets.
"""


def lock(name: str, content: tuple[str, ...]) -> None:
    """Pin what a file holds, with hashes, for every platform and Python."""
    subprocess.run(
        [
            *(sys.executable, "-m", "uv", "pip", "compile", *content),
            *("--universal", "--python-version", "3.11"),
            # One version of each package for all Pythons: the same numbers everywhere.
            *("--fork-strategy", "fewest"),
            *("--generate-hashes", "--no-annotate", "--upgrade"),
            *("--custom-compile-command", "make lock", "--quiet"),
            *("--output-file", str(ENVS / name)),
        ],
        check=True,
        cwd=ENVS.parent,
    )


def conda_environment(requirements: str, dependencies: list[str]) -> str:
    """Return envs/fitscan.yaml: the direct dependencies, pinned as in ``requirements``."""
    pins = dict(re.findall(r"^([\w.-]+)==([^\s;\\]+)", requirements, flags=re.MULTILINE))
    lines = []
    for dependency in dependencies:
        package, extra = re.match(r"([\w.-]+)(\[[\w,-]+\])?", dependency).groups()
        lines.append(f"      - {package}{extra or ''}=={pins[package.lower()]}")
    return "\n".join(
        [
            f"{HEADER}channels:",
            "  - conda-forge",
            "dependencies:",
            "  - python>=3.11",
            "  - pip",
            "  - pip:",
            *lines,
            "",
        ]
    )


def hooks(config: str, requirements: str) -> str:
    """Return .pre-commit-config.yaml with the linters pinned as in ``requirements``."""
    pins = dict(re.findall(r"^([\w.-]+)==([^\s;\\]+)", requirements, flags=re.MULTILINE))
    return re.sub(r"\[([\w-]+)==[^\]]+\]", lambda found: f"[{found[1]}=={pins[found[1]]}]", config)


def main() -> None:
    """Write all of them."""
    for name, content in LOCKS.items():
        lock(name, content)
    project = tomllib.loads((ENVS.parent / "pyproject.toml").read_text("utf-8"))["project"]
    requirements = (ENVS / "requirements.txt").read_text("utf-8")
    (ENVS / "fitscan.yaml").write_text(conda_environment(requirements, project["dependencies"]))
    linters = ENVS.parent / ".pre-commit-config.yaml"
    tested = (ENVS / "requirements-test.txt").read_text("utf-8")
    linters.write_text(hooks(linters.read_text("utf-8"), tested))


if __name__ == "__main__":
    main()
