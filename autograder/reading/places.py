"""Says of an exception where in a notebook its lines stand, and which names were not taken.

The worker knows the text that was made of the cells alone.
"""

import re

import msgspec

from autograder.reading.submission import Source, Submission
from autograder.worker.observation import Error, Frame, Observation
from fashion_course.kit.words import _


def in_cells(observation: Observation, submission: Submission) -> Observation:
    """Return the observation with the lines of its exception as a notebook's author knows them."""
    error = observation.error
    sources = {source.origin: source for source in submission.sources.values() if source.places}
    if error is None or not any(frame.file in sources for frame in error.frames):
        return observation
    frames = [_in_cell(frame, sources.get(frame.file)) for frame in error.frames]
    last = sources.get(error.frames[-1].file)
    message = error.message if last is None else _with_left_out(error, last)
    told = msgspec.structs.replace(error, frames=tuple(frames), message=message)
    return msgspec.structs.replace(observation, error=told)


def _in_cell(frame: Frame, source: Source | None) -> Frame:
    if source is None or frame.line not in source.places:
        return frame
    cell, line = source.places[frame.line]
    file = _("{file}, code cell {cell}", file=frame.file, cell=cell)
    return msgspec.structs.replace(frame, file=file, line=line)


def _with_left_out(error: Error, source: Source) -> str:
    """Return the text of a NameError with the cell where the name gets its value."""
    found = re.match(r"name '(\w+)' is not defined", error.message)
    if error.type != "NameError" or not found or found[1] not in source.left_out:
        return error.message
    cell, line = source.left_out[found[1]]
    return f"{found[0]}: code cell {cell}, line {line} is not taken"
