"""Each command in a document runs here, or is checked as far as it goes: see ``CHECKS``."""

import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from project import make_project

PROJECT = Path(__file__).parents[2]
FITSCAN = (sys.executable, "-m", "fitscan.cli")
DOCUMENTS = [
    *(PROJECT / name for name in ("README.md", "CONTRIBUTING.md")),
    *(path for folder in ("docs", "config") for path in sorted((PROJECT / folder).rglob("*.md"))),
]
PARTS = (
    *("Snakefile", "Makefile", "pyproject.toml", "CITATION.cff"),
    *("workflow", "config", "profiles", "scripts", "src", "envs", "resources/example", "bench"),
)
# What may begin a command: more than there are, so that the first of its kind needs a check too.
PROGRAMS = re.compile(
    r"\.|source|export|cd|git|make|cat|snakemake|snakefmt|pip|python3?|pytest|\.venv/bin/.*|ruff|mypy|uv|conda|"
    r"globus-compute-endpoint|parsl|pyhf|sh|bash|cp|mv|rm|mkdir|curl|wget|tar|ssh|scp|sudo|tmux|nohup|"
    r"fitscan|eval|reana-client|snakedeploy|apptainer|singularity|podman|"
    r"docker|pre-commit|kubectl|sacct|sbatch|scancel|squeue|srun"
)


def commands_in(text: str) -> list[str]:
    """Return the commands of a document: indented, in a fence for a shell, or in backticks."""
    text = re.sub(r"^```(\w*)\n(.*?)^```", _indented, text, flags=re.M | re.S)
    lines = re.findall(r"^ {4}(.*)$", text.replace("\\\n", " "), re.M)
    prose = re.sub(r"^ {4}.*$", "", text, flags=re.M)
    inline = [found for found in re.findall(r"`([^`]+)`", prose) if " " in found.strip()]
    parts = [part for line in [*lines, *inline] for part in re.split(r" && |; ", line)]
    commands = [" ".join(re.sub(r"(?:^|\s{2,})#.*", "", part).split()) for part in parts]
    return [command for command in commands if PROGRAMS.fullmatch(program(command))]


def _indented(fence: re.Match[str]) -> str:
    return re.sub(r"^", "    ", fence[2], flags=re.M) if fence[1] in {"", "sh", "bash"} else ""


def program(command: str) -> str:
    """Return the first word that sets no variable."""
    words = (word for word in command.split() if not re.match(r"[A-Z_]+=", word))
    return next(words, "")


def run(folder: Path, *words: str, fails: bool = False, **environment: str) -> str:
    """Run a program in a folder of the project and return what it printed."""
    done = subprocess.run(
        words,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(PROJECT / "src"), "TERM": "dumb"} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=300,
    )
    assert (done.returncode != 0) == fails, done.stdout
    return done.stdout


def plan(words: Sequence[str], folder: Path) -> None:
    """Let Snakemake say what it would do: this reads all files and options."""
    words = ["executor=in_process" if word == "executor=NAME" else word for word in words[1:]]
    dry = [] if {"-n", "--unlock"} & set(words) else ["-n"]
    data = {"FITSCAN_DATA": str(folder / "data")}
    said = run(folder, sys.executable, "-m", "snakemake", *words, *dry, **data)
    assert "--unlock" in words or "Job stats:" in said


def plan_make(words: Sequence[str], folder: Path) -> None:
    """Let make say what it would run; the programs, scripts and modules are there."""
    made = run(folder, *words, "-n", "BIN=bin")
    steps = [shlex.split(line) for line in made.splitlines() if line.startswith("bin/")]
    assert steps or words[1] == ".venv/run"
    for step in steps:
        assert shutil.which(step[0].removeprefix("bin/"), path=Path(sys.executable).parent)
        if step[0] == "bin/python" and step[1] != "-W":
            python(step, folder)


def check_for_real(words: Sequence[str], folder: Path) -> None:
    said = run(folder, *words, f"BIN={Path(sys.executable).parent}")
    assert "my.yaml: the configuration is valid" in said


