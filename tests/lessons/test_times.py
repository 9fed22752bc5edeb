"""A lesson is as long as it says, can be stopped in, and needs none of its deeper sections."""

import ast
import builtins
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from autograder.course.catalogue import exercises
from tests.support.lessons import DEEPER, LESSONS, Section, minutes, read, sections, stated

UNITS_OF = {"first half": ("01", "02", "03"), "second half": ("04", "05", "06")}
MOST_READING = {"first half": 150, "second half": 200}
MOST_WRITING = {"first half": 200, "second half": 240}
FIRST_LINE = 10  # minutes of reading until the learner's own first line
IN_TWO_PARTS = {"01_data", "03_training", "05_evaluation"}


def core(path: Path) -> list[Section]:
    return [section for section in sections(read(path)) if not section.deeper]


def deeper(path: Path) -> list[Section]:
    return [section for section in sections(read(path)) if section.deeper]


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def lesson(request: pytest.FixtureRequest) -> Path:
    return request.param


def test_a_lesson_states_the_time_that_its_pace_gives(lesson: Path) -> None:
    (line,) = re.findall(r"\*\*Time:\*\* (.+)", read(lesson).cells[0].source)
    assert line.startswith(f"about {stated(core(lesson))} minutes")
    found = re.findall(r"and (\d+) more for the deeper sections", line)
    assert found == ([str(stated(deeper(lesson)))] if deeper(lesson) else [])


@pytest.mark.parametrize("half", UNITS_OF)
def test_lessons_and_exercises_fit_into_the_evenings_that_a_newcomer_has(half: str) -> None:
    paths = [path for path in LESSONS if path.stem[:2] in UNITS_OF[half]]
    assert sum(stated(core(path)) for path in paths) <= MOST_READING[half]
    names = {path.stem[3:] for path in paths}
    assert sum(e.minutes for e in exercises().values() if e.unit in names) <= MOST_WRITING[half]


def test_a_deeper_section_says_so_right_below_its_heading(lesson: Path) -> None:
    for section in sections(read(lesson)):
        below = section.cells[0].source.split("\n\n")[1:2] if section.cells else []
        assert (below == [DEEPER]) == section.deeper, section.heading
        assert not any(DEEPER in cell.source for cell in section.cells[1:]), section.heading


@pytest.mark.parametrize("path", LESSONS[:6], ids=lambda path: path.stem)
def test_the_first_line_of_ones_own_comes_within_ten_minutes(path: Path) -> None:
    until: list[Section] = []
    for section in core(path):
        places = [place for place, cell in enumerate(section.cells) if cell.id.endswith("-try")]
        ends = [place for place in places if section.cells[place].cell_type == "code"]
        if ends:
            until.append(section._replace(cells=section.cells[: ends[0] + 1]))
            assert "..." in section.cells[ends[0]].source
            assert "<details>" in section.cells[ends[0] + 1].source
            break
        until.append(section)
    else:
        pytest.fail("no cell is called `...-try`")
    assert minutes(until) <= FIRST_LINE


def test_a_lesson_in_two_parts_stops_at_exercises_and_names_the_rest_at_its_end() -> None:
    for path in LESSONS:
        stops = [section for section in core(path) if section.heading.startswith("Stop and write")]
        assert (path.stem in IN_TWO_PARTS) == bool(stops), path.stem
        if stops:
            (turn,) = [section for section in core(path) if section.heading == "Your turn"]
            tasks = [linked_tasks(section) for section in (*stops, turn)]
            unit = [name for name, e in exercises().items() if e.unit == path.stem[3:]]
            assert [name for part in tasks for name in part] == unit
            half = minutes(core(path)[: core(path).index(stops[0])])
            assert 0.25 <= half / minutes(core(path)) <= 0.75


def linked_tasks(section: Section) -> list[str]:
    text = "\n".join(cell.source for cell in section.cells)
    return re.findall(r"#cell-id=(\w+)-task", text)


def bound(tree: ast.AST) -> set[str]:
    """Return the names that some code gives a value to."""
    names: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                names.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.ExceptHandler(name=str(name)):
                names.add(name)
            case ast.alias(name=name, asname=other):
                names.add((other or name).split(".")[0])
    return names


def unbound(parts: Sequence[Section]) -> set[str]:
    """Return the names that code reads before any code of these sections has bound them."""
    known, missing = set(dir(builtins)), set[str]()
    for cell in (cell for part in parts for cell in part.cells if cell.cell_type == "code"):
        tree = ast.parse(cell.source)
        known |= bound(tree)
        names = (node for node in ast.walk(tree) if isinstance(node, ast.Name))
        missing |= {node.id for node in names if node.id not in known}
    return missing


def test_nothing_reads_what_only_a_deeper_section_has_made(lesson: Path) -> None:
    assert not unbound(core(lesson))


def test_nothing_reads_what_only_a_claim_has_made(lesson: Path) -> None:
    assert not unbound(sections(read(lesson)))


def test_a_name_from_a_section_that_was_skipped_is_found() -> None:
    from nbformat.v4 import new_code_cell

    skipped = Section("Deeper", True, [new_code_cell("size = 3")])
    needs_it = Section("Next", False, [new_code_cell("print(size, [x for x in range(2)])")])
    assert unbound([skipped, needs_it]) == set()
    assert unbound([needs_it]) == {"size"}
