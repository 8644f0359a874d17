"""A headless browser of this machine, and a page that it opened from a file."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browsed import command, complaints, requests
from selenium import webdriver
from selenium.webdriver.chrome.webdriver import WebDriver

ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",  # for tests that run as root
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)


@pytest.fixture(scope="session")
def chromium() -> Iterator[WebDriver]:
    """A browser; without one a test is skipped, but never in CI."""
    programs = shutil.which("chromium"), shutil.which("chromedriver")
    if None in programs:
        message = "no browser: install chromium and chromedriver"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    options = webdriver.ChromeOptions()
    options.binary_location = str(programs[0])
    for argument in ARGUMENTS:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    # With both paths given, selenium looks for no other program and downloads none.
    driver = webdriver.Chrome(options, webdriver.ChromeService(str(programs[1])))
    try:
        yield driver
    finally:
        driver.quit()


@pytest.fixture
def opened(chromium: WebDriver, tmp_path: Path) -> Callable[..., WebDriver]:
    """Return how to open a page, as wide as a desk or as a phone, printed, or without scripts."""

    def open_page(
        text: str, *, width: int = 1280, media: str = "screen", scripts: bool = True
    ) -> WebDriver:
        path = tmp_path / "report.html"
        path.write_text(text, "utf-8")
        command(chromium, "Emulation.setDeviceMetricsOverride", width=width, height=844,
                deviceScaleFactor=1, mobile=width < 800)  # fmt: skip
        command(chromium, "Emulation.setEmulatedMedia", media=media)
        command(chromium, "Emulation.setScriptExecutionDisabled", value=not scripts)
        complaints(chromium), requests(chromium)
        chromium.get(path.as_uri())
        return chromium

    return open_page
