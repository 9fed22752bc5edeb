"""What the judge asks of a worker, and how it is framed."""

import struct

import msgspec


class Request(msgspec.Struct, frozen=True):
    """What to observe: some scenarios on one exercise of a submission, given as text.

    `lent` are modules of the course for what the answer builds on and does not have right; what
    is to be observed is never among them. `mark` says that the request was taken, and begins each
    observation: what was made before it came is none of it. `seconds` is how long a process that
    serves this one first may compute in all.
    """

    sources: dict[str, str]
    origins: dict[str, str]
    exercise: str
    unit: str
    scenarios: tuple[str, ...]
    seed: int
    mark: bytes
    data: str = ""
    lent: dict[str, str] = {}
    seconds: float = 0.0


HEADER = struct.Struct(">I")
FORK, COUNT, WEIGH, END = b"f", b"c", b"w", b"e"
"""What the judge asks of the warm parent: to serve requests, to count files, to weigh memory, to
end all."""
