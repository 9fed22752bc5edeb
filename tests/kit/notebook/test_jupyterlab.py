"""A student in JupyterLab: writes in one notebook, goes on in the next, and in an editor."""

import re
import subprocess
import sys

import nbformat
import pytest
from selenium.webdriver.common.by import By
from typer.testing import CliRunner

from autograder.course.catalogue import course_root, exercises, units
from autograder.grading.one import judge_answer
from autograder.judge.exam import Exam
from autograder.mistakes import all_mistakes
from autograder.report.html import exercise_told
from autograder.report.links import link_to
from fashion_course.kit.cli import app
from fashion_course.kit.notebook.memory import KEPT
from tests.support.browser import chromium, lab_server, lab_settings, typed_server
from tests.support.lab import Lab

pytestmark = pytest.mark.browser

HOW = "lessons/03_training.ipynb#gradients-pile-up"
WRONG = """\
def train_epoch(model, batches, loss_fn, optimizer, device="cpu", scheduler=None):
    model.to(device).train()
    total, correct, count = 0.0, 0, 0
    for images, labels in batches:
        images, labels = images.to(device), labels.to(device)
        logits = model(images)
        loss = loss_fn(logits, labels)
        loss.backward()
        optimizer.step()
        if scheduler:
            scheduler.step()
        total += loss.item() * len(labels)
        correct += (logits.argmax(dim=1) == labels).sum().item()
        count += len(labels)
    if count == 0:
        raise ValueError("batches is empty")
    return Metrics(total / count, correct / count)"""
RIGHT = WRONG.replace(
    "        loss.backward()", "        optimizer.zero_grad()\n        loss.backward()"
)

SHOW = """\
import inspect
from fashion_course import training
print(inspect.getsource(training.train_epoch))"""


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A new course folder."""
    home = tmp_path_factory.mktemp("lab") / "my-course"
    started(home)
    return home


def started(home):
    """Make a course folder, in this process."""
    made = CliRunner().invoke(app, ["start", str(home)])
    assert made.exit_code == 0, made.output


@pytest.fixture(scope="module")
def lab(course):
    with chromium() as browser, lab_server(course) as address:
        yield Lab(browser, address)


def is_told_what_is_wrong(lab):
    lab.write("def train_epoch(", WRONG)
    lab.output(lab.run("def train_epoch("), "Saved train_epoch in fashion_course/training.py.")
    told = lab.output(lab.run('check("train_epoch")'), "train_epoch: failed", "Next:")
    assert "failed train_epoch updates the weights after every batch" in told
    (mistake,) = (m for m in all_mistakes() if m.id == "train_epoch_without_zero_grad")
    assert mistake.told.replace("`", "") in told
    passed, count = map(int, re.findall(r"(\d+) of (\d+) checks passed", told)[0])
    assert passed == count - 1
    assert "train_epoch uses every image" not in told  # it passed: folded away


def test_an_answer_goes_from_wrong_to_right_and_on_to_the_next_notebook(course, lab):
    module = course / "fashion_course" / "training.py"
    lab.open("exercises/03_training.ipynb")
    lab.run("%load_ext fashion_course")
    untouched = lab.run('check("train_epoch")')
    lab.output(untouched, "train_epoch: not attempted", 'hint("train_epoch")')

    is_told_what_is_wrong(lab)
    lab.write("def train_epoch(", RIGHT)
    lab.output(lab.run("def train_epoch("), "Saved train_epoch in fashion_course/training.py.")
    told = lab.output(lab.run('check("train_epoch")'), "train_epoch: passed, 11.5 of 11.5 points")
    assert "Next: evaluate." in told
    assert RIGHT in module.read_text("utf-8")
    assert exercises()["evaluate"].stub in module.read_text("utf-8")
    lab.save(course / "exercises" / "03_training.ipynb", "optimizer.zero_grad()")

    lab.open("exercises/04_cnn.ipynb")
    lab.run("%load_ext fashion_course")
    lab.write("def conv_output_size(", SHOW)
    lab.output(lab.run("getsource"), "optimizer.zero_grad()", '("batches is empty")')
    lab.save(course / "exercises" / "04_cnn.ipynb", "getsource")

    lab.open("exercises/03_training.ipynb")  # its kernel is still there
    text = module.read_text("utf-8")
    module.write_text(text.replace("batches is empty", "batches has no batch"), "utf-8")
    told = lab.output(lab.run('check("train_epoch")'), "Checked: this notebook's version.")
    assert "fashion_course/training.py holds another one" in told
    assert "The file is newer" in told
    told = lab.output(lab.run("def train_epoch("), "not saved", "Keep one:")
    assert re.search(r'^-\s+raise ValueError\("batches has no batch"\)$', told, re.M)
    assert re.search(r'^\+\s+raise ValueError\("batches is empty"\)$', told, re.M)
    assert "batches has no batch" in module.read_text("utf-8")
    lab.write('check("train_epoch")', 'keep("train_epoch", "file")')
    told = lab.output(lab.run('keep("train_epoch", "file")'), "is used here from now on")
    assert "batches has no batch" in told
    lab.cell("batches has no batch")  # a new one, below
    assert [path.read_text("utf-8") for path in (course / KEPT).iterdir()] == [f"{RIGHT}\n"]

    lab.open("exercises/04_cnn.ipynb")  # here the edited file counts, without a new import
    lab.output(lab.run("getsource"), 'raise ValueError("batches has no batch")')


def test_a_result_keeps_its_form_where_outputs_are_not_trusted_and_its_link_leads_on(course, lab):
    mistake = next(m for m in all_mistakes() if m.see == "03_training#gradients-pile-up")
    result = judge_answer(mistake.exercise, mistake.answer, Exam(3))
    link = link_to(course, HOW, course / "exercises")
    output = nbformat.v4.new_output(
        "display_data",
        data={"text/html": exercise_told(result, ["a remark"], links={HOW: link}).html},
    )
    book = nbformat.read(course / "exercises" / "03_training.ipynb", as_version=4)
    book.cells = [nbformat.v4.new_code_cell("0", outputs=[output])]
    nbformat.write(book, course / "exercises" / "strange.ipynb")
    lab.open("exercises/strange.ipynb")
    cell = lab.cell("0")
    lab.output(cell, "failed", "a remark")
    marked = next(s for s in cell.find_elements(By.TAG_NAME, "span") if "failed" in s.text)
    assert marked.value_of_css_property("background-color") == "rgba(179, 38, 30, 1)"
    folded = cell.find_element(By.TAG_NAME, "details")
    assert folded.find_element(By.TAG_NAME, "ul").is_displayed() is False
    folded.find_element(By.TAG_NAME, "summary").click()
    lab.until("the passed checks are shown", folded.find_element(By.TAG_NAME, "ul").is_displayed)
    output = cell.find_element(By.CSS_SELECTOR, ".jp-OutputArea-output")
    assert output.get_property("scrollWidth") <= output.get_property("clientWidth")

    cell.find_element(By.PARTIAL_LINK_TEXT, "Gradients pile up").click()
    lab.until("the lesson shows the section", lambda: lab.shows_heading("Gradients pile up"))


FIRST = """\
def image_to_tensor(image):
    return torch.from_numpy(image) / 255
