"""A class of all sorts, which hands in twice and is graded by nbgrader itself."""

import nbformat
from nbgrader.api import Gradebook

from autograder.course.catalogue import units
from autograder.sync.assignments import notebook_text
from tests.support.nbgrader_course import (
    ACCURACY,
    COUNT,
    CRASHING,
    FOREIGN,
    LATE,
    LOUD,
    NAME,
    OWN,
    PARTLY,
    RIGHT,
    WHERE,
    WRITTEN,
    WRONG,
    Book,
    make,
    nbgrader,
    submit,
)

FULL = COUNT + ACCURACY
MOST = FULL + WRITTEN + OWN
SCORES = {  # of the cells that are graded by machine; written answers come on top
    "perfect": FULL,
    "empty": 0,
    "half": COUNT,
    "partly": FULL - 1.5,
    "crash": COUNT,
    "loud": FULL - 1.5,
    "deleted": ACCURACY,
    "doubled": FULL,
    "reversed": FULL,
    "stripped": FULL,
    "old": FULL,
    "renamed": FULL,
    "broken": 0,
    "nothing": 0,
    "exercise": FULL,
    "late": FULL,  # less a penalty
    "where": COUNT,
    "again": COUNT + 1,  # for a float, though a wrong one
    "same": FULL,
}
MANUAL = {"same": 4.0, "again": 2.0}  # written answers, scored by a person
KIND = {"again": ACCURACY - 1}  # what a person gave for more than the new answer is worth
PENALTY = {"late": 2.0}
DOUBLE = {
    "late": ("def double(x):\n    return 2 * x", 1.0),
    "half": ("def double(x): return x", 0.5),
}


def total(student):
    return SCORES[student] + MANUAL.get(student, 0) + KIND.get(student, 0)


def hand_in(folder, first):
    """Hand in the first versions of those who come again, or the last version of everybody."""
    release = nbformat.read(folder / "release" / NAME / f"{NAME}.ipynb", as_version=4)

    def book(**answers):
        canary = f"open({str(folder / 'ran-')!r} + 'ours', 'w').close()"
        return Book(release).write(**answers).add(canary)

    right = {**RIGHT, "silent": "The ReLU on the logits silences it."}
    if first:
        for student in MANUAL:
            submit(folder, student, book(**right).json())
        return
    deleted = book(**right).delete("baseline-setup", "count_parameters-answer", "accuracy-check")
    doubled = book(**right).double("accuracy-answer", "baseline-setup", "accuracy-check")
    stub = Book(release).cell("count_parameters-answer").source
    again = book(**right | {"accuracy": WRONG, "silent": "Something else."})
    versions = {
        "perfect": book(**right),
        "empty": book(),
        "half": book(count_parameters=RIGHT["count_parameters"]),
        "partly": book(**right | {"accuracy": PARTLY}),
        "crash": book(**right | {"accuracy": CRASHING}),
        "loud": book(**right | {"accuracy": LOUD}),
        "deleted": deleted.delete("silent-class-answer"),
        "doubled": doubled.double("count_parameters-answer", source=stub),
        "reversed": book(**right).reverse(),
        "stripped": book(**right).strip(),
        "exercise": exercise_book().write(**right),
        "late": book(**right),
        "where": book(**right | {"accuracy": WHERE}),
        "again": again.delete("accuracy-check"),
        "same": book(**right),
    }
    for student, each in versions.items():
        submit(folder, student, each.json())
    submit(folder, "old", book(**right).old())
    submit(folder, "renamed", book(**right).json(), f"Copy of {NAME}")
    submit(folder, "broken", book(**right).json()[:-200])
    submit(folder, "nothing", None)
    late = folder / "submitted" / "late" / NAME / "timestamp.txt"
    late.write_text("2030-01-03 13:00:00 UTC")
    hand_in_foreign(folder)


def hand_in_foreign(folder):
    release = nbformat.read(folder / "release" / FOREIGN / f"{FOREIGN}.ipynb", as_version=4)
    for student, (source, _) in DOUBLE.items():
        book = Book(release).add(f"open({str(folder / 'ran-')!r} + 'foreign', 'w').close()")
        book.cell("answer").source = source
        submit(folder, student, book.json(), FOREIGN, FOREIGN)


def exercise_book():
    """Return the notebook of `exercises/` as a learner hands it in, who also saved answers."""
    unit = next(unit for unit in units() if unit.stem == NAME)
    made = Book(nbformat.reads(notebook_text(unit, "exercise"), as_version=4))
    assert made.cell("baseline-setup").source.startswith("%load_ext fashion_course\n")
    return made.add("%load_ext fashion_course")


def by_hand(folder):
    """Grade as a person does in formgrader: written answers, and too kindly one test cell."""
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as gradebook:
        for student, points in MANUAL.items():
            place = (NAME, NAME, student)
            grade = gradebook.find_grade("silent-class-answer", *place)
            grade.manual_score, grade.needs_manual_grade = points, False
            gradebook.find_comment("silent-class-answer", *place).manual_comment = "Well seen."
            gradebook.find_grade("accuracy-check", *place).manual_score = ACCURACY
        gradebook.db.commit()


def graded_class(place):
    """Make a class of all sorts in a folder, and have nbgrader grade, tell and export it."""
    folder = make(place / "course")
    with (folder / "nbgrader_config.py").open("a") as config:
        config.write(LATE)
    exchange = folder.parent / "exchange"
    exchange.mkdir()
    for name in (NAME, FOREIGN):
        nbgrader(folder, "generate_assignment", name)
    nbgrader(folder, "release_assignment", NAME, f"--Exchange.root={exchange}")
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as gradebook:
        gradebook.update_or_create_assignment(NAME, duedate="2030-01-01 12:00:00 UTC")
    hand_in(folder, first=True)
    nbgrader(folder, "autograde", NAME)
    by_hand(folder)
    hand_in(folder, first=False)
    nbgrader(folder, "autograde", NAME, "--force")
    assert not list(folder.glob("ran-*"))
    nbgrader(folder, "autograde", FOREIGN)
    nbgrader(folder, "generate_feedback", "--assignment=*")
    nbgrader(folder, "export")
