"""The list of messages is that of the code: texts are read from the modules that write them."""

import ast
import re
from pathlib import Path

import pytest

import fitscan
from fitscan.engines.compiled.kernels.minimum import CONVERGED, KNOWN
from fitscan.engines.compiled.kernels.minimum import MESSAGES as OF_FITS
from fitscan.tables.meanings.messages import MESSAGES, explained

SOURCE = Path(fitscan.__file__).parent

# The modules with texts that come into rows; of some of them the functions.
WRITERS = {
    "engines/compiled/adapter.py": None,
    "engines/compiled/data_tests.py": None,
    "engines/compiled/limit_messages.py": None,
    "engines/compiled/lost_digits.py": None,
    "engines/compiled/signal_messages.py": None,
    "engines/compiled/coverage.py": None,
    "engines/compiled/fits/recovery.py": {"impossible_bins"},
    "engines/compiled/inference/crossing.py": None,
    "engines/compiled/inference/curves.py": None,
    "engines/compiled/inference/limits.py": None,
    "engines/undecided.py": None,
    "engines/pyhf/reference.py": {"fit_point", "_tried", "_attempt", "_hypotest", "_first_line"},
    "kinds/toys/row.py": None,
    "kinds/toys/tally.py": None,
    "kinds/toys/limits.py": None,
    "kinds/coverage/points.py": None,
    "dispatch/delivery.py": {"_lost", "_renew_leases"},
    "plan/rows.py": None,
    "worker/finite_rows.py": None,
}

# Others that write or read a ``message``, but not that of a row of results.
OTHERS = {
    "audit/table.py": "of audit.csv",
    "dispatch/requests.py": "it is given the text",
    "executors/shim.py": "of a request that failed, which ends the job",
    "tables/comparison.py": "of comparison.csv",
    "tables/results.py": "none of its own",
    "report/sections/not_ok.py": "none of its own",
    "worker/run.py": "of a request that failed, which ends the job",
}

# Texts of these modules that no row has.
NOT_MESSAGES = {
    "over 10x nominal",  # of the column of odd yields
    "the function has no value",  # the fit that has none is named instead
}


def texts(module, functions=None):
    """Return the texts of a module with at least two words, and … for what is put into them."""
    tree = ast.parse((SOURCE / module).read_text())
    found = []

    def told(node):
        """Whether a call tells people at the terminal, or readers of the log."""
        return isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[0] in {
            *("log", "print", "logging")
        }

    def visit(node):
        if isinstance(node, ast.Raise | ast.Assert) or told(node):
            return
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("Error", "Extra")):
            return
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return  # a docstring
        if isinstance(node, ast.JoinedStr):
            parts = [v.value if isinstance(v, ast.Constant) else "…" for v in node.values]
            found.append("".join(parts))
            return
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.append(re.sub(r"\{[^}]*\}|\b\d+\b", "…", node.value))
            return
        for child in ast.iter_child_nodes(node):
            visit(child)

    for node in ast.walk(tree) if functions else [tree]:
        if not functions or (isinstance(node, ast.FunctionDef) and node.name in functions):
            visit(node)
    return [text for text in found if re.search(r"[a-z]{2,}\W* \W*[a-z]{2,}", text)]


def listed(text):
    """Whether a text is in what is listed; anything may be in place of …, also no word."""
    parts = [re.escape(part) for part in text.strip(" ,;:.").split("…")]
    pattern = re.compile(".*".join(parts))
    return any(pattern.search(f"{known.text} {known.meaning}") for known in MESSAGES)


@pytest.mark.parametrize("module", WRITERS)
def test_every_text_of_a_module_that_writes_messages_is_listed(module):
    lacking = [
        text
        for text in texts(module, WRITERS[module])
        if not listed(text) and text not in NOT_MESSAGES
    ]
    assert lacking == []


@pytest.mark.parametrize("status", OF_FITS.keys() - {CONVERGED, KNOWN})
def test_what_keeps_a_fit_from_converging_is_listed(status):
    assert OF_FITS[status] in {message.text for message in MESSAGES}


def test_every_module_that_writes_a_message_is_looked_at():
    writers = set()
    for folder in ("engines", "kinds", "dispatch", "plan", "worker", "executors", "audit"):
        for path in (SOURCE / folder).rglob("*.py"):
            tree = [*ast.walk(ast.parse(path.read_text()))]
            keys = [key for node in tree if isinstance(node, ast.Dict) for key in node.keys]
            keys += [
                target.slice
                for node in tree
                if isinstance(node, ast.Assign)
                for target in node.targets
                if isinstance(target, ast.Subscript)
            ]
            if any(isinstance(key, ast.Constant) and key.value == "message" for key in keys):
                writers.add(path.relative_to(SOURCE).as_posix())
    assert writers - WRITERS.keys() - OTHERS.keys() == set()


def test_a_new_message_would_be_noticed(tmp_path, monkeypatch):
    (tmp_path / "new.py").write_text('def f(n):\n    return {"message": f"quite {n} new"}\n')
    monkeypatch.setitem(globals(), "SOURCE", tmp_path)
    (text,) = texts("new.py")
    assert text == "quite … new"
    assert not listed(text)


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.text)
def test_every_listed_message_is_in_the_code(message):
    """A text that was reworded or removed has to go."""
    of_code = [text for module, names in WRITERS.items() for text in texts(module, names)]
    of_code += OF_FITS.values()
    # Those of which the parts between names and numbers are no words.
    if message.text in {"… Hint: …", "…Error: …", "…: …; then …: converged"}:
        return
    start = max(message.text.split("…"), key=len).strip(" :,;")
    assert any(start in text or text.strip(" :,;…") in message.text for text in of_code)


@pytest.mark.parametrize(
    ("said", "texts"),
    [
        ([], []),
        (["flat in 1 direction"], ["flat in … direction…"]),
        (
            ["mu_up_obs above 10, the default upper bound of mu"],
            ["above …, the default upper bound of …"],
        ),
        (
            ["mu_hat is at its upper bound, 10, the default of mu"],
            ["… is at its upper bound, …, the default of …"],
        ),
        (
            [
                "flat in 1 direction",
                "slsqp: it failed; then minuit: converged; flat in 2 directions",
            ],
            ["flat in … direction…", "…: …; then …: converged"],
        ),
        (["something that nobody wrote"], []),
    ],
)
def test_messages_of_rows_are_explained_once_by_the_text_that_says_most(said, texts):
    assert [message.text for message in explained(said)] == texts
