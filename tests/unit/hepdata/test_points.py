"""Tables of points hold the numbers of results.csv, and say what is missing."""

import pytest

from fitscan.columns import CLS, CLS_ERRORS, LIMIT_ERRORS, MU_UP, TOYS
from fitscan.hepdata import point_tables, write_submission

SCAN = {"mu_test": 1.0, "level": 0.95, "test_stat": "qtilde", "minima": "default"}


@pytest.fixture
def tables(results, about):
    built = point_tables(results, about(), scan=SCAN)
    return {table.name: table for table in built}


def dependent(table):
    return [v.make_dict() for v in table.variables if not v.is_independent]


def independent(table):
    return [v.make_dict() for v in table.variables if v.is_independent]


def numbers(column):
    return [entry["value"] for entry in column["values"]]


def test_a_scan_with_limits_has_tables_of_CLs_limits_and_discovery(tables):
    assert list(tables) == ["CLs", "Upper limits", "Discovery"]


def test_discovery_at_the_lowest_minima_is_a_table_where_it_is_another(results, about):
    lowest = {"p0_lowest": results["p0"], "significance_lowest": results["significance"]}
    both = results.assign(delta_nll=0.0, **lowest)
    names = [table.name for table in point_tables(both, about(), scan=SCAN)]
    assert names == ["CLs", "Upper limits", "Discovery"]
    both.loc[0, ["p0_lowest", "significance_lowest"]] = [0.25, 3.5]
    *_, table = point_tables(both, about(), scan=SCAN)
    assert table.name == "Discovery at the lowest minima"
    assert "in table 'Discovery' fits start at the initial values" in table.description
    assert [numbers(column)[0] for column in dependent(table)] == [0.25, 3.5]


def test_a_scan_without_limits_has_only_CLs(results, about):
    only_CLs = results.drop(columns=[*MU_UP, "p0", "significance"])
    assert [table.name for table in point_tables(only_CLs, about(), scan=SCAN)] == ["CLs"]


def test_every_number_is_that_of_the_results_to_the_last_digit(tables, results):
    ok = results["status"] == "ok"
    for column, made in zip(CLS, dependent(tables["CLs"]), strict=True):
        found = [value for value, is_ok in zip(numbers(made), ok, strict=True) if is_ok]
        assert found == results.loc[ok, column].tolist()


def test_a_point_that_is_not_ok_has_its_place_and_no_number(tables):
    table = tables["CLs"]
    assert [numbers(column)[2] for column in independent(table)] == [100.0, 100.0]
    for column in dependent(table):
        assert column["values"][2] == {"value": "-"}
    assert "1 of 30 points have no result" in table.description


def test_a_limit_that_was_not_found_is_missing(tables):
    assert all(
        column["values"][4] == {"value": "-"} for column in dependent(tables["Upper limits"])
    )
    assert "have no result" in tables["Upper limits"].description


def test_toys_give_their_standard_deviation_where_there_are_any(tables, results):
    for name, column in zip(CLS_ERRORS, dependent(tables["CLs"]), strict=True):
        label = "statistics of toys"
        expected = [{"symerror": results.loc[7, name], "label": label}]
        assert column["values"][7]["errors"] == expected
        assert "errors" not in column["values"][4]
    assert "without an uncertainty are from the asymptotic formulae" in tables["CLs"].description
    assert "uncertainty" not in tables["Discovery"].description


def test_what_is_tested_is_a_qualifier(tables):
    (of_CLs,) = {str(column["qualifiers"]) for column in dependent(tables["CLs"])}
    (of_limits,) = {str(column["qualifiers"]) for column in dependent(tables["Upper limits"])}
    assert of_CLs == "[{'name': 'SIGNAL STRENGTH', 'value': 1.0}]"
    assert of_limits == "[{'name': 'CONFIDENCE LEVEL', 'value': 95.0, 'units': '%'}]"


def test_the_variations_of_the_cross_section_are_in_the_table_where_there_are_any(results, about):
    varied = results.assign(CLs_obs_theory_up=0.125, CLs_obs_theory_down=0.25)
    (table, *_) = point_tables(varied, about(), scan=SCAN)
    *_, up, down = dependent(table)
    assert (numbers(up)[0], numbers(down)[0]) == (0.125, 0.25)
    assert up["header"]["name"] == "CL$_s$, observed, cross-section $+1\\sigma$"


def test_points_without_labels_are_told_apart_by_their_names(results, about, tmp_path):
    unlabelled = results.drop(columns=["m1", "m2"])
    tables = point_tables(unlabelled, about(), scan=SCAN)
    (column,) = independent(tables[0])
    assert (column["header"]["name"], numbers(column)) == ("Point", unlabelled["name"].tolist())
    write_submission(tmp_path, tables, about(), images={})
    assert (tmp_path / "submission.yaml").is_file()


