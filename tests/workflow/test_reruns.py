"""What reruns what: only that which failed, is new, or would look different."""

import json
import os
import random
import shutil
import time
from pathlib import Path

import pytest

RESULTS = "results/plane/hypotest/results.csv"
DRAWN_AND_REPORTED = {
    "draw_figures": 4,  # those that show the audit apart from the others
    "write_hepdata": 2,
    **dict.fromkeys(("write_provenance", "write_report"), 1),
}


def edit_patchset(project, tiny, points):
    workspace = json.loads((project.folder / "plane/workspace.json").read_text())
    tiny.write(project.folder / "plane/patchset.json", tiny.patchset(points, workspace))


def points_of(project):
    patches = json.loads((project.folder / "plane/patchset.json").read_text())["patches"]
    return [tuple(patch["metadata"]["values"]) for patch in patches]


def draw(project, **settings):
    """Let figures have other settings, as YAML."""
    config = project.folder / "config.yaml"
    new = "".join(f"{key}: {value}, " for key, value in settings.items())
    config.write_text(config.read_text().replace("figures: {", "figures: {" + new))


def touch_everything(folder: Path, parts: tuple[str, ...]) -> None:
    later = time.time() + 5
    for part in parts:
        for path in [folder / part, *(folder / part).rglob("*")]:
            os.utime(path, (later, later))


def test_nothing_changed_runs_nothing(finished):
    assert finished.jobs() == {}
    assert "plane, hypotest: 0 of 8 points are new" in finished.run("--dry-run")
    with (finished.folder / "config.yaml").open("a") as config:
        config.write("scans: {again: {kind: asymptotic, mu_test: 2.0}}\n")
    assert "plane, again: 8 of 8 points are new" in finished.run("--dry-run")


def test_points_inserted_in_the_middle_are_the_only_ones_fitted(finished, tiny):
    before, fitted = finished.shards(), len(finished.journal())
    points = points_of(finished)
    points[4:4] = [(250, 0), (250, 25), (250, 50)]
    edit_patchset(finished, tiny, points)
    finished.run(RESULTS)
    assert len(finished.journal()) == fitted + 3
    assert len(finished.shards() - before) == 2  # three points in shards of two
    lines = finished.results().splitlines()
    assert [line.split(",")[0] for line in lines[5:8]] == ["m_250_0", "m_250_25", "m_250_50"]
    assert finished.jobs(RESULTS) == {}


def test_points_removed_fit_nothing(finished, tiny):
    before, fitted = finished.shards(), len(finished.journal())
    edit_patchset(finished, tiny, points_of(finished)[1:-1])
    finished.run()
    assert finished.shards() == before
    assert len(finished.journal()) == fitted
    assert len(finished.results().splitlines()) == 1 + 6
    assert finished.jobs() == {}


def test_points_renamed_and_reordered_fit_nothing(finished, tiny):
    before = finished.shards()
    patchset = json.loads((finished.folder / "plane/patchset.json").read_text())
    patchset["patches"].reverse()
    patchset["patches"][0]["metadata"]["name"] = "renamed"
    tiny.write(finished.folder / "plane/patchset.json", patchset)
    finished.run(RESULTS)
    assert finished.shards() == before
    assert finished.results().splitlines()[1].startswith("renamed,400,50,")


def test_a_colour_redraws_figures_only(finished):
    draw(finished, observed='"black"')
    assert finished.jobs() == DRAWN_AND_REPORTED


def test_another_style_or_interpolation_redraws_figures_only(finished):
    draw(finished, style="neutral", interpolation="{in: log_CLs, band: true}")
    assert finished.jobs() == DRAWN_AND_REPORTED


def test_a_slice_redraws_figures_of_its_analysis_and_refits_nothing(finished):
    config = finished.folder / "config.yaml"
    text = config.read_text()
    config.write_text(text.replace("  plane: {", "  plane: {slice: {m2: 50}, "))
    others = ("write_hepdata", "write_provenance", "write_report")
    assert finished.jobs() == {"draw_figures": 2, **dict.fromkeys(others, 1)}


def test_the_code_of_plots_redraws_figures_only(finished):
    with (finished.folder / "src/fitscan/plots/style.py").open("a") as source:
        source.write("# an edit\n")
    assert finished.jobs() == DRAWN_AND_REPORTED


@pytest.mark.parametrize(
    "source", ["engines/compiled/adapter.py", "engines/compiled/kernels/minimise.py"]
)
def test_the_code_of_the_fit_refits_everything(finished, source):
    with (finished.folder / "src/fitscan" / source).open("a") as file:
        file.write("# an edit\n")
    assert finished.jobs()["fit_shard"] == 4 + 2


def test_a_setting_of_the_fit_refits_everything(finished):
    with (finished.folder / "config.yaml").open("a") as config:
        config.write("scans: {hypotest: {kind: asymptotic, mu_test: 2.0}}\n")
    assert finished.jobs()["fit_shard"] == 4 + 2


