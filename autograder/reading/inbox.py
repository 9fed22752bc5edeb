"""Who handed in what: a folder of a class, as a platform or an instructor made it."""

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.reading.files import files_of


@dataclass(frozen=True)
class HandedIn:
    """What one student, or one group, handed in.

    Attributes:
        id: of the student, as in the gradebook and in file names: letters, digits, `._-` alone.
        name: as people write it; "" where nothing tells it.
        places: the files and folders that count, in order.
        late: whether the platform marked it late.
        notes: how it was found: attempts that were left, the group, marks of the platform.
    """

    id: str
    name: str
    places: tuple[Path, ...]
    late: bool = False
    notes: tuple[str, ...] = ()

    def files(self) -> dict[PurePosixPath, bytes]:
        """Return its files by their path.

        Raises:
            SubmissionError: they can't be read, or are over a limit.
        """
        return {path: data for place in self.places for path, data in files_of(place).items()}


def handed_in(folder: Path, roster: Path | None = None) -> list[HandedIn]:
    """Return what each student handed in, by id.

    Raises:
        SubmissionError: there is no such folder, or nothing in it.
    """
    return [HandedIn(each.stem, "", (each,)) for each in sorted(folder.iterdir())]
