"""The command `demo`: the whole course at work, from images to grades, in one go."""

import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fashion_course.kit.cli.common import (
    AsJson,
    ExitCode,
    UserError,
    console,
    images_of,
    output_for,
    say,
    telling,
    write_picture,
)
from fashion_course.kit.live.bars import percent
from fashion_course.kit.words import _

if TYPE_CHECKING:
    from torch import Tensor

    from fashion_course.kit.data.dataset import FashionMNIST
    from fashion_course.kit.runs.train import TrainingRun

FOLDER = Path("fashion-course-demo")


def demo(
    quick: Annotated[
        bool, typer.Option("--quick", help=_("Use the small subset: about a minute, offline."))
    ] = False,
    out: Annotated[Path, typer.Option(help=_("Folder for the model and the pictures."))] = FOLDER,
    json: AsJson = False,
) -> None:
    """See the course at work: train two models, save, load and evaluate one, grade answers."""
    from fashion_course.kit.files import require_writable

    began = time.perf_counter()
    with output_for(json) as emit:
        with telling(ValueError, OSError):
            require_writable(out)
        console().rule(_("Data"))
        train, test = _find_images(quick)
        console().rule(_("Two models, trained with the reference answers"))
        run, probabilities, models = _train_and_score(train, test)
        console().rule(_("Saved, loaded again, and drawn"))
        identical, files = _save_load_and_draw(run, probabilities, test, out)
        console().rule(_("Graded"))
        grades = _grade(quick)
        seconds = time.perf_counter() - began
        done = _("That was the course in {seconds:.0f} seconds. Now write it yourself:")
        done = done.format(seconds=seconds)
        say(f"\n{done}\n\n    fashion-course start my-course")
        counts = {"train_images": len(train), "test_images": len(test)}
        emit(
            {
                "data": {"source": train.source, "is_subset": train.is_subset} | counts,
                "models": models,
                "identical": identical,
                "grading": grades,
                "files": [str(file) for file in files],
                "seconds": round(seconds, 1),
            }
        )
        _require_success(identical, grades)


def _find_images(quick: bool) -> tuple["FashionMNIST", "FashionMNIST"]:
    """Find the data; where there is only the subset and the whole is wanted, try to get it."""
    from fashion_course.kit.cli.data import fetch_missing
    from fashion_course.kit.data.files import DataError
    from fashion_course.kit.data.search import find_data

    with telling(DataError, code=ExitCode.NO_DATA):
        missing = not quick and find_data().is_subset
    if missing:
        say(_("FashionMNIST is not on this computer: downloading it (31 MB)."))
        try:
            fetch_missing()
        except DataError as error:
            say(str(error), wrap=True)
    train, test = images_of("train", quick), images_of("test", quick)
    told = _("{train:,} training and {test:,} test images, from {source}")
    say(told.format(train=len(train), test=len(test), source=train.source))
    return train, test


def _train_and_score(
    train: "FashionMNIST", test: "FashionMNIST"
) -> tuple["TrainingRun", "Tensor", list[dict[str, Any]]]:
    """Return the last run with its probabilities of the test images, and the figures of all."""
    from rich.table import Table

    from autograder.course.reference import reference_answer
    from fashion_course.kit.runs.recipe import Model, Recipe
    from fashion_course.kit.runs.scoring import score
    from fashion_course.kit.runs.train import prepare, train_model

    recipe, figures = Recipe(), []
    table = Table(_("model"))
    heads = _("parameters"), _("test loss"), _("test accuracy"), _("95 % interval"), _("seconds")
    for head in heads:
        table.add_column(head, justify="right")
    with console().status(_("preparing the images")):
        data = prepare(train, test, reference_answer, recipe)
    names: tuple[Model, ...] = ("v0", "v2")
    for name in names:
        say(name.upper())
        # On the CPU, where the same seed gives the same digits.
        run = train_model(name, reference_answer, data, recipe, "cpu", live=True)
        result, probabilities = score(run.model, data.test)
        count = reference_answer("count_parameters")(run.model)
        low, high = (f"{bound * 100:.2f}" for bound in result.interval)
        table.add_row(
            name.upper(),
            f"{count:,}",
            f"{result.loss:.4f}",
            percent(result.accuracy, 2),
            _("{low} to {high}", low=low, high=high),
            f"{run.seconds:.1f}",
        )
        known = {"model": name, "parameters": count, "seconds": round(run.seconds, 3)}
        figures.append(known | asdict(result))
    console().print(table)
    return run, probabilities, figures


def _save_load_and_draw(
    run: "TrainingRun", probabilities: "Tensor", test: "FashionMNIST", out: Path
) -> tuple[bool, list[Path]]:
    """Return whether the model that is loaded again says the same, and all files."""
    import torch

    from autograder.course.reference import reference_answer
    from fashion_course.kit import plot_confusion_matrix, plot_mistakes
    from fashion_course.kit.runs.files import save_run
    from fashion_course.kit.runs.scoring import restore, score

    with telling(ValueError, OSError):
        _record, files = save_run(run, out, "reference")
        result, again = score(restore(files[0]).model, run.data.test)
    identical = torch.equal(again, probabilities)
    how = _("identical to the last bit") if identical else _("NOT identical")
    say(_("{count:,} predictions of {file}: {how}", count=len(again), file=files[0], how=how))
    surest = reference_answer("most_confident_mistakes")(probabilities, test.labels, 25)
    pictures = {
        out / "confusion-matrix.png": plot_confusion_matrix(result.confusion_matrix),
        out / "mistakes.png": plot_mistakes(test.images, test.labels, probabilities, surest),
    }
    for path, figure in pictures.items():
        write_picture(figure, path)
    return identical, [*files, *pictures]


def _grade(quick: bool) -> dict[str, dict[str, Any]]:
    """Grade the reference in full, but for the capstone's training, and untouched stubs."""
    from autograder.course.catalogue import course_root, exercises, units
    from autograder.course.stubs import stub_module
    from autograder.reading.submission import Source, Submission, read_submission
    from autograder.report.terminal import score_of
    from fashion_course.kit.cli.grading import grade_all, grading_of

    stubs = {unit.name: Source(stub_module(unit), f"{unit.name}.py") for unit in units()}
    submissions = {
        "reference answers": read_submission(course_root() / "solutions"),
        "untouched stubs": Submission("untouched stubs", stubs),
    }
    say(_("The last check trains V2 once more, in a process without test labels."))
    say(_("train_capstone is left out: it trains for a quarter of an hour."))
    names = [name for name in exercises() if name != "train_capstone"]
    grades = {}
    for name, submission in submissions.items():
        with grading_of(submission, full=True, quick=quick) as grading:
            result = grade_all(grading, names)
        verdicts = Counter(exercise.verdict for exercise in result.exercises)
        counts = ", ".join(f"{count} {_(verdict)}" for verdict, count in verdicts.items())
        say(f"{_(name)}: {score_of(result)}; {counts}")
        points = {"points": result.points, "max_points": result.max_points}
        grades[name] = points | {"verdicts": dict(verdicts)}
    return grades


def _require_success(identical: bool, grades: dict[str, dict[str, Any]]) -> None:
    """End with an error where the course itself does not do what it promises."""
    promised = {"reference answers": "passed", "untouched stubs": "not attempted"}
    graded = all(set(grades[name]["verdicts"]) == {promised[name]} for name in promised)
    if not (graded and identical):
        told = _(
            "the demo failed: the course did not work as it should, see above; please report this"
        )
        raise UserError(told, ExitCode.GRADER)