def test_a_second_minimiser_takes_no_point_that_has_numbers(finished):
    config = finished.folder / "config.yaml"
    # With pyhf no point is detailed, so no yields can be drawn.
    config.write_text(config.read_text().replace(", yields]", "]") + "engine: pyhf\n")
    finished.run(RESULTS)
    fitted, results = len(finished.journal()), finished.results()
    with (finished.folder / "config.yaml").open("a") as config:
        config.write("pyhf: {retry: minuit}\n")
    finished.run(RESULTS)
    assert len(finished.journal()) == fitted
    without_keys = [line.rsplit(",", 1)[0] for line in results.splitlines()]
    assert [line.rsplit(",", 1)[0] for line in finished.results().splitlines()] == without_keys


def test_another_executor_refits_nothing(finished):
    shutil.copy(finished.folder / "config/executors/in_process.yaml", finished.folder / "mine.yaml")
    with (finished.folder / "config.yaml").open("a") as config:
        config.write("executor: mine.yaml\n")
    assert finished.jobs() == {}


def test_another_size_of_shards_refits_nothing(finished):
    config = finished.folder / "config.yaml"
    config.write_text(config.read_text().replace("size: 2", "size: 3"))
    assert finished.jobs() == {}


def test_touching_everything_refits_nothing(finished):
    touch_everything(
        finished.folder,
        ("scripts", "src", "workflow", "Snakefile", "config", "plane", "line", "resources"),
    )
    assert "fit_shard" not in finished.jobs()


def test_a_fresh_checkout_with_restored_results_refits_nothing(finished, tmp_path):
    copy = tmp_path / "checkout"
    # Without the times of files and without Snakemake's own records.
    shutil.copytree(
        finished.folder,
        copy,
        copy_function=shutil.copyfile,
        ignore=shutil.ignore_patterns(".snakemake"),
    )
    finished.folder = copy
    assert "fit_shard" not in finished.jobs()


def test_a_deleted_shard_is_missed_and_made_again_from_the_journal(finished):
    fitted = len(finished.journal())
    shard = sorted(finished.shards())[0]
    content = shard.read_bytes()
    shard.unlink()
    assert finished.jobs()["fit_shard"] == 1
    finished.run(finished.target(shard))
    assert shard.read_bytes() == content
    assert len(finished.journal()) == fitted


def test_without_the_journal_a_deleted_shard_is_fitted_again(finished):
    results = finished.results()
    shutil.rmtree(finished.folder / "results/plane/hypotest/journal")
    shard = sorted(finished.shards())[0]
    shard.unlink()
    (finished.folder / RESULTS).unlink()
    finished.run(finished.target(shard), RESULTS)
    assert len(finished.journal()) == 2
    assert finished.results() == results


def test_forcing_everything_fits_nothing_that_is_in_the_journal(finished):
    fitted, results = len(finished.journal()), finished.results()
    finished.run(RESULTS, "--forceall")
    assert len(finished.journal()) == fitted
    assert finished.results() == results


def test_another_likelihood_under_an_older_time_is_noticed(finished, tiny):
    """Was a bug: a patchset from a backup or an archive is older than the results."""
    edit_patchset(finished, tiny, points_of(finished)[:4])
    os.utime(finished.folder / "plane/patchset.json", (1.5e9, 1.5e9))
    finished.run(RESULTS)
    assert len(finished.results().splitlines()) == 1 + 4


def test_the_report_of_another_run_says_that_its_tables_were_replaced(finished, tiny):
    """Was a bug: of two configurations with one name of an analysis, its links led to the other."""
    report, points = finished.folder / "results/report.html", points_of(finished)
    before = report.read_bytes()
    with (finished.folder / "config.yaml").open("a") as config:
        config.write("run: other\n")
    edit_patchset(finished, tiny, points[:4])
    finished.run(RESULTS)
    assert "plane, hypotest: a later run has written other results." in report.read_text()
    edit_patchset(finished, tiny, points)
    finished.run(RESULTS)
    assert report.read_bytes() == before


def test_a_clock_that_went_back_between_two_runs_leaves_nothing_old(finished, tiny):
    """Was a bug: contours, fits in detail and submission of the points of before stayed."""
    edit_patchset(finished, tiny, points_of(finished)[:4])
    finished.run(RESULTS)
    folder = finished.folder / "results/plane/hypotest"
    for path in (*folder.glob("*.*"), *folder.glob("shards/*")):
        os.utime(path, (1.5e9, 1.5e9))
    one = ("audit_scan", "fit_details", "write_hepdata", "write_provenance", "write_report")
    assert finished.jobs() == {"draw_figures": 2, **dict.fromkeys(one, 1)}


def test_products_that_were_deleted_come_back(finished):
    """Was a bug: only the report was asked for."""
    deleted = [
        finished.folder / f"results/plane/hypotest/{product}"
        for product in ("results.csv", "figures/exclusion.pdf", "figures/yields.pdf")
    ]
    for path in deleted:
        path.unlink()
    finished.run()
    assert all(path.exists() for path in deleted)


