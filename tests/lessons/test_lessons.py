"""Every lesson runs whole, is stored clean, asks before it tells, and gives no answer away."""

import ast
import base64
import io
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import pytest
from nbformat import NotebookNode
from PIL import Image

from autograder.course.catalogue import BEGIN, END, exercises, units
from autograder.mistakes import all_mistakes
from fashion_course.kit.plots import pictures as plots
from tests.support.lessons import LESSONS, ROOT, claims, read

WIDEST = 960  # pixels, of a picture; about 900 is meant
THREE_SITTINGS = "07_capstone"  # so it asks one question more
SECTIONS = [
    "What you will be able to do",
    "Common mistakes by symptom",
    "Summary",
    "Quiz",
    "Your turn",
]


def sources(path: Path, kind: str) -> list[str]:
    return [cell.source for cell in read(path).cells if cell.cell_type == kind]


def headings(path: Path) -> list[str]:
    return re.findall(r"^## (.+)$", "\n".join(sources(path, "markdown")), flags=re.M)


def slug(heading: str) -> str:
    return heading.lower().replace(" ", "-")


def exercises_of(lesson: Path) -> str:
    return f"../exercises/{lesson.name}"


def definitions(tree: ast.Module) -> list[str]:
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return [node.name for node in tree.body if isinstance(node, kinds)]


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def lesson(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture(scope="module", params=LESSONS, ids=lambda path: path.stem)
def executed(
    request: pytest.FixtureRequest, executed_lesson: Callable[[Path], NotebookNode]
) -> NotebookNode:
    return executed_lesson(request.param)


def test_each_unit_has_its_lesson() -> None:
    assert {path.stem for path in LESSONS} >= {unit.stem for unit in units()}


def test_a_lesson_runs_whole_and_quietly(executed: NotebookNode) -> None:
    outputs = [output for cell in executed.cells for output in cell.get("outputs", [])]
    assert outputs
    assert not [out for out in outputs if out.output_type == "error" or out.get("name") == "stderr"]


def pictures(book: NotebookNode) -> Iterator[tuple[str, NotebookNode]]:
    """Yield each picture of an executed lesson as `(cell id, output)`."""
    for cell in book.cells:
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                yield cell.id, output


def test_every_picture_says_in_words_what_it_shows(executed: NotebookNode) -> None:
    assert list(pictures(executed))
    for name, output in pictures(executed):
        words = output.metadata.get("image/png", {}).get("alt", "")
        assert len(words.split()) >= 6, name
        assert words.endswith("."), name
        assert output.data["text/plain"] == words, name


def test_no_code_in_sight_asserts_or_gives_an_answer_away(lesson: Path) -> None:
    for cell in read(lesson).cells:
        if cell.cell_type == "code":
            nodes = list(ast.walk(ast.parse(cell.source)))
            assert not any(isinstance(node, ast.Assert) for node in nodes), cell.id
            assert "AssertionError" not in cell.source, cell.id


def test_claims_stand_below_cells_that_there_are_and_assert(lesson: Path) -> None:
    cells = [cell.id for cell in read(lesson).cells if cell.cell_type == "code"]
    held = claims(lesson)
    assert [name for name in cells if name in held] == list(held)
    for name, text in held.items():
        nodes = list(ast.walk(ast.parse(text)))
        assert any(isinstance(node, ast.Assert) for node in nodes), name
        assert "plots." not in text, name


def test_each_cell_draws_one_picture_that_fits_the_page(executed: NotebookNode) -> None:
    names = [name for name, _ in pictures(executed)]
    assert len(set(names)) == len(names)
    for name, output in pictures(executed):
        picture = Image.open(io.BytesIO(base64.b64decode(output.data["image/png"])))
        assert picture.width <= WIDEST, name


def test_the_lessons_draw_in_the_colours_of_the_kit() -> None:
    with plt.style.context("fashion_course.kit.lesson"):
        colours = plt.rcParams["axes.prop_cycle"].by_key()["color"]
    assert colours[:2] == [plots.BLUE, plots.VERMILION]


def test_a_lesson_is_stored_without_traces_of_a_run(lesson: Path) -> None:
    book = read(lesson)
    nbformat.validate(book)
    assert (book.nbformat, book.nbformat_minor) == (4, 5)
    assert book.metadata.kernelspec.name == "python3"
    for cell in book.cells:
        assert cell.metadata == {}, cell.id
        assert cell.cell_type == "markdown" or not cell.outputs, cell.id
        assert cell.cell_type == "markdown" or cell.execution_count is None, cell.id


def test_cells_have_unique_names_that_say_where_they_stand(lesson: Path) -> None:
    names = [cell.id for cell in read(lesson).cells]
    unit = lesson.stem.split("_")[1]
    assert len(set(names)) == len(names)
    for name in names:
        assert re.fullmatch(rf"{unit}-\d\d-[a-z][a-z0-9-]*", name)


def test_a_lesson_opens_with_its_question_and_has_all_sections(lesson: Path) -> None:
    opening = read(lesson).cells[0].source
    unit = lesson.stem.split("_")[1]
    assert re.match(rf"# {int(lesson.stem[:2])} \w+: .+\?\n", opening), unit
    assert "**The question.**" in opening
    found = headings(lesson)
    assert [heading for heading in found if heading in SECTIONS] == SECTIONS


def test_headings_are_plain_so_that_links_to_them_last(lesson: Path) -> None:
    found = headings(lesson)
    assert len({slug(heading) for heading in found}) == len(found)
    for heading in found:
        assert re.fullmatch(r"[A-Z][A-Za-z0-9 ]+", heading)


def test_links_lead_somewhere(lesson: Path) -> None:
    text = "\n".join(sources(lesson, "markdown"))
    links = {link for link in re.findall(r"\]\(([^)\s]+)\)", text) if not link.startswith("http")}
    tasks = {f"cell-id={exercise}-task" for exercise in exercises()}
    for link in links:
        name, _, section = link.partition("#")
        if name == exercises_of(lesson):  # derived: `sync --check` sees that it is there
            assert not section or section in tasks, link
            continue
        target = lesson.parent / (name or lesson.name)
        assert target.is_file(), link
        places = {heading.replace(" ", "-") for heading in headings(target)}
        assert not section or section in places, link


def test_your_turn_leads_to_the_exercises_or_says_that_there_are_none(lesson: Path) -> None:
    (turn,) = [text for text in sources(lesson, "markdown") if text.startswith("## Your turn")]
    has_exercises = lesson.stem in {unit.stem for unit in units()}
    assert (f"]({exercises_of(lesson)})" in turn) == has_exercises
    assert ("not part of this version" in turn) != has_exercises


def test_every_mistake_points_to_a_section_that_exists() -> None:
    places = {f"{path.stem}#{slug(heading)}" for path in LESSONS for heading in headings(path)}
    for mistake in all_mistakes():
        assert mistake.see in places, mistake.id


def test_each_prediction_is_run_asserted_and_explained(lesson: Path) -> None:
    cells, held = read(lesson).cells, claims(lesson)
    asked = [place for place, cell in enumerate(cells) if "**Predict.**" in cell.source]
    assert len(asked) >= 10
    for place in asked:
        run = []
        for cell in cells[place + 1 :]:
            if cell.cell_type == "markdown" and "**Explain" in cell.source:
                break
            run.append(cell)
        else:
            pytest.fail(f"{cells[place].id} is never explained")
        assert any(cell.id in held for cell in run), cells[place].id
        assert not [cell for cell in run if "**Predict.**" in cell.source], cells[place].id


def prose(path: Path) -> Iterator[tuple[str, str]]:
    """Yield what a lesson tells: its text without code and quiz."""
    for cell in read(path).cells:
        if cell.cell_type == "markdown" and not cell.source.startswith("## Quiz"):
            # The quiz's wrong options hold made-up numbers.
            yield cell.id, re.sub(r"```.*?```|`[^`]*`|\]\(.*?\)", "", cell.source, flags=re.S)


def computed_with(path: Path) -> set[float]:
    """Return the numbers that the code of a lesson and its claims hold."""
    code = [*sources(path, "code"), *claims(path).values()]
    trees = [ast.walk(ast.parse(source)) for source in code]
    values = [node.value for tree in trees for node in tree if isinstance(node, ast.Constant)]
    return {float(value) for value in values if isinstance(value, int | float)}


def test_decimals_and_percentages_in_prose_stand_in_the_code_too(lesson: Path) -> None:
    held = computed_with(lesson)
    for name, text in prose(lesson):
        for number, percent in re.findall(r"(\d[\d,]*(?:\.\d+)?)(\s?%)?", text):
            plain = number.rstrip(",").replace(",", "")
            _, point, digits = plain.partition(".")
            if not (point or percent):
                continue
            shown = {round(value, len(digits)) for value in held}
            if percent:
                shown |= {round(100 * value, len(digits)) for value in held}
            assert float(plain) in shown, f"{name}: claim {number}{percent}"


def test_each_option_of_the_quiz_opens_to_why_it_is_right_or_not(lesson: Path) -> None:
    (quiz,) = [source for source in sources(lesson, "markdown") if source.startswith("## Quiz")]
    questions = quiz.split("**Question ")[1:]
    assert len(questions) == (3 if lesson.stem == THREE_SITTINGS else 2)
    form = (
        r"<details>\n<summary>\(([a-d])\) ([^\n]+)</summary>\n\n"
        r"(Right|Not quite)\. (.+?)\n\n</details>"
    )
    for question in questions:
        options = re.findall(form, question, flags=re.S)
        assert [letter for letter, _, _, _ in options] == ["a", "b", "c", "d"]
        assert [verdict for _, _, verdict, _ in options].count("Right") == 1
        assert question.count("<details>") == len(options)
        for _, option, _, why in options:
            assert not re.search(r"[`*]|<(?!/?(code|em)>)", option), (
                "HTML in a summary, no Markdown"
            )
            assert len(why.split()) >= 3


def test_a_lesson_needs_nothing_that_the_student_writes(lesson: Path) -> None:
    for source in sources(lesson, "code"):
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ImportFrom) and node.module:
                assert not re.match(r"fashion_course(?!\.kit$)|solutions|autograder", node.module)
            if isinstance(node, ast.Import):
                assert not [name for name in node.names if name.name.startswith("fashion_course")]


def test_nothing_is_defined_twice_and_no_exercise_is_defined() -> None:
    seen = dict.fromkeys(exercises(), "an exercise")
    for module in sorted((ROOT / "fashion_course" / "kit").rglob("*.py")):
        seen |= dict.fromkeys(definitions(ast.parse(module.read_text("utf-8"))), module.name)
    for path in LESSONS:
        for source in sources(path, "code"):
            for name in definitions(ast.parse(source)):
                assert name not in seen, f"{name} in {path.name} and in {seen[name]}"
                seen[name] = path.name


def neighbours(source: str) -> set[tuple[str, str]]:
    """Return each two telling lines of code that stand below each other."""
    lines = [line.strip() for line in source.splitlines() if line.strip()]
    return {pair for pair in pairwise(lines) if len("".join(pair)) >= 30}


def test_no_two_lines_of_an_answer_stand_in_a_lesson() -> None:
    shown: set[tuple[str, str]] = set()
    for path in LESSONS:
        shown = shown.union(*map(neighbours, sources(path, "code")))
    for name, exercise in exercises().items():
        answer = exercise.solution.split(BEGIN)[1].split(END)[0]
        assert not neighbours(answer) & shown, name
