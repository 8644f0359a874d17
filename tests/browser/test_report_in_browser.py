"""The report in a browser: what mouse, keys and fingers show, and that no network is asked.

Pages are rendered from tables. The names and messages of some points are markup.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from browsed import (
    column,
    command,
    complaints,
    hover,
    in_sight,
    one,
    pixel,
    place,
    requests,
    scrolls_sideways,
    see_chart,
    wait,
)
from reported import HOSTILE, audited, figures, page_of, scan_of, with_lowest
from selenium.webdriver import ActionChains
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

from fitscan.contour import plane_table
from fitscan.formats import significant
from fitscan.report.inputs import ReportedScan

Open = Callable[..., WebDriver]
DRAWN = ["CLs_obs", "CLs_exp_m1", "CLs_exp_0", "CLs_exp_p1"]
CLOSING = "</script><img src=x onerror=\"document.title='run'\">"


def plane(columns: int = 6, rows: int = 5) -> ReportedScan:
    """Return a scan over a plane, excluded below a line; its first point failed."""
    points = columns * rows
    scan = scan_of(points, failed=1)
    results = scan.results
    row, position = np.divmod(np.arange(points), columns)
    results["m1"], results["m2"] = 100 * position, 50 * row
    CLs = 0.01 * np.exp((results["m1"] + 2 * results["m2"]) / 200)
    for curve, factor in zip(DRAWN, (1.0, 0.4, 0.9, 2.0), strict=True):
        results[curve] = (factor * CLs).where(results["status"] == "ok").clip(upper=1.0)
    results.loc[0, "message"] = CLOSING
    results.loc[1, "name"] = HOSTILE
    scan.timings["name"] = results["name"]
    lines = plane_table(results["m1"], results["m2"], results[DRAWN], names=["m1", "m2"])
    CSV = lines.to_csv(index=False)
    return replace(scan, files=figures() | {"figures/exclusion.csv": CSV.encode()})


@pytest.fixture(scope="module")
def page() -> str:
    return page_of(audited(with_lowest(plane(), gap=0.25, CLs=0.2)))


def test_the_mouse_shows_what_is_known_of_a_point_and_a_click_selects_its_row(
    opened: Open, page: str
) -> None:
    driver = opened(page)
    see_chart(driver)
    assert not one(driver, ".card").is_displayed()
    hover(driver, 8)
    card = one(driver, ".card").text
    assert card.startswith("point_8\nexcluded, as expected\n")
    assert "CLs observed\n0.0448\nCLs expected\n0.0403 (0.0179 to 0.0896)" in card
    assert "NLL lower by\n0.250" in card
    assert "CPU time\n1.00 s" in card
    hover(driver, 0)
    assert "not converged" in one(driver, ".card").text
    hover(driver, 8)
    ActionChains(driver).click().perform()
    assert one(driver, "#points tr[aria-current]").text.startswith("point_8 ")
    hover(driver, 20)
    assert one(driver, ".card b").text == "point_8"
    one(driver, ".card button").click()
    assert driver.execute_script(
        "const row = document.querySelector('tr[aria-current]').getBoundingClientRect();"
        "return row.top > 0 && row.bottom < innerHeight"
    )


def test_arrow_keys_go_from_point_to_point_and_enter_selects(opened: Open, page: str) -> None:
    driver = opened(page)
    chart = see_chart(driver)
    one(driver, "nav li:last-child a").send_keys(Keys.TAB)
    while driver.switch_to.active_element != chart:
        driver.switch_to.active_element.send_keys(Keys.TAB)
    seen = []
    for key in (Keys.END, Keys.ARROW_LEFT, Keys.ARROW_DOWN, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT,
                Keys.ARROW_UP):  # fmt: skip
        chart.send_keys(key)
        seen.append(one(driver, ".card b").text)
    assert seen == [f"point_{n}" for n in (29, 28, 22, 23, 23, 29)]
    chart.send_keys(Keys.ENTER)
    assert one(driver, "tr[aria-current] th").text == "point_29"
    chart.send_keys(Keys.ESCAPE)
    assert not one(driver, ".card").is_displayed()


def test_the_head_of_a_column_says_what_it_holds_beside_the_mouse(opened: Open, page: str) -> None:
    driver = opened(page)
    head = one(driver, "#points th[data-key='CLs_exp_0']")
    said = head.get_attribute("title")
    assert said is not None
    assert said.startswith("Expected CLs if the background fluctuates by")
    # The button that sorts has no other text of its own beside the mouse.
    assert head.find_element("css selector", "button").get_attribute("title") == ""


def test_a_finger_shows_a_point(opened: Open, page: str) -> None:
    driver = opened(page, width=390)
    see_chart(driver)
    x, y = place(driver, 14)
    command(driver, "Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
    command(driver, "Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
    assert one(driver, ".card b").text == "point_14"


def test_a_column_sorts_by_mouse_and_by_key_with_missing_numbers_last(
    opened: Open, page: str
) -> None:
    driver = opened(page)
    head = one(driver, "#points th[data-key=CLs_obs]")
    button = head.find_element(By.TAG_NAME, "button")
    unsorted = column(driver, 4)
    button.click()
    assert head.get_attribute("aria-sort") == "ascending"
    ascending = column(driver, 4)
    assert ascending != unsorted
    assert [float(text) for text in ascending[:-1]] == sorted(float(t) for t in unsorted[1:])
    button.send_keys(Keys.ENTER)
    assert head.get_attribute("aria-sort") == "descending"
    assert column(driver, 4) == [*ascending[-2::-1], "–"]
    one(driver, "#points th[data-key=name] button").click()
    assert head.get_attribute("aria-sort") is None
    assert column(driver, 1)[1:4] == ["point_0", "point_2", "point_3"]


def test_the_table_is_filtered_by_text_and_by_status(opened: Open, page: str) -> None:
    driver = opened(page)
    find, found = one(driver, "#points input"), one(driver, "#points .found")
    find.send_keys("point_2")
    assert column(driver, 1) == ["point_2", *[f"point_{n}" for n in range(20, 30)]]
    assert found.text == "11 of 30 points"
    find.clear()
    find.send_keys("onerror")
    assert column(driver, 1) == ["point_0", HOSTILE]
    find.clear()
    find.send_keys(Keys.SPACE)
    choice = Select(one(driver, "#points select"))
    choice.select_by_visible_text("not converged")
    assert column(driver, 1) == ["point_0"]
    choice.select_by_visible_text("excluded")
    assert all(float(text) < 0.05 for text in column(driver, 4))
    find.send_keys("nothing has this")
    assert (column(driver, 1), found.text) == ([], "0 of 30 points")


def test_the_page_is_silent_and_asks_nothing_of_a_network(opened: Open, page: str) -> None:
    driver = opened(page)
    see_chart(driver)
    for point in range(0, 30, 3):
        hover(driver, point)
    one(driver, "[data-copies]").is_enabled()
    assert complaints(driver) == []
    asked = requests(driver)
    assert asked
    assert all(url.startswith(("file://", "data:")) for url in asked)


def test_markup_in_names_and_messages_stays_text(opened: Open, page: str) -> None:
    driver = opened(page)
    see_chart(driver)
    for point, text in ((0, CLOSING), (1, HOSTILE)):
        hover(driver, point)
        assert text in one(driver, ".card").text
    assert HOSTILE in column(driver, 1)
    assert any(CLOSING in text for text in column(driver, 10))
    assert driver.find_elements(By.CSS_SELECTOR, "[onerror], img[src=x]") == []
    assert "fitscan" in driver.title


def test_the_policy_of_the_page_stops_a_script_that_is_not_its_own(opened: Open, page: str) -> None:
    driver = opened(page)
    driver.execute_script(
        "const script = document.createElement('script');"
        "script.textContent = 'document.title = 1';"
        "document.body.append(script); document.body.insertAdjacentHTML('beforeend', arguments[0])",
        '<img src="data:," onerror="document.title = 2">',
    )
    assert "fitscan" in driver.title
    assert any("Content Security Policy" in text for text in complaints(driver))


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_makes_the_page_scroll_sideways(opened: Open, page: str, width: int) -> None:
    driver = opened(page, width=width)
    driver.execute_script("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    assert not scrolls_sideways(driver)
    see_chart(driver)
    for corner in (0, 5, 14, 24, 29):
        hover(driver, corner)
        assert one(driver, ".card").is_displayed()
        box = one(driver, ".card").rect
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert not scrolls_sideways(driver)


def test_the_figure_to_print_takes_the_place_of_the_chart_on_paper_and_without_scripts(
    opened: Open, page: str
) -> None:
    for how in ({"media": "print"}, {"scripts": False}):
        driver = opened(page, **how)
        assert one(driver, "figure img").is_displayed()
        assert not one(driver, ".chart").is_displayed()
        assert len(column(driver, 1)) == 30
        assert not one(driver, ".controls").is_displayed()
    driver = opened(page)
    assert not one(driver, "figure img").is_displayed()
    assert one(driver, ".chart").is_displayed()


def test_numbers_are_written_as_everywhere_else(opened: Open, page: str) -> None:
    random = np.random.default_rng(7)
    values = [0.0, 1.0, 999.5, 0.00099999, 1e-5, 9.9999e-5, 123456.0, -0.5]
    values += (random.choice([-1, 1], 400) * 10 ** random.uniform(-9, 6, 400)).tolist()
    driver = opened(page)
    written = driver.execute_script("return arguments[0].map((x) => significant(x))", values)
    assert written == [significant(value) for value in values]
    beside = [0.04999, 0.050001, 0.05, 0.99996, 0.0123]
    script = "return arguments[0].map((x) => significant(x, 3, 0.05))"
    written = driver.execute_script(script, beside)
    assert written == [significant(value, line=0.05) for value in beside]


def test_a_grid_of_one_label_has_a_chart_too(opened: Open) -> None:
    scan = plane(rows=1)
    driver = opened(page_of(replace(scan, results=scan.results.drop(columns="m2"))))
    chart = see_chart(driver)
    hover(driver, 3)
    assert one(driver, ".card b").text == "point_3"
    chart.send_keys(Keys.ARROW_RIGHT)
    assert one(driver, ".card b").text == "point_4"
    assert complaints(driver) == []


@pytest.fixture(scope="module")
def large() -> ReportedScan:
    """A hundred times a hundred points."""
    return plane(100, 100)


@pytest.fixture(scope="module")
def large_page(large: ReportedScan) -> str:
    return page_of(large)


def test_ten_thousand_points_are_a_page_of_one_megabyte(large_page: str) -> None:
    assert len(large_page.encode()) < 1_100_000


def test_of_ten_thousand_points_only_rows_in_sight_are_in_the_page(
    opened: Open, large: ReportedScan, large_page: str
) -> None:
    driver = opened(large_page)
    frame = one(driver, "#points .frame")
    rows = one(driver, "#points table").get_attribute("aria-rowcount")
    assert (rows, one(driver, "#points .found").text) == ("10002", "10000 points")
    seen = set()
    for part in (0.0, 0.251, 0.5, 0.77, 1.0):
        driver.execute_script(
            "arguments[0].scrollTop = arguments[1] * arguments[0].scrollHeight", frame, part
        )
        names, texts = in_sight(driver)
        assert 10 < len(names) < 30
        assert len(column(driver, 1)) < 60
        first = int(names[0].removeprefix("point_")) if names[0] != HOSTILE else 1
        assert abs(first - part * 10_000) < 30
        known = large.results["CLs_obs"].iloc[first : first + len(names)]
        assert texts == [significant(value) for value in known]
        seen.update(names)
    assert {"point_0", "point_9999"} < seen
    assert complaints(driver) == []


def test_ten_thousand_points_are_sorted_and_filtered(
    opened: Open, large: ReportedScan, large_page: str
) -> None:
    driver = opened(large_page)
    results = large.results.sort_values("CLs_exp_0", kind="stable", na_position="last")
    one(driver, "#points th[data-key=CLs_exp_0] button").click()
    assert in_sight(driver)[0][:9] == results["name"].tolist()[:9]
    frame = one(driver, "#points .frame")
    frame.send_keys(Keys.END)
    wait(driver, "return arguments[0].scrollTop > 1e5", frame)
    assert in_sight(driver)[0][-1] == "point_0"  # without a number
    one(driver, "#points input").send_keys("point_77")
    assert one(driver, "#points .found").text == "111 of 10000 points"
    assert len(column(driver, 1)) == 111
    found = results[results["name"].str.contains("point_77")]["name"]
    assert column(driver, 1) == found.tolist()


def test_of_ten_thousand_points_the_first_are_printed(opened: Open, large_page: str) -> None:
    driver = opened(large_page)
    frame = one(driver, "#points .frame")
    driver.execute_script("arguments[0].scrollTop = 1e5", frame)
    driver.execute_script("dispatchEvent(new Event('beforeprint'))")
    assert column(driver, 1)[::249] == ["point_0", "point_249"]
    assert driver.execute_script("return arguments[0].scrollHeight", frame) < 10_000
    driver.execute_script("dispatchEvent(new Event('afterprint'))")
    assert len(column(driver, 1)) < 60


def test_of_ten_thousand_points_the_nearest_is_shown_and_a_click_selects_its_row(
    opened: Open, large_page: str
) -> None:
    driver = opened(large_page)
    see_chart(driver)
    for point in (5050, 9999, 137, 8421):
        hover(driver, point)
        assert one(driver, ".card b").text == f"point_{point}"
    ActionChains(driver).click().perform()
    assert one(driver, "#points tr[aria-current] th").text == "point_8421"
    assert "point_8421" in in_sight(driver)[0]
    assert one(driver, "#points tr[aria-current]").get_attribute("aria-rowindex") == "8424"
    assert complaints(driver) == []


def test_points_are_drawn_where_they_are(opened: Open, page: str) -> None:
    driver = opened(page)
    see_chart(driver)
    colors = {}
    for kind, point in (("missing", 0), ("excluded", 2), ("kept", 29)):
        colors[kind] = pixel(driver, *place(driver, point))
    assert colors["excluded"] == (61, 74, 92, 255)
    assert colors["kept"] == (255, 255, 255, 255)
    assert colors["missing"][3] > 0
    x, y = place(driver, 2)
    assert pixel(driver, x + 40, y)[3] == 0
