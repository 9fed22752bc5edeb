"""The page of a graded class, from its folder; read, filtered and printed in a browser."""

import base64
import re
import time

import msgspec
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select
from typer.testing import CliRunner

from autograder.grading.overview import PAGE, write_class_page
from autograder.reading.inbox import handed_in
from autograder.record import Result, to_json
from fashion_course.kit.cli import app
from fashion_course.kit.cli.common import UserError
from tests.support.browser import chromium
from tests.support.classroom import COPIED, COPY, STUDENTS, make_class


@pytest.fixture(scope="module")
def classroom(made_once):
    return made_once("classroom", make_class)


@pytest.fixture(scope="module")
def page(classroom):
    result = run(classroom / "grades", "--submissions", classroom / "submissions")
    assert result.exit_code == 0, result.output
    return classroom / "grades" / PAGE


def run(*arguments):
    return CliRunner().invoke(app, ["class-page", *map(str, arguments)])


def test_every_student_stands_on_the_page_and_the_copy_is_the_only_likeness(page):
    text = page.read_text("utf-8")
    rows = re.findall(r'<tr data-s="(.)".*?feedback/(s\d\d)\.html', text)
    assert sorted(student for _status, student in rows) == sorted(STUDENTS)
    assert sorted(status for status, _student in rows if status != "g") == ["n", "r"]
    alike = text.partition('<section id="alike">')[2].partition("</section>")[0]
    assert re.findall(r"feedback/(s\d\d)", alike) == [COPY, COPIED]


def test_the_same_class_gives_the_same_page_to_the_byte(classroom, page):
    before = page.read_bytes()
    write_class_page(classroom / "grades", handed_in(classroom / "submissions"))
    assert page.read_bytes() == before


def test_without_the_submissions_nothing_is_said_of_likeness(classroom, tmp_path):
    copied = tmp_path / "grades"
    (copied / "records").mkdir(parents=True)
    for path in (classroom / "grades" / "records").iterdir():
        (copied / "records" / path.name).write_bytes(path.read_bytes())
    assert run(copied).exit_code == 0
    assert "The answers were not compared" in (copied / PAGE).read_text("utf-8")


@pytest.mark.parametrize("broken", [b"", b"{", b'{"points": "many"}', b"\xff"])
def test_a_broken_record_is_named_and_no_page_is_written(tmp_path, broken):
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "doe.json").write_bytes(broken)
    result = run(tmp_path)
    assert isinstance(result.exception, UserError)
    assert "doe.json is no record" in str(result.exception)
    assert not (tmp_path / PAGE).exists()


def test_a_folder_without_records_is_refused(tmp_path):
    result = run(tmp_path)
    assert isinstance(result.exception, UserError)
    assert "no records" in str(result.exception)


def test_only_what_was_graded_is_compared(classroom, tmp_path):
    (tmp_path / "records").mkdir()
    for path in (classroom / "grades" / "records").iterdir():
        record = msgspec.json.decode(path.read_bytes(), type=Result)
        some = tuple(each for each in record.exercises if each.unit == "training")
        data = to_json(msgspec.structs.replace(record, exercises=some))
        (tmp_path / "records" / path.name).write_bytes(data)
    result = run(tmp_path, "--submissions", classroom / "submissions")
    assert result.exit_code == 0, result.output
    alike = (tmp_path / PAGE).read_text("utf-8").partition('<section id="alike">')[2]
    assert "train_epoch" in alike.partition("</section>")[0]
    assert "accuracy" not in alike.partition("</section>")[0]


ODD = {
    "deep": "def accuracy(logits, labels):\n    return " + "+".join(["1"] * 5_000),
    "brackets": "def accuracy(logits, labels):\n    return " + "(" * 500,
    "minus": "def accuracy(logits, labels):\n    return " + "-" * 50_000 + "1",
    "bytes": "\x00\ud800",
    "long": "def accuracy(logits, labels):\n" + "    logits = logits + labels * 2\n" * 20_000,
    "empty": "",
}


def test_whatever_is_handed_in_the_class_gets_its_page(classroom, tmp_path):
    for name, text in ODD.items():
        (tmp_path / "submissions" / name).mkdir(parents=True)
        place = tmp_path / "submissions" / name / "baseline.py"
        place.write_bytes(text.encode("utf-8", "surrogatepass"))
    (tmp_path / "grades" / "records").mkdir(parents=True)
    record = (classroom / "grades" / "records" / f"{COPY}.json").read_bytes()
    for name in ODD:
        (tmp_path / "grades" / "records" / f"{name}.json").write_bytes(record)
    result = run(tmp_path / "grades", "--submissions", tmp_path / "submissions")
    assert result.exit_code == 0, result.output
    text = (tmp_path / "grades" / PAGE).read_text("utf-8")
    assert all(f"feedback/{name}.html" in text for name in ODD)


