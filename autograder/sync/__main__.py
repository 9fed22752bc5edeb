"""Derives stubs, exercise notebooks and the result's JSON Schema from their one source.

python -m autograder.sync            write what is stale
python -m autograder.sync --check    change nothing; fail if anything is stale
"""

import argparse
import ast
import json
import sys
from pathlib import Path

import nbformat

from autograder.claims.registry import checks_of
from autograder.course.catalogue import SourceError, course_root, units
from autograder.course.stubs import MEND, stub_module
from autograder.reading.attempted import is_attempted
from autograder.reading.cells import code_cells, module_from_cells
from autograder.record import json_schema
from autograder.sync.assignments import notebook_text, written_answers


def derived_files() -> dict[Path, str]:
    """Return every derived file of the repository with the text that it must have.

    Raises:
        SourceError: a solutions file is malformed, or an exercise has no check.
    """
    root = course_root()
    files: dict[Path, str] = {}
    for unit in units():
        for exercise in unit.exercises:
            bank = f"autograder/checks/{unit.name}/test_{exercise.name}.py"
            if not (root / bank).is_file() or not checks_of(exercise):
                raise SourceError(f"{bank} has no check of {exercise.name}: add one")
        files[root / "fashion_course" / f"{unit.name}.py"] = stub_module(unit)
        files[root / "exercises" / f"{unit.stem}.ipynb"] = notebook_text(unit, "exercise")
    schema = json.dumps(json_schema(), indent=2) + "\n"
    files[root / "docs" / "result.schema.json"] = schema
    return files


def answered(path: Path) -> list[str]:
    """Return the names of exercises and questions that somebody has answered in a derived file."""
    if not path.exists() or path.suffix not in (".py", ".ipynb"):
        return []
    written: list[str] = []
    try:
        data = path.read_bytes()
        text = data.decode()
        if path.suffix == ".ipynb":
            text = module_from_cells(code_cells(data))[0]
            written = written_answers(nbformat.reads(data.decode(), as_version=4))
        tree = ast.parse(text)
    except (SyntaxError, ValueError, AttributeError) as error:
        # Somebody is in the middle of writing: better keep what may be work.
        return [f"something that can't be read ({error})"]
    kinds = (ast.FunctionDef, ast.ClassDef)
    return [n.name for n in tree.body if isinstance(n, kinds) and is_attempted(n)] + written


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
    if options.check and stale:
        told = [*(f"stale: {name}" for name in names), f"Mend with: {MEND}"]
        print("\n".join(told), file=sys.stderr)
        return 1
    if options.check:
        print(f"{len(files)} derived files are fresh")
        return 0
    refused = {path: found for path in stale if (found := answered(path))}
    for path, found in refused.items():
        print(f"error: {path} holds answers: {', '.join(found)}", file=sys.stderr)
    if refused:
        print("Nothing was written. Move the answers elsewhere, then run again.", file=sys.stderr)
        return 2
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files[path], "utf-8", newline="\n")
    print(f"wrote {len(stale)} of {len(files)} derived files" + "".join(f"\n  {n}" for n in names))
    return 0


if __name__ == "__main__":
    sys.exit(main())
