"""The benchmark as people read it, in Markdown and TeX."""

from timed import conditions, pyhf_record, trial

from fitscan.benchmark.markup import as_markdown
from fitscan.benchmark.published import published_times
from fitscan.benchmark.table import benchmark_table
from fitscan.benchmark.words import how_measured, published_words, times_words


def words(*trials, pyhf=()):
    table = benchmark_table(
        {f"trial_{number}.json": each for number, each in enumerate(trials)},
        {f"pyhf_{number}.json": each for number, each in enumerate(pyhf)},
    )
    published = published_times(table["analysis"])
    return times_words(table), published_words(published), how_measured(table, published)


def test_times_have_their_deviation_and_the_number_of_trials():
    times, _, _ = words(trial(1, 10.0), trial(2, 12.0), pyhf=[pyhf_record(10.0, 12.0)])
    (row,) = times.to_dict("records")
    assert (row["Wall time [s]"], row["Trials"]) == ("11.0 ± 1.4", "2")
    assert row["pyhf, one core [s]"] == "1377 (extrapolated from 2 points, ± 125)"
    assert row["Ratio"] == "125"


def test_error_of_short_times_is_not_rounded_away():
    times, _, _ = words(trial(1, 10.0), pyhf=[pyhf_record(0.11, 0.12)])
    (row,) = times.to_dict("records")
    assert row["pyhf, one core [s]"].endswith("(extrapolated from 2 points, ± 0.62)")


def test_single_trial_is_given_without_deviation():
    times, _, _ = words(trial(1, 10.0), pyhf=[pyhf_record(10.0)])
    (row,) = times.to_dict("records")
    assert row["Wall time [s]"] == "10.0"
    assert row["pyhf, one core [s]"] == "1252 (extrapolated from 1 point)"


def test_nothing_is_said_of_extrapolation_where_all_points_were_timed():
    """Was a bug: the list of samples ended the sentence, and was empty."""
    one = words(trial(1, 10.0), pyhf=[pyhf_record(10.0, 12.0)])[2]
    assert any("Extrapolated times are" in sentence for sentence in one)
    said = words(trial(1, 10.0), pyhf=[pyhf_record(10.0, 12.0, patches=2)])[2]
    assert any(sentence.endswith("The start of Python is not included.") for sentence in said)
    assert not any("Extrapolated times are" in sentence for sentence in said)


def test_times_of_two_machines_have_no_ratio():
    other = pyhf_record(10.0, conditions=conditions(cpu="another"))
    (row,) = words(trial(1, 10.0), pyhf=[other])[0].to_dict("records")
    assert row["Ratio"] == "other machine"
    assert words(trial(1, 10.0))[0]["pyhf, one core [s]"].tolist() == ["not timed"]


def test_scans_of_one_analysis_are_told_apart():
    times, _, _ = words(trial(1, 1.0), trial(1, 1.0, scan="other"), trial(1, 1.0, analysis="b"))
    assert times["Analysis"].tolist() == ["1Lbb, hypotest", "1Lbb, other", "b"]


def test_published_times_stand_in_a_table_of_their_own():
    times, published, said = words(trial(1, 1.0))
    assert published["Distributed wall time [s]"].tolist() == [
        *("156.2 ± 9.5", "31.2 ± 2.7", "57.4 ± 5.2"),
    ]
    assert published["Single node [s]"].tolist() == ["3842", "114", "612"]
    assert published["Patches"].tolist() == ["125", "76", "57"]
    assert set(published["Reference"]) == {"arXiv:2103.02182"}
    assert not set(times.columns) & (set(published.columns) - {"Analysis", "Patches"})
    assert any("arXiv:2103.02182" in sentence for sentence in said)


def test_without_a_published_analysis_nothing_published_is_told():
    _, published, said = words(trial(1, 1.0, analysis="mine"))
    assert len(published) == 0
    assert not any("arXiv" in sentence for sentence in said)
    assert "Published" not in as_markdown(*words(trial(1, 1.0, analysis="mine")))


def test_machine_versions_and_threads_are_said():
    said = " ".join(words(trial(1, 1.0))[2])
    for part in ("Some_CPU 100% & more, 2 cores, 16 GB", "fitscan-0.1.0", "OMP_NUM_THREADS=1"):
        assert part in said
