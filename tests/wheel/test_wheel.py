"""The wheel runs by itself, in an environment that knows nothing of this checkout.

It is installed without its dependencies. Those of the environment of the tests are lent by a .pth
file: they are the ones that are locked, and to install them anew would take a minute and the
network. An editable fitscan there is not seen, since Python follows no .pth file of a lent folder.
"""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from fitscan.digests import tree_digest


def run(*words, cwd):
    """Run a program without what names this checkout; return what it printed."""
    ours = {"PYTHONPATH", "VIRTUAL_ENV", "FITSCAN_COMMAND"}
    done = subprocess.run(
        words,
        cwd=cwd,
        env={key: value for key, value in os.environ.items() if key not in ours},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def build(source, *targets, into):
    """Build distributions of a folder, with the build tool that is locked."""
    options = [word for target in targets for word in ("-t", target)]
    run(sys.executable, "-m", "hatchling", "build", *options, "-d", str(into), cwd=source)


@pytest.fixture(scope="module")
def built(tmp_path_factory, project_folder):
    """The folder of a wheel and an sdist."""
    folder = tmp_path_factory.mktemp("dist")
    build(project_folder, "wheel", "sdist", into=folder)
    return folder


@pytest.fixture(scope="module")
def installed(tmp_path_factory, built):
    """The folder of programs of an environment with the wheel."""
    folder = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", "--without-pip", str(folder), cwd=folder)
    python = str(folder / "bin/python")
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = Path(run(python, "-c", code, cwd=folder).strip())
    lent = [path for path in sys.path if Path(path).name == "site-packages"]
    (packages / "lent.pth").write_text("\n".join(lent))
    [wheel] = built.glob("*.whl")
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps"]
    run(*pip, "--no-index", "--ignore-installed", str(wheel), cwd=folder)
    return folder / "bin"


def test_the_sdist_builds_the_same_wheel(built, tmp_path):
    [sdist], [wheel] = built.glob("*.tar.gz"), built.glob("*.whl")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path)
    build(tmp_path / sdist.name.removesuffix(".tar.gz"), "wheel", into=tmp_path)
    assert (tmp_path / wheel.name).read_bytes() == wheel.read_bytes()


def test_a_wheel_holds_what_runs_and_nothing_else(built):
    [wheel] = built.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[2] for name in names if name.startswith("fitscan/_project/")}
    assert tops == {
        *("CITATION.cff", "Snakefile", "config", "envs", "profiles", "resources", "scripts"),
        "workflow",
    }
    assert "fitscan/py.typed" in names
    assert not [name for name in names if "__pycache__" in name or "/tests/" in name]


def test_the_distributions_pass_the_checks_of_others(built):
    every = [str(path) for path in built.iterdir()]
    [wheel] = (path for path in every if path.endswith(".whl"))
    for words in (["twine", "check", "--strict", *every], ["check_wheel_contents", wheel]):
        run(sys.executable, "-m", *words, cwd=built)


def test_the_code_of_a_wheel_is_that_of_its_checkout(installed, tmp_path):
    code = "from fitscan.digests import tree_digest; print(tree_digest())"
    assert run(str(installed / "python"), "-c", code, cwd=tmp_path).strip() == tree_digest()


def test_an_executor_is_found_by_its_name(installed, tmp_path):
    said = run(str(installed / "fitscan"), "doctor", "process_pool", cwd=tmp_path)
    assert said.endswith("process_pool can be used\n")


def test_the_example_is_scanned_in_an_empty_folder(installed, tmp_path):
    said = run(str(installed / "fitscan"), "run", "--cores", "2", cwd=tmp_path)
    assert "not drawn: " not in said
    scan = tmp_path / "results/example/hypotest"
    assert len((scan / "results.csv").read_text().splitlines()) == 61
    assert (scan / "figures/exclusion.pdf").stat().st_size > 10_000
    assert "fitscan run --cores 2" in (tmp_path / "results/report.html").read_text()
    again = run(str(installed / "fitscan"), "run", "--cores", "2", cwd=tmp_path)
    assert "Nothing to be done" in again
