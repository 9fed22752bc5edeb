"""A notebook in JupyterLab as a student uses it: looks at cells, types into them, runs them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from selenium.common.exceptions import StaleElementReferenceException, TimeoutException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from tests.support.browser import SECONDS, TOKEN

NOTEBOOK = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook"
CELL = f"{NOTEBOOK} .jp-CodeCell"


class Lab:
    """One JupyterLab page.

    Args:
        browser: a driver.
        address: of the server.
        page: what to look at first; a login by default.
    """

    def __init__(self, browser: Any, address: str, page: str = "") -> None:
        self.browser, self.address = browser, address
        browser.get(page or f"{address}/login?token={TOKEN}")

    def open(self, path: str) -> None:
        """Open a notebook, alone in a new workspace, and wait for its kernel."""
        self.browser.get(f"{self.address}/lab/tree/{path}?reset")
        self.shows(path.rpartition("/")[2])

    def shows(self, name: str) -> None:
        """Wait until a notebook is in front and its kernel is ready."""
        self.until(f"{name} shows its cells", lambda: self._title() == name and self._cells())
        self.until("the kernel is idle", self._is_idle)

    def follow(self, text: str) -> None:
        """Scroll down to a link of the notebook and click on it."""

        def click() -> bool:
            script = "document.querySelectorAll(arguments[0]).forEach(e => e.scrollTop += 2000)"
            found = self.browser.find_elements(By.PARTIAL_LINK_TEXT, text)
            if not found:
                self.browser.execute_script(script, f"{NOTEBOOK} .jp-WindowedPanel-outer")
                return False
            self.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", found[0])
            found[0].click()
            return True

        self.until(f"there is a link {text!r}", click)

    def files(self) -> list[str]:
        """Return the names in the file browser's folder."""
        found = self.browser.find_elements(By.CSS_SELECTOR, ".jp-DirListing-itemText")
        return [each.text for each in found]

    def until(self, what: str, condition: Callable[[], Any]) -> Any:
        """Wait for a condition of the page; what it returned last is told if it never holds."""
        try:
            waiting = WebDriverWait(
                self.browser, SECONDS, ignored_exceptions=[StaleElementReferenceException]
            )
            return waiting.until(lambda _: condition())
        except TimeoutException as error:
            shown = self.browser.find_element(By.TAG_NAME, "body").text
            raise AssertionError(f"waited in vain until {what}; the page shows: {shown}") from error

    def save(self, path: Path, text: str) -> None:
        """Save the notebook, and wait until its file has a text in it."""
        self.browser.switch_to.active_element.send_keys(Keys.CONTROL, "s")
        self.until(f"{path.name} is saved", lambda: text in path.read_text("utf-8"))

    def start(self, text: str) -> Any:
        """Run the cell that has a text in it, and return it at once."""
        cell = self.cell(text)
        self._focus(cell).send_keys(Keys.SHIFT, Keys.ENTER)
        return cell

    def run(self, text: str) -> Any:
        """Run the cell that has a text in it, and return it once it has run."""
        before = self._prompt(self.cell(text))
        cell = self.start(text)
        self.until(f"{text!r} has run", lambda: self._prompt(cell) not in (before, "[ ]:", "[*]:"))
        return cell

    def write(self, text: str, source: str) -> Any:
        """Replace what is in the cell that has a text in it, as if pasted."""
        cell = self.cell(text)
        self._focus(cell).send_keys(Keys.CONTROL, "a")
        self.browser.execute_cdp_cmd("Input.insertText", {"text": source})
        first = source.splitlines()[-1].strip()
        self.until(f"the cell holds {first!r}", lambda: first in self._source(cell))
        return cell

    def cell(self, text: str) -> Any:
        """Return the first code cell whose source has a text in it."""

        def found() -> Any:
            return next((c for c in self._cells() if text in self._source(c)), None)

        return self.until(f"there is a cell with {text!r}", found)

    def output(self, cell: Any, *wanted: str) -> str:
        """Return what stands below a cell, once all the wanted words are in it."""

        def shown() -> str:
            told = "\n".join(
                o.text for o in cell.find_elements(By.CSS_SELECTOR, ".jp-Cell-outputWrapper")
            )
            return told if all(word in told for word in wanted) else ""

        return self.until(f"the output says {wanted}", shown)

    def show(self, cell: Any) -> None:
        """Scroll so that a cell stands at the top, with the file browser closed."""
        self.browser.find_element(By.CSS_SELECTOR, "li[title^='File Browser']").click()
        self.browser.execute_script("arguments[0].scrollIntoView({block: 'start'})", cell)

    def shows_heading(self, text: str) -> bool:
        """Say whether a heading is where one can read it."""
        found = self.browser.find_elements(By.CSS_SELECTOR, f"{NOTEBOOK} h2, {NOTEBOOK} h3")
        heights = [h.rect for h in found if text in h.text and h.is_displayed()]
        script = "return arguments[0].getBoundingClientRect().top"
        tops = [self.browser.execute_script(script, h) for h in found if text in h.text]
        return bool(heights) and any(0 <= top < 900 for top in tops)

    def _cells(self) -> list[Any]:
        return self.browser.find_elements(By.CSS_SELECTOR, CELL)

    def _source(self, cell: Any) -> str:
        lines = cell.find_elements(By.CSS_SELECTOR, ".cm-line")
        return "\n".join(line.get_property("textContent") for line in lines)

    def _prompt(self, cell: Any) -> str:
        return cell.find_element(By.CSS_SELECTOR, ".jp-InputPrompt").text

    def _focus(self, cell: Any) -> Any:
        self.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", cell)
        editor = cell.find_element(By.CSS_SELECTOR, ".cm-content")
        editor.click()
        return editor

    def _title(self) -> str:
        found = self.browser.find_elements(By.CSS_SELECTOR, ".lm-DockPanel-tabBar .lm-mod-current")
        return found[0].text.strip() if found else ""

    def _is_idle(self) -> bool:
        found = self.browser.find_elements(By.CSS_SELECTOR, ".jp-Notebook-ExecutionIndicator")
        return bool(found) and found[0].get_attribute("data-status") == "idle"
