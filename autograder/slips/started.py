"""The slip that hides an answer: it stands where only a program that is started would get it."""

import ast

from autograder.reading.statements import DEFINITIONS
from fashion_course.kit.words import _


def runs_when_started(node: ast.AST) -> bool:
    """Say whether a statement is `if __name__ == "__main__":`, which no import runs."""
    return isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)


def hidden_told(name: str, module: ast.Module, file: str) -> str:
    """Return where a definition is hidden in a module, and what to do; "" where it is not."""
    for outer in filter(runs_when_started, module.body):
        if any(isinstance(n, DEFINITIONS) and n.name == name for n in ast.walk(outer)):
            return _(
                "`{name}` stands inside `{outer}` (line {line}), so whoever imports {file} does"
                " not get it: move it out, to the left margin.",
                name=name,
                outer=ast.unparse(outer).partition("\n")[0],
                line=outer.lineno,
                file=file,
            )
    return ""