"""


def test_the_line_that_start_prints_leads_over_the_lessons_link_to_the_first_check(tmp_path):
    command = [sys.executable, "-m", "fashion_course", "start", "my-course"]
    started = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
    (line,) = re.findall(r"^ +(jupyter lab .+)$", started.stdout, re.M)
    course = tmp_path / "my-course"
    assert line.partition("  ")[0] in (course / "README.md").read_text("utf-8")
    assert line.partition("  ")[0] in (course_root() / "README.md").read_text("utf-8")
    lab_settings(course)
    with chromium() as browser, typed_server(line, course) as (address, page):
        lab = Lab(browser, address, page)
        lab.shows("01_data.ipynb")
        lab.until("the lessons are in the file browser", lambda: "02_baseline.ipynb" in lab.files())
        browser.find_element(By.CSS_SELECTOR, ".jp-BreadCrumbs-home").click()
        lab.until("so are both folders", lambda: {"lessons", "exercises"} <= set(lab.files()))
        lab.follow("exercises/01_data.ipynb")
        lab.until("the exercises are open", lambda: "exercises" in browser.current_url)
        lab.shows("01_data.ipynb")
        lab.run("%load_ext fashion_course")
        name = next(iter(exercises()))
        lab.output(lab.run(f'check("{name}")'), f"{name}: not attempted", f'hint("{name}")')
        goes_from_a_syntax_error_over_a_slip_to_a_pass(lab)


def goes_from_a_syntax_error_over_a_slip_to_a_pass(lab):
    def told_after(text, *parts):
        lab.write("def image_to_tensor(", text)
        ran = lab.output(lab.run("def image_to_tensor("))
        return ran + lab.output(lab.run('check("image_to_tensor")'), *parts)

    told_after(FIRST.replace("):", ")"), "SyntaxError", "expected ':'")
    slip = FIRST.replace("return ", "tensor = ") + "    tensor.unsqueeze(0)\n    return tensor\n"
    told = told_after(slip, "failed", "unsqueeze leaves the tensor as it is", "Line 3")
    assert "passed," not in told
    told = told_after(FIRST.replace("/ 255", "[None] / 255"), "image_to_tensor: passed", "points")
    assert "Craft: " in told
    assert "☆" in told


def test_the_finale_of_unit_3_shows_training_live_with_ones_own_functions(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("FASHION_MNIST_SYSTEM_DIR", str(tmp_path / "no data"))
    course = tmp_path / "my-course"
    started(course)
    for unit in units()[:3]:
        answers = "\n\n\n".join([unit.imports, *(e.solution for e in unit.exercises)])
        (course / "fashion_course" / f"{unit.name}.py").write_text(f"{answers}\n", "utf-8")
    with chromium() as browser, lab_server(course) as address:
        lab = Lab(browser, address)
        lab.open("exercises/03_training.ipynb")
        lab.output(lab.run("%load_ext fashion_course"), "The course and PyTorch are loading")
        told = lab.output(lab.run("my = yours("), "Your own functions run here")
        assert "train_epoch" in told
        assert "stand in" not in told
        cell = lab.start("with LiveTraining(")

        def words():
            pictures = cell.find_elements(By.CSS_SELECTOR, ".jp-OutputArea img")
            return [picture.get_attribute("alt") for picture in pictures]

        lab.until("training is shown", lambda: any("batch" in alt for alt in words()))
        lab.until(
            "both are trained", lambda: len([a for a in words() if "over 5 epochs" in a]) == 2
        )
        lab.output(lab.run("sealed.open("), "that it has never seen", "opened once")
