"""The autograder that Gradescope runs: `fashion-course export gradescope` packs it.

`python -m autograder.exports.gradescope ROOT` is what `run_autograder` calls: it grades
`ROOT/submission` as `ROOT/source/settings.json` says, and writes `ROOT/results/results.json`.
Late penalties are Gradescope's own.
"""

import sys
import zipfile
from pathlib import Path

import msgspec

from autograder.course.catalogue import exercises_of
from autograder.exports.packing import TEMPLATES, course_files, graded
from autograder.reading.submission import SubmissionError
from autograder.report.gradescope import results
from fashion_course.kit.files import write_whole
from fashion_course.kit.words import _

EPOCH = (1980, 1, 1, 0, 0, 0)  # the same settings give the same zip


class Settings(msgspec.Struct, frozen=True):
    """How Gradescope's submissions are graded; "" is every unit."""

    unit: str = ""
    full: bool = False
    craft_counts: bool = False


def export(out: Path, settings: Settings) -> None:
    """Write the zip that an instructor uploads as the autograder.

    Raises:
        ValueError: there is no such unit, or the course can't be packed.
        OSError: the zip can't be written.
    """
    exercises_of(settings.unit)
    files = course_files()
    files["settings.json"] = msgspec.json.format(msgspec.json.encode(settings), indent=2) + b"\n"
    scripts = ("setup.sh", "run_autograder")
    files |= {name: (TEMPLATES / name).read_bytes() for name in scripts}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items()):
            info = zipfile.ZipInfo(name, EPOCH)
            info.external_attr = (0o755 if name in scripts else 0o644) << 16
            archive.writestr(info, data)


def run(root: Path) -> None:
    """Grade what Gradescope has put there, and write what it reads.

    What can't be read gets no points and says why; if the grader itself fails, nothing is written,
    so that Gradescope tells the instructor and gives no points for or against.
    """
    settings = msgspec.json.decode((root / "source" / "settings.json").read_bytes(), type=Settings)
    place = root / "submission"
    try:
        record = graded(place, settings.unit, settings.full, settings.craft_counts)
        if any(each.verdict == "grader error" for each in record.exercises):
            sys.exit(_("The grader itself failed; this is not the student's fault."))
        told = results(record)
    except SubmissionError as error:
        why = str(error).replace(f"{place}", _("your submission"))
        output = _("Nothing was graded: {why}", why=why)
        told = msgspec.json.encode({"score": 0, "output": output, "output_format": "text"})
    (root / "results").mkdir(exist_ok=True)
    write_whole(root / "results" / "results.json", told)


if __name__ == "__main__":
    run(Path(sys.argv[1]))