def python(words: Sequence[str], folder: Path) -> None:
    """The script is there, or the module, with the options that the command has."""
    words = words[[word.endswith("python") for word in words].index(True) + 1 :]
    if words[0] != "-m":
        assert (PROJECT / words[0]).is_file()
    elif words[1] not in {"pip", "uv"}:
        assert importlib.util.find_spec(words[1]) is not None
        options = {word for word in words if word.startswith("--")}
        known = run(folder, sys.executable, "-m", words[1], "--help") if options else ""
        assert all(option in known for option in options), known


def fit_for_real(words: Sequence[str], folder: Path) -> None:
    """Run it in a shell, with the bundled likelihood in its folder."""
    print_of(" ".join(words), folder)


def print_of(command: str, folder: Path) -> str:
    """Return what a command prints that asks the bundled likelihood."""
    place = folder / "likelihood"
    if not place.exists():
        shutil.copytree(folder / "resources/example", place)
        (place / "patches").mkdir()
        patchset = json.loads((place / "patchset.json").read_text())
        patches = {one["metadata"]["name"]: one["patch"] for one in patchset["patches"]}
        for name in ("Wino_500_200", "Wino_600_100"):
            (place / f"patches/{name}.json").write_text(json.dumps(patches[name]))
        shutil.copy(place / "patches/Wino_500_200.json", place / "signal.json")
    called = re.sub(r"\bfitscan (?=[a-z-])", f"{shlex.join(FITSCAN)} ", command, count=1)
    return run(place, "bash", "-c", called)


def fitscan_run(words: Sequence[str], folder: Path) -> None:
    """Let Snakemake say what it would do."""
    words = ["-m", "fitscan.cli", *words[1:]]
    dry = [] if {"-n", "--unlock"} & set(words) else ["-n"]
    said = run(folder, sys.executable, *words, *dry)
    assert "--unlock" in words or "Job stats:" in said


def fitscan_options(words: Sequence[str], folder: Path) -> None:
    """The command is there, with the options that it has here."""
    known = run(folder, sys.executable, "-m", "fitscan.cli", words[1], "--help")
    assert all(word.split("=")[0] in known for word in words if word.startswith("--"))


def completion(words: Sequence[str], folder: Path) -> None:
    """Click writes what the shell evaluates."""
    named = {"_FITSCAN_COMPLETE": "bash_source"}
    assert "COMP_WORDS" in run(folder, sys.executable, "-m", "fitscan.cli", **named)
    assert "_FITSCAN_COMPLETE=bash_source fitscan" in words[1]


def recipe(words: Sequence[str], folder: Path) -> None:
    """The file is there."""
    assert any((PROJECT / word).is_file() for word in words if word.startswith("envs/"))


def extra(words: Sequence[str], folder: Path) -> None:
    """pyproject.toml has the extra."""
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    assert re.fullmatch(r".*\[(\w+)\]", words[-1])[1] in project["optional-dependencies"]


def endpoint(words: Sequence[str], folder: Path) -> None:
    """Configure an endpoint in a home of its own, or render its template."""
    if words[1] == "configure" and os.getuid() == 0:
        words = [*words, "--multi-user", "false"]  # root serves many users by default
    home = folder / "home"
    home.mkdir(exist_ok=True)
    there = folder if words[1] == "configure" else folder / "config/endpoints/laptop"
    said = run(there, str(Path(sys.executable).with_name(words[0])), *words[1:], HOME=str(home))
    assert "Created profile" in said or "Rendered user config" in said


def named_files(words: Sequence[str], folder: Path) -> None:
    """The files that it names are there."""
    assert words[1:]
    assert all((PROJECT / word).exists() for word in words[1:])


def in_makefile(words: Sequence[str], folder: Path) -> None:
    """The Makefile makes the environment, or has the variable."""
    word = "VENV := .venv" if "activate" in words[1] else words[1].split("=")[0]
    assert word in (folder / "Makefile").read_text()


