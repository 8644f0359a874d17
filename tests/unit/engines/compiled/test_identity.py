"""Results are the same to the last bit, however the machine code was come by."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from scan_settings import COMPILED

from fitscan.columns import CLS

PROJECT = Path(__file__).parents[4]
EXAMPLE = PROJECT / "resources" / "example"

SCRIPT = f"""
import json
import sys
from concurrent.futures import ThreadPoolExecutor
import numpy as np
from fitscan.engines.compiled.adapter import CompiledEngine
from fitscan.engines.compiled.kernels.expansion import expand
from fitscan.engines.compiled.kernels.batch import nll_of_each
from fitscan.engines.compiled.machine_code.jit import entry
from fitscan.engines.compiled.kernels.rates import evaluate_rates
from fitscan.likelihood import apply_patch
from fitscan.model import Analysis

workspace = json.load(open({str(EXAMPLE / "workspace.json")!r}))
patches = json.load(open({str(EXAMPLE / "patchset.json")!r}))["patches"][::20]
hypotheses = [apply_patch(workspace, patch["patch"], where="patch") for patch in patches]

def compile_others():
    model = Analysis(workspace).model(hypotheses[0])
    here = expand(model.arrays, model.data, model.init)
    nll_of_each(model.arrays, model.data, model.init[np.newaxis])
    # With other types of arguments than any entry of the engine has.
    entry(evaluate_rates.py_func)(model.init, model.arrays, here.rates)

def fitted():
    engine = CompiledEngine(workspace, {COMPILED | {"measurement": None}!r})
    rows = [engine.fit_point(hypothesis) for hypothesis in hypotheses]
    return [" ".join(row[column].hex() for column in {CLS!r}) for row in rows]

def fit_points():
    print(*fitted(), sep="\\n")

def fit_in_threads():
    sys.setswitchinterval(1e-5)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: fitted(), range(4)))
    print(*answers[0], answers == 4 * answers[:1], sep="\\n")
"""


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    cache = tmp_path_factory.mktemp("cache")

    def printed(*steps, keep=True):
        done = subprocess.run(
            [sys.executable, "-c", "\n".join([SCRIPT, *steps])],
            env=os.environ | {"FITSCAN_CACHE": str(cache if keep else "")},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    return printed


def test_results_do_not_depend_on_what_was_compiled_or_loaded_before(printed):
    compiled = printed("compile_others()", "fit_points()")
    points = len(json.loads((EXAMPLE / "patchset.json").read_bytes())["patches"][::20])
    assert len(compiled.splitlines()) == points > 1
    loaded = printed("fit_points()")
    loaded_after_others = printed("compile_others()", "fit_points()")
    alone = printed("fit_points()", keep=False)
    assert loaded == compiled
    assert loaded_after_others == compiled
    assert alone == compiled


def test_engines_in_threads_give_the_numbers_of_one(printed):
    """Was a bug: they waited for each other while kernels were compiled, and shared memory."""
    assert printed("fit_in_threads()") == f"{printed('fit_points()')}True\n"
