"""The Hallucination tab in a headless browser, as somebody sees and uses it."""

import json
import os
import shutil
import time
from urllib.parse import quote
from urllib.parse import unquote

import pytest

PATIENCE = 90  # seconds, for a machine that has much else to do
# Nothing but this machine can be reached.
OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--window-size=1400,1200",
)


def open_browser():
    """A Chromium with its driver, as Debian's `chromium-driver` installs them, or a skip."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="needs selenium")
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    driver = shutil.which("chromedriver")
    if not browser or not driver:
        pytest.skip("needs Chromium and its driver: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for option in OPTIONS:
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    os.environ["NO_PROXY"] = "127.0.0.1,localhost"
    return webdriver.Chrome(options, webdriver.ChromeService(driver))


class Tab:
    """The tab of one TensorBoard. `open` it, then ask and act.

    Args:
        browser: what `open_browser` returned.
        address: str, of TensorBoard, with `/` at the end.
    """

    def __init__(self, browser, address):
        self.browser = browser
        self.address = address

    def open(self, wait_for="tr.case", framed=False, **values):
        """Opens the tab, with values in its address, and waits for an element.

        It comes by itself, as in a frame of TensorBoard, or `framed` by the whole of TensorBoard,
        which takes seconds.
        """
        parts = [f"p.hallucination.{name}={quote(value, '')}" for name, value in values.items()]
        page = "" if framed else "data/plugin_entry.html?name=hallucination"
        self.browser.get("about:blank")
        self.browser.get(f"{self.address}{page}#{'&'.join(['hallucination', *parts])}")
        if framed:
            self.enter()
        self.wait(
            lambda: self.all(wait_for) and not self.all("[aria-busy=true]"),
            f"{wait_for} at {self.browser.current_url}",
        )
        return self

    def enter(self):
        """Into the tab's frame."""
        self.browser.switch_to.default_content()
        self.wait(lambda: self.all("iframe"), "the frame")
        self.browser.switch_to.frame(self.all("iframe")[0])

    def set_theme(self, theme):
        """Does what TensorBoard's own switch does."""
        self.browser.switch_to.default_content()
        self.run("document.body.classList.toggle('dark-mode', arguments[0])", theme == "dark")
        self.enter()
        self.wait(lambda: self.all(f":root[data-theme={theme}]"), theme)

    def wait(self, ready, what):
        """Until `ready()` is true; elements may be replaced while it looks."""
        from selenium.common.exceptions import StaleElementReferenceException

        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                if ready():
                    return
            except StaleElementReferenceException:
                pass
            time.sleep(0.02)
        raise AssertionError(f"Waited in vain for {what}. The page says:\n{self.text()[:600]}")

    def all(self, selector):
        return self.browser.find_elements("css selector", selector)

    def one(self, selector):
        return self.browser.find_element("css selector", selector)

    def text(self, selector="body"):
        """What can be read in the first such element; empty where there is none."""
        return self.run("return document.querySelector(arguments[0])?.innerText ?? ''", selector)

    def run(self, script, *arguments):
        """What a script in the frame returns."""
        return self.browser.execute_script(script, *arguments)

    def rows(self):
        """The id of each case and the text of each of its cells by the name of the column."""
        return json.loads(
            self.run(
                """
                const names = [...document.querySelectorAll(
                  ".cases-table thead th")].map((th) => th.innerText);
                const lines = [...document.querySelectorAll("tr.case")];
                return JSON.stringify(lines.map((line) => Object.fromEntries(
                  [["id", line.dataset.id],
                   ...names.map((name, i) => [name, line.children[i].innerText])])));
                """
            )
        )

    def ids(self):
        return [row["id"] for row in self.rows()]

    def step(self):
        """The epoch that the table shows."""
        return int(self.one(".cases-table").get_attribute("data-step"))

    def wait_step(self, step):
        self.wait(lambda: self.step() == step and not self.is_busy(), f"epoch {step}")

    def wait_idle(self):
        self.wait(lambda: not self.is_busy(), "the table")

    def is_busy(self):
        return self.one(".cases-table").get_attribute("aria-busy") == "true"

    def caption(self):
        return self.one(".cases-table caption").text

    def wait_caption(self, text):
        self.wait(lambda: self.caption() == text and not self.is_busy(), f"caption {text!r}")

    def press(self, *keys):
        """Presses keys wherever the focus is."""
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.browser).send_keys(*keys).perform()

    def click(self, selector):
        self.one(selector).click()

    def choose(self, selector, value):
        self.run(
            "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('change'))",
            self.one(selector),
            value,
        )

    def hash(self):
        """The values of ours in the browser's address line."""
        parts = self.browser.current_url.partition("#")[2].split("&")
        pairs = (part.split("=", 1) for part in parts if part.startswith("p.hallucination."))
        return {name.removeprefix("p.hallucination."): unquote(value) for name, value in pairs}

    def complaints(self):
        """What the browser's console said since it was last asked, about our page."""
        messages = [entry["message"] for entry in self.browser.get_log("browser")]
        known = ("Three.js", "WebGL", "/index.js?", "favicon.ico")  # not of our page
        return [text for text in messages if not any(word in text for word in known)]
