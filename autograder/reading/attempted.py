"""Whether somebody wrote an answer into a definition."""

import ast


def is_attempted(node: ast.AST) -> bool:
    """Say whether somebody wrote an answer into a definition.

    Untouched is a definition without a body of its own: docstrings, `pass`, `...`,
    `super().__init__()`, and the stub's `raise NotImplementedError`.
    """
    if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
        body = node.body
    else:
        return True
    return any(_is_written(statement) for statement in body)


def _is_written(statement: ast.stmt) -> bool:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return is_attempted(statement)
    if isinstance(statement, (ast.Pass, ast.AnnAssign)):
        return False
    if isinstance(statement, ast.Expr):
        text = ast.unparse(statement.value)
        return not (isinstance(statement.value, ast.Constant) or text == "super().__init__()")
    if isinstance(statement, ast.Raise) and statement.exc is not None:
        return not ast.unparse(statement.exc).startswith("NotImplementedError")
    return True