def test_labels_that_are_text_are_valid_for_hepdata(results, about, tmp_path):
    named = results.assign(m1=[f"model {n}" for n in range(len(results))])
    write_submission(tmp_path, point_tables(named, about(), scan=SCAN), about(), images={})
    assert (tmp_path / "submission.yaml").is_file()


def test_lower_minima_have_tables_of_their_own_where_they_give_something_else(results, about):
    lowest = {f"{column}_lowest": 1.1 * results[column] for column in (*CLS, *MU_UP)}
    both = results.assign(delta_nll=0.0, **lowest)
    both.loc[0, "delta_nll"] = 0.5
    tables = {table.name: table for table in point_tables(both, about(), scan=SCAN)}
    assert list(tables) == [
        "CLs",
        "CLs at the lowest minima",
        "Upper limits",
        "Upper limits at the lowest minima",
        "Discovery",
    ]
    for name, column in (("CLs", "CLs_obs"), ("Upper limits", "mu_up_obs")):
        made = dependent(tables[f"{name} at the lowest minima"])[0]
        assert numbers(made)[0] == both.loc[0, f"{column}_lowest"]
        assert f"in table '{name}' fits start" in tables[f"{name} at the lowest minima"].description
    same = results.assign(delta_nll=0.0, **{f"{c}_lowest": results[c] for c in (*CLS, *MU_UP)})
    names = [table.name for table in point_tables(same, about(), scan=SCAN)]
    assert names == ["CLs", "Upper limits", "Discovery"]


def test_each_table_of_a_choice_names_the_part_of_each_point(chosen, either):
    for table in point_tables(chosen, either(), scan=SCAN):
        *_, column = dependent(table)
        assert column["header"] == {"name": "Chosen part"}
        assert numbers(column)[:4] == ["low", "high", "-", "high"]  # the third point has failed


def test_rounding_keeps_each_CLs_on_its_side_of_the_test_size(results, about):
    """0.04996 is excluded at 0.05, and would not be as 0.05."""
    near = results.copy()
    near.loc[[0, 1, 3, 4], "CLs_obs"] = [0.04996, 0.050004, 0.05, 0.123456]
    near.loc[[0, 1], "mu_up_obs"] = [0.99987, 1.23456]
    said = about(hepdata={"digits": 2})
    tables = {t.name: t for t in point_tables(near, said, scan=SCAN, test_size=0.05)}
    found = numbers(dependent(tables["CLs"])[0])
    assert found[:5] == [0.04996, 0.050004, "-", 0.05, 0.12]
    assert numbers(dependent(tables["Upper limits"])[0])[:2] == [0.9999, 1.2]
    assert numbers(independent(tables["CLs"])[0]) == near["m1"].tolist()
    assert "have 2 significant digits, and more where" in tables["CLs"].description
    assert "to or across 0.05." in tables["CLs"].description
    assert "to or across 1." in tables["Upper limits"].description
    assert tables["Discovery"].description.endswith("Numbers have 2 significant digits.")
    (error,) = dependent(tables["CLs"])[0]["values"][7]["errors"]
    assert error["symerror"] == float(f"{near.loc[7, 'CLs_obs_err']:.1e}")


def test_rounding_is_not_mentioned_where_there_is_none(tables):
    assert not any("significant digits" in table.description for table in tables.values())


def test_descriptions_say_how_numbers_were_found(results, about):
    toys = {"n_toys_signal": 500.0, "n_toys_background": 1500.0}
    ok = results["status"] == "ok"
    thrown = results.assign(**toys)
    thrown.loc[4, [*toys]] = 0.0
    scan = SCAN | {"toys_thrown": "500 toys"}
    CLs, limits, discovery = point_tables(thrown, about(), scan=scan)
    where = f"at {ok.sum() - 1} of {ok.sum()} points and from the asymptotic formulae at the others"
    test = r"with the test statistic $\tilde{q}_\mu$, at the minima from the default initial values"
    number = "2000 toys for a point, both hypotheses together."
    assert f"CLs from toys {where}, {test}; {number}" in CLs.description
    assert f"Limits from toys {where}, {test}; at each tested signal strength 500 toys." in (
        limits.description
    )
    assert "by the asymptotic formulae, with the test statistic $q_0$." in discovery.description
    without = results.drop(columns=[*TOYS, *LIMIT_ERRORS])
    CLs, limits, _ = point_tables(without, about(), scan=SCAN)
    assert f"CLs from the asymptotic formulae, {test}." in CLs.description
    assert f"Limits from the asymptotic formulae, {test}." in limits.description
