"""Rules name what goes together, and follow the code that they run."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]

# The code of the fits is in the keys of their points; and a measurement stays, whatever is edited,
# until what it measures is another thing.
KEYED = {"fit_shard", "time_pyhf", "time_trial"}


def rules_of(project_folder: Path) -> str:
    return "".join(p.read_text() for p in sorted((project_folder / "workflow/rules").glob("*.smk")))


def test_every_rule_has_the_names_that_go_together(project_folder):
    rules = rules_of(project_folder)
    for script in (project_folder / "scripts").glob("*.py"):
        for part in (
            f'(rule|checkpoint) {script.stem}:|name:\n .*"{script.stem}["{{]',
            f'"logs/{script.stem}[/.]',
            f'"benchmarks/{script.stem}[/.]',
            f"scripts/{script.name}",
        ):
            assert re.search(part, rules), (script.name, part)


@pytest.mark.parametrize(
    "script",
    sorted({path.stem for path in (PROJECT / "scripts").glob("*.py")} - KEYED),
)
def test_a_rule_follows_the_code_of_its_script(project_folder, script):
    """Else an edit reruns nothing. Those of ``KEYED`` follow none."""
    assert f'code=code("{script}")' in rules_of(project_folder)


def test_rules_are_few_and_short(project_folder):
    files = [project_folder / "Snakefile", *(project_folder / "workflow/rules").glob("*.smk")]
    rules = [
        rule
        for file in files
        for rule in re.split(r"^ *(?=(?:rule|checkpoint)\b)", file.read_text(), flags=re.M)[1:]
    ]
    lines = [len(re.split(r"^(?=\S)", rule, flags=re.M)[1].strip().splitlines()) for rule in rules]
    assert len(rules) <= 20
    assert max(lines) <= 40
