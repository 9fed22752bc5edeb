"""Makes a course folder that the untouched nbgrader program works on."""

from collections.abc import Sequence
from pathlib import Path

from autograder.course.catalogue import Unit, units
from autograder.sync.assignments import notebook_text

CONFIG = Path(__file__).parent / "templates" / "nbgrader_config.py.txt"


def find_units(names: Sequence[str]) -> list[Unit]:
    """Return the units of these names, all of them for no names.

    Raises:
        ValueError: there is no unit of that name.
    """
    known = {unit.name: unit for unit in units()}
    for name in names:
        if name not in known:
            raise ValueError(f"there is no unit {name!r}. There are: {', '.join(known)}.")
    return [known[name] for name in names or known]


def write_course(folder: Path, course_id: str, chosen: Sequence[Unit]) -> list[Path]:
    """Write settings, one source assignment a unit, and a page of rubrics for each.

    Args:
        folder: the course folder; made if missing, and must be empty.
        course_id: the name of the course in nbgrader's exchange.
        chosen: the units; each becomes an assignment called like its notebook.

    Returns:
        The files, in the order of writing.

    Raises:
        FileExistsError: the folder holds something already.
        OSError: the folder can't be written to.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(f"{folder} exists already and is not empty: name another folder")
    files = {folder / "nbgrader_config.py": CONFIG.read_text("utf-8").format(course_id=course_id)}
    for unit in chosen:
        files[folder / "source" / unit.stem / f"{unit.stem}.ipynb"] = notebook_text(unit, "source")
        files[folder / "rubrics" / f"{unit.stem}.md"] = rubrics(unit)
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")
    return list(files)


def rubrics(unit: Unit) -> str:
    """Return a page for those who grade a unit's written answers: tasks, rubrics, samples."""
    parts = [f"# {unit.title}: written questions\n\nFor graders; not for students."]
    for question in unit.questions:
        parts.append(
            f"{question.task}\n\n### Rubric, {question.points:g} points\n\n{question.rubric_text}"
            f"\n\n{question.samples_text}"
        )
    return "\n\n".join(parts) + "\n"
