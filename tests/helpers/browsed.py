"""What tests ask of a page in a browser."""

import json
from typing import Any

from selenium.webdriver import ActionChains
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

__all__ = [
    "column",
    "command",
    "complaints",
    "hover",
    "in_sight",
    "one",
    "pixel",
    "place",
    "requests",
    "scrolls_sideways",
    "see_chart",
    "wait",
]


def command(driver: WebDriver, name: str, **arguments: Any) -> Any:
    return driver.execute_cdp_cmd(name, arguments)


def complaints(driver: WebDriver) -> list[str]:
    """Return what the console says since it was last asked."""
    return [entry["message"] for entry in driver.get_log("browser")]


def requests(driver: WebDriver) -> list[str]:
    """Return what was asked of a network or a file since this was last asked."""
    events = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    sent = [e["params"] for e in events if e["method"] == "Network.requestWillBeSent"]
    return [each["request"]["url"] for each in sent]


def one(driver: WebDriver, selector: str) -> WebElement:
    return driver.find_element(By.CSS_SELECTOR, selector)


def column(driver: WebDriver, number: int) -> list[str]:
    """Read a column of the table of points as it is shown."""
    cells = driver.find_elements(By.CSS_SELECTOR, f"#points tbody tr > :nth-child({number})")
    return [str(cell.text).strip("\u2007") for cell in cells]


def in_sight(driver: WebDriver) -> tuple[list[str], list[str]]:
    """Read name and observed CLs of the rows in the table of points that can be seen."""
    rows = driver.execute_script(
        "const frame = document.querySelector('#points .frame').getBoundingClientRect();"
        "const head = document.querySelector('#points thead').getBoundingClientRect();"
        "return [...document.querySelectorAll('#points tbody tr')].filter((row) => {"
        "  const box = row.getBoundingClientRect();"
        "  return box.bottom > head.bottom && box.top < frame.bottom;"
        "}).map((row) => [row.cells[0].textContent, row.cells[3].textContent])"
    )
    return [name for name, _ in rows], [text.strip("\u2007") for _, text in rows]


def pixel(driver: WebDriver, x: float, y: float) -> tuple[int, int, int, int]:
    """Return red, green, blue and opacity of the canvas at a place in the window."""
    return tuple(
        driver.execute_script(
            "const canvas = document.querySelector('.box canvas');"
            "const box = canvas.getBoundingClientRect(), scale = canvas.width / box.width;"
            "const [x, y] = [arguments[0] - box.x, arguments[1] - box.y].map((a) => a * scale);"
            "return [...canvas.getContext('2d').getImageData(x, y, 1, 1).data]",
            x,
            y,
        )
    )


def wait(driver: WebDriver, script: str, *arguments: Any) -> None:
    """Wait until a script returns something true."""
    WebDriverWait(driver, 20).until(lambda d: d.execute_script(script, *arguments))


def place(driver: WebDriver, point: int) -> tuple[float, float]:
    """Return where a point of the chart is in the window."""
    return driver.execute_script(
        "const svg = document.querySelector('.box svg'), box = svg.getBoundingClientRect();"
        "const [x, y] = JSON.parse(document.querySelector('script[data-scan]').textContent).places;"
        "const scale = box.width / svg.viewBox.baseVal.width, i = arguments[0];"
        "return [Math.round(box.x + scale * x[i]), Math.round(box.y + scale * y[i])]",
        point,
    )


def see_chart(driver: WebDriver) -> WebElement:
    chart = one(driver, ".chart")
    driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", chart)
    return chart


def hover(driver: WebDriver, point: int) -> None:
    actions = ActionChains(driver)
    actions.w3c_actions.pointer_action.move_to_location(*place(driver, point))
    actions.perform()


def scrolls_sideways(driver: WebDriver) -> bool:
    return driver.execute_script(
        "const root = document.scrollingElement; return root.scrollWidth > root.clientWidth"
    )
