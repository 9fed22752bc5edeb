"""Derives stubs, exercise notebooks and the result's JSON Schema from their one source.

python -m autograder.sync            write what is stale
python -m autograder.sync --check    change nothing; fail if anything is stale
"""

import argparse
import ast
import json
import re
import sys
from pathlib import Path

import nbformat

from autograder.catalogue import Exercise, SourceError, Unit, course_root, is_attempted, units
from autograder.checks import checks_of
from autograder.notebook_source import NotebookError, code_cells, module_from_cells
from autograder.record import json_schema

MEND = "python -m autograder.sync"


def stub_module(unit: Unit) -> str:
    """Return the text of `fashion_course/<unit>.py` as a student first sees it."""
    head = (
        f"# Derived from solutions/{unit.name}.py by `{MEND}`.\n"
        "# Write your answers here: a file that holds one is never overwritten."
    )
    parts = [f"{head}\n{unit.imports}"]
    parts += [f"{_as_comment(exercise)}\n{exercise.stub}" for exercise in unit.exercises]
    return "\n\n\n".join(parts) + "\n"


def _as_comment(exercise: Exercise) -> str:
    told = f"{exercise.task}\n\n{_effort(exercise)}"
    told += f"\nCheck it with `fashion-course check {exercise.name}`."
    return "\n".join(f"# {line}".rstrip() for line in told.splitlines())


def _effort(exercise: Exercise) -> str:
    return f"*Difficulty {exercise.difficulty} of 5, about {exercise.minutes} minutes.*"


def exercise_notebook(unit: Unit) -> str:
    """Return the JSON of `exercises/<nn>_<unit>.ipynb`, with nbgrader metadata of schema 3."""
    notebook = nbformat.v4.new_notebook()
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    told = (
        f"<!-- Derived from solutions/{unit.name}.py by `{MEND}`. -->\n# {unit.title}\n\n"
        f"{unit.intro}\n\nRun the cells from top to bottom. Write each answer into its cell, run"
        ' it, then run the check below it. `hint("name")` shows one hint at a time.'
    )
    imports = re.sub(
        r"^from \.(\w+) import", r"from fashion_course.\1 import", unit.imports, flags=re.M
    )
    setup = f"{_without_docstring(imports)}\n\nfrom autograder import check, hint"
    notebook.cells = [
        _cell("markdown", f"{unit.name}-title", told),
        _cell("code", f"{unit.name}-setup", setup),
    ]
    for exercise in unit.exercises:
        name = exercise.name
        points = sum(check.points for check in checks_of(name, full=False))
        told = f"{exercise.task}\n\n{_effort(exercise)}"
        notebook.cells += [
            _cell("markdown", f"{name}-task", told),
            _cell("code", f"{name}-answer", exercise.stub, solution=True),
            _cell("code", f"{name}-check", f'check("{name}")', points=points),
        ]
    nbformat.validate(notebook)
    text: str = nbformat.writes(notebook, version=4)
    return text + "\n"


def _without_docstring(source: str) -> str:
    tree = ast.parse(source)
    first = tree.body[0]
    if ast.get_docstring(tree) is None or first.end_lineno is None:
        return source
    return "\n".join(source.splitlines()[first.end_lineno :]).strip()


def _cell(
    kind: str, name: str, source: str, solution: bool = False, points: float | None = None
) -> nbformat.NotebookNode:
    make = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
    cell: nbformat.NotebookNode = make(source, id=name)  # type: ignore[no-untyped-call]
    cell.metadata["nbgrader"] = {
        "cell_type": kind,
        "grade": points is not None,
        "grade_id": name,
        "locked": not solution,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    if points is not None:
        cell.metadata["nbgrader"]["points"] = points
    return cell


def derived_files() -> dict[Path, str]:
    """Return every derived file of the repository with the text that it must have.

    Raises:
        SourceError: a solutions file is malformed, or an exercise has no check.
    """
    root = course_root()
    files: dict[Path, str] = {}
    for unit in units():
        for exercise in unit.exercises:
            if not checks_of(exercise.name):
                where = f"autograder/checks/test_{unit.name}.py"
                raise SourceError(f"{where} has no check of {exercise.name}: add one")
        files[root / "fashion_course" / f"{unit.name}.py"] = stub_module(unit)
        files[root / "exercises" / f"{unit.stem}.ipynb"] = exercise_notebook(unit)
    schema = json.dumps(json_schema(), indent=2) + "\n"
    files[root / "docs" / "result.schema.json"] = schema
    return files


def answered(path: Path) -> list[str]:
    """Return the names of exercises that somebody has answered in a derived file."""
    if not path.exists() or path.suffix not in (".py", ".ipynb"):
        return []
    try:
        data = path.read_bytes()
        text = module_from_cells(code_cells(data))[0] if path.suffix == ".ipynb" else data.decode()
        tree = ast.parse(text)
    except (SyntaxError, NotebookError, UnicodeDecodeError) as error:
        # Somebody is in the middle of writing: better keep what may be work.
        return [f"something that can't be read ({error})"]
    kinds = (ast.FunctionDef, ast.ClassDef)
    return [n.name for n in tree.body if isinstance(n, kinds) and is_attempted(n)]


def main(arguments: list[str] | None = None) -> int:
    """Write or check the derived files; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m autograder.sync", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, fail if stale")
    options = parser.parse_args(arguments)
    try:
        files = derived_files()
    except SourceError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    stale = [p for p, text in files.items() if not p.exists() or p.read_text("utf-8") != text]
    names = [str(path.relative_to(course_root())) for path in stale]
    if options.check:
        for name in names:
            print(f"stale: {name}", file=sys.stderr)
        if stale:
            print(f"Mend with: {MEND}", file=sys.stderr)
        else:
            print(f"{len(files)} derived files are fresh")
        return 1 if stale else 0
    refused = {path: answered(path) for path in stale}
    if any(refused.values()):
        for path, found in refused.items():
            if found:
                print(f"error: {path} holds answers: {', '.join(found)}", file=sys.stderr)
        print(
            "Nothing was written. Move the answers elsewhere, then run it again.", file=sys.stderr
        )
        return 2
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files[path], "utf-8", newline="\n")
    print(f"wrote {len(stale)} of {len(files)} derived files" + "".join(f"\n  {n}" for n in names))
    return 0


if __name__ == "__main__":
    sys.exit(main())
