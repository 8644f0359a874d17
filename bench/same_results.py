"""Show that a refactoring changes no number: the tables of two revisions, byte for byte.

    python bench/same_results.py make before --revision main    # by a revision
    python bench/same_results.py make after                     # by this checkout, edits included
    python bench/same_results.py compare before after --renamed CLs_obs=CLs --moved hepdata/=record/

``make`` runs the workflow on same_results.yaml and keeps its tables; published likelihoods are in
FITSCAN_DATA. ``compare`` prints a line for each table, and ends with 1 where any differs; see
``same_tables``.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from io import BytesIO
from pathlib import Path

import pandas as pd
from run import PROJECT, data_folder
from same_tables import LEFT_OUT, compare

CONFIG = Path(__file__).with_suffix(".yaml")
# The modifier that is the uncertainty of a cross-section: its key, the latest name first.
THEORY = ("signal_xsec_uncertainty", "theory")


def make(into: Path, revision: str | None, cores: int) -> None:
    """Run the workflow of a revision, or of this checkout, and keep its tables in a new folder."""
    data, start = data_folder(), time.perf_counter()
    if not (data / "pallets").is_dir():
        sys.exit(f"no published likelihoods in {data}: set FITSCAN_DATA")
    if into.exists():
        sys.exit(f"{into} is there already: tables of two runs must not mix")
    threads = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy_project(folder, revision)
        keys = (folder / "src/fitscan/config.schema.yaml").read_text("utf-8")
        theory = next(key for key in THEORY if f" {key}:" in keys)
        config = CONFIG.read_text("utf-8").replace("THEORY:", f"{theory}:")
        (folder / "same.yaml").write_text(config, "utf-8")
        program = [sys.executable, "-m", "snakemake", "--cores", str(cores)]
        # Its own package, also where another one is installed.
        own = {"PYTHONPATH": str(folder / "src"), "FITSCAN_DATA": str(data)}
        done = subprocess.run(
            [*program, "--configfile", "same.yaml"],
            cwd=folder,
            env=os.environ | threads | own,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        if done.returncode != 0:
            sys.exit(done.stdout.decode())
        count = keep_tables(folder / "results", into)
    print(f"{count} tables in {into}, after {time.perf_counter() - start:.0f} s")


def copy_project(folder: Path, revision: str | None) -> None:
    """Copy the files of a revision, or of this checkout with its edits and new files."""
    git = ["git", "-C", str(PROJECT)]
    if revision:
        packed = subprocess.run([*git, "archive", revision], check=True, stdout=subprocess.PIPE)
        with tarfile.open(fileobj=BytesIO(packed.stdout)) as archive:
            archive.extractall(folder, filter="data")
        return
    listing = [*git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, check=True, stdout=subprocess.PIPE, text=True).stdout
    for name in names.split("\0"):
        if (PROJECT / name).is_file():  # not where it was deleted since it was committed
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, folder / name)


def keep_tables(results: Path, into: Path) -> int:
    """Copy the tables of all scans, toys that were kept as CSV; return how many they are."""
    found = [
        *results.rglob("*.csv"),
        *results.rglob("hepdata/*.yaml"),
        *results.rglob("toys.parquet"),
    ]
    for path in found:
        target = into / path.relative_to(results)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".parquet":
            pd.read_parquet(path).to_csv(f"{target}.csv", index=False)
        else:
            shutil.copy2(path, target)
    return len(found)


def pair(text: str) -> tuple[str, str]:
    """Read OLD=NEW."""
    old, new = text.split("=")
    return old, new


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("make", help="run the workflow and keep its tables")
    making.add_argument("folder", type=Path, help="a new folder for the tables")
    making.add_argument("--revision", help="git revision (default: this checkout as it is)")
    making.add_argument("--cores", type=int, default=1, help="number of cores (default 1)")
    comparing = commands.add_parser("compare", help="compare the tables of two folders")
    comparing.add_argument("before", type=Path)
    comparing.add_argument("after", type=Path)
    for option, what in (("--renamed", "names of columns"), ("--moved", "parts of paths")):
        comparing.add_argument(
            option, nargs="+", default=[], type=pair, metavar="OLD=NEW", help=what
        )
    comparing.add_argument("--without", nargs="+", default=[], help="more columns to leave out")
    chosen = parser.parse_args()
    if chosen.command == "make":
        make(chosen.folder, chosen.revision, chosen.cores)
        sys.exit()
    same = compare(
        chosen.before,
        chosen.after,
        without=(*LEFT_OUT, *chosen.without),
        renamed=dict(chosen.renamed),
        moved=dict(chosen.moved),
    )
    sys.exit(0 if same else 1)