def test_files_of_a_likelihood_that_were_deleted_come_back(finished):
    """Was a bug: without patchset.json a run had nothing to do, and the next new point failed."""
    files = sorted((finished.folder / "resources/likelihoods/plane").iterdir())
    assert len(files) == 5
    for file in files:
        aside = file.rename(finished.folder / "aside")
        jobs = finished.jobs()
        assert jobs["fetch_likelihood"] == 1, file
        assert "fit_shard" not in jobs
        aside.rename(file)
    assert finished.jobs() == {}


def test_a_figure_that_was_deleted_comes_back_and_nothing_is_fitted(finished):
    path = finished.folder / "results/plane/hypotest/figures/yields.png"
    path.unlink()
    jobs = finished.jobs()
    assert jobs["draw_figures"] == 1
    assert not jobs.keys() & {"fit_shard", "fit_details"}
    finished.run("figures")
    assert path.exists()


def test_a_dry_run_with_another_configuration_leaves_the_plan_alone(finished):
    """Was a bug: it broke a run in progress, which then found its points in no shard."""
    plan = finished.folder / "results/plane/hypotest/plan/scan.json"
    before = plan.read_text()
    config = finished.folder / "config.yaml"
    content = config.read_text()
    config.write_text(content + "scans: {hypotest: {kind: asymptotic, mu_test: 2.0}}\n")
    assert finished.jobs()["fit_shard"] == 4 + 2
    assert plan.read_text() == before
    config.write_text(content)
    assert finished.jobs() == {}


def test_damaged_shards_are_made_again_from_the_journal(finished):
    """Was a bug: a second run said that nothing was to be done."""
    fitted = len(finished.journal())
    cut, emptied = sorted(finished.shards())[:2]
    contents = {path: path.read_bytes() for path in (cut, emptied)}
    cut.write_bytes(contents[cut][:50])
    emptied.write_text('{"format": 2, "rows": [\n]}\n')
    finished.run()
    assert {path: path.read_bytes() for path in contents} == contents
    assert len(finished.journal()) == fitted


def with_a_digit_changed(text, after):
    """Change one digit of a number, as an editor or a bad sector does."""
    place = text.index(after) + len(after) + 4
    return text[:place] + str((int(text[place]) + 1) % 10) + text[place + 1 :]


def test_a_digit_that_changes_on_disk_reaches_no_result(finished):
    """Was a bug: a changed digit of a shard, of results.csv or of a row went unnoticed."""
    table = finished.folder / "results/plane/hypotest/results.csv"
    before, fitted = table.read_bytes(), len(finished.journal())
    shard, other = sorted(finished.shards())[:2]
    shard.write_text(with_a_digit_changed(shard.read_text(), '"CLs_obs": '))
    edited = before.replace(b"0.", b"1.", 1)
    table.write_bytes(edited)
    again = finished.run()
    assert table.read_bytes() == before
    assert len(finished.journal()) == fitted
    assert f"{shard.relative_to(finished.folder)} is damaged" in again
    assert "results.csv was changed since it was written: it is written again" in again
    assert table.with_name("results.csv.changed").read_bytes() == edited

    # Without the shard its rows come from the journal, but for the one that was changed.
    key = json.loads(other.read_text())["rows"][0]["key"]
    for path in table.parent.glob("journal/*.jsonl"):
        lines = path.read_text().splitlines(keepends=True)
        path.write_text(
            "".join(
                with_a_digit_changed(line, '"CLs_obs": ') if key in line else line for line in lines
            )
        )
    other.unlink()
    again = finished.run()
    assert table.read_bytes() == before
    assert len(finished.journal()) == fitted + 1
    assert again.count("has rows that cannot be used; their points are fitted again") == 1
    assert finished.jobs() == {}


def test_edits_of_all_tables_are_noticed_and_kept(finished):
    """Was a bug: a header of exclusion.csv that was edited ended each run with a traceback."""
    folder = finished.folder / "results/plane/hypotest"
    names = (
        *("audit.csv", "flagged.csv", "timings.csv", "hepdata.tar.gz", "hepdata/submission.yaml"),
        *("figures/exclusion.csv", "fit/detail.json", "fit/yields.csv"),
    )
    before = {name: (folder / name).read_bytes() for name in names}
    edited = {name: b"edited" + content for name, content in before.items()}
    for name in names:
        (folder / name).write_bytes(edited[name])
    again = finished.run()
    for name in names:
        first, slash, rest = name.partition("/")
        kept = f"{first}.changed{slash}{rest}"
        assert (folder / kept).read_bytes() == edited[name]
        assert f"{name} was changed since it was written: it is written again, and" in again
        assert (folder / name).read_bytes() == before[name] or name == "timings.csv"
    assert len(finished.journal()) == 8
    assert finished.jobs() == {}


def test_files_that_end_anywhere_after_a_power_loss_change_no_result(finished):
    numbers = random.Random(0)
    folder = finished.folder / "results/plane/hypotest"
    table = folder / "results.csv"
    before = table.read_bytes()
    for part in ("journal", "shards", "plan", "."):
        for path in sorted((folder / part).glob("*.*")):
            content = path.read_bytes()
            path.write_bytes(content[: numbers.choice([0, numbers.randrange(len(content) + 1)])])
    finished.run()
    assert table.read_bytes() == before
    assert finished.jobs() == {}
