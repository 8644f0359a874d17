"""Compare finished scans of published likelihoods with pyhf's known answers, point by point.

The answers are in $FITSCAN_DATA/reference: pyhf 0.7.6, NumPy, SLSQP. `make published` calls this.
"""

import os
import sys
from pathlib import Path

import pandas as pd

from fitscan.columns import CLS
from fitscan.tables.results import read_table


def compare(analysis: str, reference: Path) -> str:
    """Return a line about the largest difference of any CLs at any point of an analysis."""
    results = read_table(Path(f"results/{analysis}/hypotest/results.csv")).set_index("name")
    known = pd.read_csv(reference / f"{analysis}.csv").set_index("name")
    both = results.index.intersection(known.index[known["CLs_obs"].notna()])
    columns = list(CLS)
    difference = (results.loc[both, columns] - known.loc[both, columns]).abs().max(axis=1)
    retried = int((results.loc[both, "message"] != "").sum())
    return (
        f"{analysis:8} {len(results):4} points, {(results['status'] == 'ok').sum():4} ok,"
        f" {len(both):4} compared ({retried} with a second minimiser):"
        f" largest difference {difference.max():.1e},"
        f" {int((difference > 1e-4).sum())} above 1e-4"
    )


def main() -> None:
    """Compare every published analysis that has been scanned."""
    reference = Path(os.environ.get("FITSCAN_DATA", "../shared/data")) / "reference"
    finished = [
        path.stem
        for path in sorted(reference.glob("*.csv"))
        if Path(f"results/{path.stem}/hypotest/results.csv").exists()
    ]
    if not finished:
        sys.exit("nothing to compare: `make published` scans, $FITSCAN_DATA has the answers")
    for analysis in finished:
        print(compare(analysis, reference))


if __name__ == "__main__":
    main()
