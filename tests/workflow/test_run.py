"""A run from nothing: what it prints, and what it leaves behind."""

import io
import re
import socket

import pandas as pd
import pytest


def test_a_run_makes_every_product(finished):
    project = finished
    config = project.folder / "config.yaml"
    config.write_text(config.read_text().replace("draw: [status_map, yields]", "draw: null"))
    project.run()
    tables = (
        "results.csv",
        "results.parquet",
        "timings.csv",
        "status.csv",
        "audit.csv",
        "flagged.csv",
    )
    for name in tables:
        assert (project.folder / "results/plane/hypotest" / name).stat().st_size > 0
    for analysis in ("plane", "line"):
        for name in ("exclusion", "CLs_map", "status_map", "minima"):
            for suffix in ("pdf", "png", "csv"):
                figure = project.folder / f"results/{analysis}/hypotest/figures/{name}.{suffix}"
                assert figure.stat().st_size > 0
    page = (project.folder / "results/report.html").read_text()
    assert "plane" in page
    assert "line" in page


def test_results_have_one_row_a_point_in_the_order_of_the_patchset(finished_once):
    project, _ = finished_once
    results = pd.read_csv(io.StringIO(project.results()), keep_default_na=False)
    assert results["name"].tolist() == [
        *("m_100_0", "m_100_50", "m_200_0", "m_200_50"),
        *("m_300_0", "m_300_50", "m_400_0", "m_400_50"),
    ]
    assert results["m1"].tolist() == [100, 100, 200, 200, 300, 300, 400, 400]
    assert (results["status"] == "ok").all()
    # Fewer signal events are excluded less.
    assert results["CLs_obs"].is_monotonic_increasing
    assert results["key"].is_unique
    parquet = pd.read_parquet(project.folder / "results/plane/hypotest/results.parquet")
    pd.testing.assert_frame_equal(parquet, results, check_dtype=False)


def test_a_pattern_of_single_patches_names_points_by_file(finished_once):
    project, _ = finished_once
    results = pd.read_csv(io.StringIO(project.results("line")))
    assert results["name"].tolist() == ["m100", "m200", "m300"]
    assert results["mass"].tolist() == [100, 200, 300]


def test_progress_tells_points_done_of_all_on_plain_lines(finished_once):
    _, output = finished_once
    assert re.search(r"^(plane|line), hypotest: \d+ of (8|3) points", output, flags=re.MULTILINE)
    assert "\x1b" not in output


def test_no_temporary_file_is_left(finished_once):
    project, _ = finished_once
    assert not list((project.folder / "results").rglob(".tmp-*"))


def test_results_do_not_depend_on_the_shards(finished_once, fresh, tiny):
    project, _ = finished_once
    for file in ("plane/workspace.json", "plane/patchset.json"):
        (fresh.folder / file).write_bytes((project.folder / file).read_bytes())
    config = fresh.folder / "config.yaml"
    config.write_text(config.read_text().replace("size: 2", "size: 3"))
    fresh.run("results/plane/hypotest/results.csv")
    assert len(fresh.shards()) == 3
    assert fresh.results() == project.results()


def test_snakemake_report_needs_no_network(finished, monkeypatch):
    def refuse(*_: object) -> None:
        pytest.fail("the report asked the network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)  # of this process; the child gets proxies
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    finished.run("--report", "report.html")
    page = (finished.folder / "report.html").read_text()
    assert "interpolated between the points shown. The figure states how CLs was found" in page


def test_the_screen_of_a_run_is_short_and_its_log_is_whole(finished_once):
    """Was 400 lines, 36 kB of names of files."""
    project, printed = finished_once
    assert len(printed.splitlines()) <= 40
    assert "Open results/report.html" in printed
    (log,) = sorted((project.folder / ".snakemake/log").glob("*.log"))[:1]
    assert "Finished jobid" in log.read_text()


def test_a_run_of_some_files_does_not_announce_the_page_of_an_earlier_run(finished):
    """Was a bug: after `snakemake figures` the old report was the page to open."""
    figure = "results/plane/hypotest/figures/status_map.csv"
    (finished.folder / figure).unlink()
    printed = finished.run(figure)
    assert (finished.folder / figure).exists()
    assert "report.html" not in printed


def test_a_second_configuration_keeps_the_report_and_record_of_the_first(finished):
    """Was a bug: each configuration wrote the same report and the same record."""
    pages = ("report.html", "provenance.json", "ro-crate-metadata.json")
    before = {name: (finished.folder / "results" / name).read_bytes() for name in pages}
    fitted = len(finished.journal())
    config = finished.folder / "config.yaml"
    (finished.folder / "other.yaml").write_text(f"{config.read_text()}run: mine\n")
    config.write_text((finished.folder / "other.yaml").read_text())
    printed = finished.run()
    assert "Open results/mine-report.html" in printed
    assert {name: (finished.folder / "results" / name).read_bytes() for name in pages} == before
    assert len(finished.journal()) == fitted
    page = (finished.folder / "results/mine-report.html").read_text()
    assert 'href="mine-provenance.json"' in page
    assert 'href="mine-ro-crate-metadata.json"' in page
