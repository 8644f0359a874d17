"""What tests ask of a page in a browser."""

import json
from typing import Any

from selenium.webdriver import ActionChains
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

__all__ = [
    "column",
    "command",
    "complaints",
    "hover",
    "one",
    "place",
    "requests",
    "scrolls_sideways",
    "see_chart",
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
