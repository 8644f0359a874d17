"""What figures of several panels have in common."""

from fit_tables import words

from fitscan.detail import no_fit_results
from fitscan.plots import draw_correlations, draw_pulls, draw_yields, save
from fitscan.plots.panels import short_names, shortened


def test_names_that_are_too_long_lose_what_they_share():
    long = ["shape_mcstat_top_CR_obs_cuts[0]", "shape_mcstat_fakes_SR_obs_cuts[0]"]
    assert short_names(long, 20) == ["…top_C…", "…fakes_S…"]
    assert short_names(["a", "b"], 20) == ["a", "b"]
    assert shortened("abcdefghij", 7) == "abc…hij"


def test_figures_without_results_say_why(tmp_path):
    nothing = no_fit_results("the engine refused it")
    for figure in (
        draw_pulls(nothing.parameters, lines=nothing.notes),
        draw_correlations(nothing.correlations, lines=nothing.notes),
        draw_yields(nothing.yields, lines=nothing.notes),
    ):
        assert "the engine refused it" in words(figure)
        save(figure, tmp_path / "nothing")
