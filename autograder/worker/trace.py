"""Describes an exception as data: its type, its text, and the lines of the answer behind it."""

import difflib
import linecache
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import FrameType, TracebackType

from autograder.worker.observation import Error, Frame, steady

ANSWER_FILE = "<answer>/"  # begins the file name of every loaded source, so frames can be told
COURSE_FILE = f"{ANSWER_FILE}solutions/"  # of those that the course lends: no line of it is told
MISTAKES = "autograder.mistakes."  # the modules that hold wrong answers of our own
HOME, KIT = "fashion_course.", "fashion_course.kit"  # a student's modules, and what is no student's
MAX_FRAMES = 8
MAX_MESSAGE = 2_000  # characters


def describe(error: BaseException, layers: tuple[str, ...] = ()) -> Error:
    """Return an exception as data: its type, its text, and the frames in the student's code."""
    frames = [*_of_syntax(error), *_of_answer(error.__traceback__)]
    by = _raised_by(error.__traceback__)
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    told = f"{type(cause).__name__}: {_message(cause)}" if cause and by == "raise" else ""
    return Error(
        type=type(error).__name__,
        message=steady(_message(error))[:MAX_MESSAGE],
        frames=tuple(frames[-MAX_FRAMES:]),
        layers=layers,
        by=by,
        at="".join(f"{frame.file}, {frame.line}" for frame in frames[-1:]),
        cause=steady(told)[:MAX_MESSAGE],
    )


def _message(error: BaseException) -> str:
    """Return the text of an exception, with a name that may have been meant."""
    try:
        near = difflib.get_close_matches(getattr(error, "name", None) or "", _known_to(error), 1)
        return f"{error}. Did you mean: '{near[0]}'?" if near else str(error)
    except Exception:  # a student's own exception class may break here
        return "<no message: its __str__ failed>"


def _known_to(error: BaseException) -> list[str]:
    """Return the names that there are where one was not found."""
    if isinstance(error, AttributeError):
        return [] if error.obj is None else dir(error.obj)
    if not isinstance(error, NameError) or error.__traceback__ is None:
        return []
    frame, _ = _innermost(error.__traceback__)
    return [*frame.f_locals, *frame.f_globals, *frame.f_builtins]


def _innermost(trace: TracebackType) -> tuple[FrameType, int]:
    return list(traceback.walk_tb(trace))[-1]


def _of_syntax(error: BaseException) -> Iterator[Frame]:
    """Yield the line that is no Python; its text stands in the error alone."""
    if isinstance(error, SyntaxError) and (error.filename or "").startswith(ANSWER_FILE):
        yield frame_of(str(error.filename), error.lineno or 0, "", (error.text or "").strip())


def _of_answer(trace: TracebackType | None) -> Iterator[Frame]:
    for frame, line in traceback.walk_tb(trace):
        if _is_answer(frame) and not frame.f_code.co_filename.startswith(COURSE_FILE):
            code = frame.f_code
            text = linecache.getline(code.co_filename, line, frame.f_globals).strip()
            yield frame_of(code.co_filename, line, code.co_name, text)


def frame_of(file: str, line: int, function: str, code: str) -> Frame:
    """Return a frame whose file is called as its author knows it: `training.py`, `cell In[3]`."""
    known = file.removeprefix(ANSWER_FILE) if file.startswith(ANSWER_FILE) else _cell(file)
    return Frame(known or Path(file).name, line, function, code[:200])


def _is_answer(frame: FrameType) -> bool:
    file, module = frame.f_code.co_filename, str(frame.f_globals.get("__name__", ""))
    if is_answer_file(file):
        return True
    return module.startswith(HOME) and not module.startswith(KIT)


def is_answer_file(file: str) -> bool:
    """Say whether a file name is that of a loaded answer or of a notebook's cell."""
    return file.startswith(ANSWER_FILE) or _is_cell(file)


def _is_cell(file: str) -> bool:
    return file.startswith(("<ipython-input", "<cell")) or "ipykernel_" in file


def _cell(file: str) -> str:
    """Return a cell as the notebook numbers it, "cell In[3]"; "" for what is none."""
    if not _is_cell(file):
        return ""
    module = sys.modules.get("IPython")
    shell = module.get_ipython() if module is not None else None
    name = shell.compile.format_code_name(file) if shell is not None else None
    return f"cell {name[1]}" if name else "a cell of your notebook"


def _raised_by(trace: TracebackType | None) -> str:
    """Return what raised: "raise", "line", or a function of a library; see `Error`."""
    if trace is None:
        return ""
    frame, number = _innermost(trace)
    module = str(frame.f_globals.get("__name__", ""))
    if _is_answer(frame) or module.startswith(MISTAKES):
        line = linecache.getline(frame.f_code.co_filename, number, frame.f_globals)
        return "raise" if line.strip().startswith(("raise", "assert")) else "line"
    return f"{module}.{frame.f_code.co_name}"
