"""Runs a program several times in one fresh interpreter, which pays for the imports once."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

SCRIPT = """
import contextlib, importlib, io, json, sys

module, name, *calls = json.loads(sys.argv[1])
main = getattr(importlib.import_module(module), name)
told = []
for call in calls:
    sys.argv[1:] = call
    with contextlib.redirect_stdout(io.StringIO()) as text, contextlib.redirect_stderr(text):
        try:
            code = main()
        except SystemExit as left:
            code = left.code
    told.append([int(code or 0), text.getvalue(), list(sys.modules)])
print(json.dumps(told))
"""


class Told(NamedTuple):
    """What one call of a program ended with."""

    code: int
    text: str  # standard output and standard error, as they came
    modules: list[str]  # what is imported by then, by this call and those before it


def run_each(
    main: str, calls: Sequence[Sequence[str]], folder: Path, **variables: str
) -> list[Told]:
    """Return what each call of a program told, one after the other.

    Args:
        main: the function that is the program, as an entry point names it: `pytest:console_main`.
        calls: the arguments of each call.
        folder: where they run.
        variables: of the environment, beside this process's own.
    """
    environment: Mapping[str, str] = {**os.environ, **variables}
    given = json.dumps([*main.split(":"), *calls])
    command = [sys.executable, "-c", SCRIPT, given]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return [Told(*each) for each in json.loads(done.stdout.splitlines()[-1])]