def test_a_class_of_a_thousand_is_quick_and_small(classroom, tmp_path):
    (tmp_path / "records").mkdir()
    records = sorted((classroom / "grades" / "records").iterdir())
    for n in range(1_000):
        record = msgspec.json.decode(records[n % len(records)].read_bytes(), type=Result)
        wide = (record.exercises * 6)[:29]
        named = (msgspec.structs.replace(e, name=f"exercise_{i}") for i, e in enumerate(wide))
        changed = msgspec.structs.replace(record, submission_sha256=str(n), exercises=tuple(named))
        (tmp_path / "records" / f"student-{n:04}.json").write_bytes(to_json(changed))
    started = time.process_time()
    path = write_class_page(tmp_path)
    assert time.process_time() - started < 120
    assert path.stat().st_size < 3_000_000


@pytest.fixture(scope="module")
def driver():
    with chromium() as opened:
        yield opened


@pytest.fixture
def opened(driver, page):
    driver.get(page.as_uri())
    return driver


def shown(driver, css):
    return [each for each in driver.find_elements(By.CSS_SELECTOR, css) if each.is_displayed()]


def names(driver):
    return [each.text for each in shown(driver, ".students tbody th a")]


def field(driver, name):
    return driver.find_element(By.NAME, name)


@pytest.mark.browser
def test_the_page_is_filtered_by_student_status_exercise_and_words(opened):
    assert len(names(opened)) == len(STUDENTS)
    assert opened.execute_script("return performance.getEntriesByType('resource').length") == 0
    every = len(shown(opened, ".item"))

    field(opened, "student").send_keys("hana")
    assert names(opened) == ["Hana Sato"]
    assert {each.text for each in shown(opened, ".who a")} == {"Hana Sato"}
    assert "1 / 30 students" in opened.find_element(By.TAG_NAME, "output").text
    opened.find_element(By.CSS_SELECTOR, "button[type=reset]").click()
    assert len(shown(opened, ".item")) == every

    Select(field(opened, "status")).select_by_visible_text("refused")
    assert names(opened) == ["Uma Rao"]
    opened.find_element(By.CSS_SELECTOR, "button[type=reset]").click()

    Select(field(opened, "exercise")).select_by_visible_text("train_epoch")
    codes = [each.text for each in shown(opened, "#misconceptions .item p + p code")]
    assert codes
    assert set(codes) == {"train_epoch"}
    assert 0 < len(names(opened)) < len(STUDENTS)
    opened.find_element(By.CSS_SELECTOR, "button[type=reset]").click()

    field(opened, "words").send_keys("02_baseline(1)")
    assert names(opened) == ["Hana Sato"]
    assert shown(opened, "#misconceptions .item") == shown(opened, "#misconceptions h2") == []
    assert shown(opened, "#points h2") != []  # a section without items stays
    field(opened, "words").clear()

    words = opened.find_element(By.CSS_SELECTOR, "#misconceptions .item p").text
    field(opened, "words").send_keys(words)  # whoever was told them is shown
    assert len(shown(opened, ".item")) == 1
    assert 0 < len(names(opened)) < len(STUDENTS)
    assert sorted(names(opened)) == sorted(each.text for each in shown(opened, ".who a"))


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 390, 1_200])
def test_nothing_sticks_out_on_a_phone_or_a_desk(driver, page, width):
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 600}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        driver.get(page.as_uri())
        assert driver.execute_script("return document.documentElement.scrollWidth") <= width
        chart = driver.find_element(By.CSS_SELECTOR, "svg[role=img]")
        assert chart.size["width"] <= width
        assert "%" in chart.find_element(By.TAG_NAME, "desc").get_attribute("textContent")
    finally:
        driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.mark.browser
def test_without_scripts_everything_is_visible(driver, page):
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        driver.get(page.as_uri())
        assert len(names(driver)) == len(STUDENTS)
        assert not driver.find_element(By.ID, "filter").is_displayed()
    finally:
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


@pytest.mark.browser
def test_it_prints_what_is_shown_and_no_form(opened):
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert not opened.find_element(By.ID, "filter").is_displayed()
        assert len(names(opened)) == len(STUDENTS)
    finally:
        opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    whole = opened.execute_cdp_cmd("Page.printToPDF", {})["data"]
    field(opened, "student").send_keys("hana")
    part = opened.execute_cdp_cmd("Page.printToPDF", {})["data"]
    assert base64.b64decode(whole).startswith(b"%PDF")
    assert len(part) < len(whole) / 2


@pytest.mark.browser
def test_a_name_that_is_markup_runs_nothing(opened):
    assert "<script>alert(1)</script>" in names(opened)
    assert opened.execute_script("return document.scripts.length") == 1