def nothing(words: Sequence[str], folder: Path) -> None:
    """The reason in the table is all there is to say."""


class Check(NamedTuple):
    """How a kind of command is checked, and what keeps it from being run as it stands."""

    pattern: str
    check: Callable[[Sequence[str], Path], None]
    why_not_run: str = ""


CHECKS = [
    Check(
        "snakemake --workflow-profile profiles/htcondor",
        nothing,
        "needs the extra, which the tests do without: test_entrances reads the profile",
    ),
    Check(
        "snakemake ", plan, "fits take minutes, likelihoods the network: tests/workflow runs all"
    ),
    Check("fitscan run ", fitscan_run, "fits take minutes: tests/wheel runs one"),
    Check(r"(cat \S+ \| )?fitscan (cls|limit|fit|scan) \S", fit_for_real),
    Check("fitscan ", fitscan_options, "takes minutes, or files of the reader: tests/unit/cli"),
    Check("eval ", completion),
    Check("(docker|apptainer) build ", recipe, "needs a daemon and the network"),
    Check("(docker|apptainer) run ", nothing, "needs the image"),
    Check("reana-client run ", nothing, "needs a server; test_entrances reads the file"),
    Check("pip install dist/", nothing, "tests/wheel installs it"),
    Check("pip install --requirement envs/", recipe, "needs the network"),
    Check("make check CONFIG=", check_for_real),
    Check(
        "make ", plan_make, "installs by the network, or takes minutes; CI runs run, lint, test-all"
    ),
    Check("(OMP_NUM_THREADS=1 )?python ", python, "takes minutes; tests/unit runs what it calls"),
    Check("pip install (-e|--no-build-isolation) ", extra, "needs the network"),
    Check(
        "pip install kubernetes",
        nothing,
        "needs the network; a stand-in is in test_endpoint_templates",
    ),
    Check("globus-compute-endpoint (configure|render-user-config) ", endpoint),
    Check(
        "globus-compute-endpoint start ", nothing, "needs a login; tests/executors has a stand-in"
    ),
    Check(
        r"(\.|source) (~/fitscan/)?\.venv/bin/activate",
        in_makefile,
        "the environment of tests is another",
    ),
    Check("export FITSCAN_DATA=", in_makefile, "the reader fills in the folder"),
    Check(r"\.venv/bin/pytest ", named_files, "a test does not run another"),
    Check("git clone <this repository>", nothing, "needs the network"),
    Check("git (tag -a|push origin) ", nothing, "releases; test_entrances reads the workflow"),
    Check("pre-commit install", nothing, "needs the network; test_entrances reads the file"),
    Check("cd ~/fitscan", nothing, "needs the clone"),
]

COMMANDS = sorted(
    {
        re.sub(r"--cores \d+", "--cores 2", command)
        for document in DOCUMENTS
        for command in commands_in(document.read_text())
    }
)


def check_of(command: str) -> Check | None:
    return next((check for check in CHECKS if re.match(check.pattern, command)), None)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A copy of the project with the files that documents tell to write, as they show them."""
    folder = tmp_path_factory.mktemp("commands")
    for part in PARTS:
        copy = shutil.copytree if (PROJECT / part).is_dir() else shutil.copy2
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        copy(PROJECT / part, folder / part)
    for document in ("README.md", "docs/remote.md"):
        text = (PROJECT / document).read_text()
        for name, block in re.findall(r"^```yaml\n# (my\w*\.yaml)(.*?)^```", text, re.M | re.S):
            (folder / name).write_text(f"#{block}")
    mine = folder / "my_cluster.yaml"
    mine.write_text(mine.read_text().replace("interface: eth0", "interface: lo"))
    (folder / "my_look.yaml").write_text("figures: {style: neutral}\n")
    (folder / "config/endpoints/laptop/options.json").write_text("{}")
    for overlay in (folder / "config").glob("*_local.yaml"):
        for path in re.findall(r"\$FITSCAN_DATA/([\w./-]+)", overlay.read_text()):
            (folder / "data" / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / "data" / path).write_text("CLs_obs\n0.5\n")  # read when points are known
    (folder / ".venv").mkdir()
    for stamp in ("run", "test"):
        (folder / ".venv" / stamp).touch()
    return folder


@pytest.mark.parametrize("command", COMMANDS)
def test_command_of_a_document_works(command, folder):
    check = check_of(command)
    assert check is not None, "how far can it be checked? add it to CHECKS"
    check.check(shlex.split(command), folder)


def test_answers_on_the_page_are_those_of_the_commands(folder):
    page = (PROJECT / "docs/command-line.md").read_text()
    shown = re.findall(r"^    (fitscan [^\n]*)\n\n```text\n(.*?)^```", page, re.M | re.S)
    assert len(shown) == 2
    for command, printed in shown:
        assert print_of(command, folder) == printed


def test_no_check_is_left_over():
    assert {check_of(command) for command in COMMANDS} == set(CHECKS)
    assert all(check.why_not_run for check in CHECKS if check.check is nothing)


def test_commands_are_found_wherever_a_document_has_them():
    text = """
Do `make run`, or `snakemake
--cores 1`, not `code`.

    make test    # all
    git clone it && python a.py \\
        --b
    x = y

```yaml
    make: no
```
```bash
curl it
```
"""
    found = ["make test", "git clone it", "python a.py --b", "curl it"]
    assert commands_in(text) == [*found, "make run", "snakemake --cores 1"]


def test_an_extra_stands_where_a_command_needs_it(project_folder):
    """Was a bug: only a comment in profiles/slurm/config.yaml named the extra slurm."""
    text = (project_folder / "docs/remote.md").read_text()
    for extra, use in (
        ("slurm", "snakemake --workflow-profile profiles/slurm"),
        ("parsl", "snakemake --cores 4 --config executor=my_cluster.yaml"),
        ("globus", "snakemake --cores 4 --config executor=my_endpoint.yaml"),
    ):
        assert f"    pip install -e '.[{extra}]'\n    {use}\n" in text


def test_an_interface_that_is_not_there_is_one_line_with_those_that_are(folder):
    """Was a bug: `[Errno 19] No such device`, from the file in docs/remote.md."""
    settings = yaml.safe_load((folder / "my_cluster.yaml").read_text())
    settings["options"]["interface"] = "absent0"
    (folder / "absent.yaml").write_text(yaml.safe_dump(settings))
    words = ["-m", "snakemake", "-n", "--config", "executor=absent.yaml"]
    said = run(folder, sys.executable, *words, fails=True)
    assert re.search(r"ExecutorError: .*ifname .*'absent0'.* lo \(127\.", said)
    assert "Traceback" not in said


def test_the_quick_way_to_a_contour_makes_nothing_else(tmp_path, tiny, project_folder):
    [command] = [c for c in commands_in((project_folder / "README.md").read_text()) if "draw:" in c]
    words = shlex.split(command)
    project = make_project(tmp_path, PROJECT, tiny)
    (tmp_path / "config.yaml").rename(tmp_path / "my.yaml")
    said = run(tmp_path, sys.executable, "-m", *words)
    made = {path.name for path in (tmp_path / "results/plane/hypotest").rglob("*.*")}
    assert {"exclusion.pdf", "exclusion.png"} <= made
    assert not {"audit.csv", "CLs_map.pdf", "submission.yaml"} & made
    assert "Open " not in said  # was a bug: a report that was not made
    assert project.journal()


def test_a_target_after_configfile_fails_as_the_readme_says(folder, project_folder):
    wrong = ["--configfile", "my.yaml", "figures"]
    said = run(folder, sys.executable, "-m", "snakemake", "-n", *wrong, fails=True)
    told = "No such file or directory: 'figures'"
    assert told in said
    assert told in (project_folder / "README.md").read_text()
