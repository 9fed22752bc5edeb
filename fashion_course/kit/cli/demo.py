"""The command `demo`: the whole course at work, from images to grades, in one go."""

import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fashion_course.kit.cli.common import (
    ExitCode,
    UserError,
    console,
    output_for,
    say,
    telling,
    write_picture,
)
from fashion_course.kit.cli.course import OPEN
from fashion_course.kit.cli.options import AsJson, images_of
from fashion_course.kit.live.bars import percent, training_bar
from fashion_course.kit.words import _

if TYPE_CHECKING:
    from rich.table import Table

    from fashion_course.kit.data.dataset import FashionMNIST
    from fashion_course.kit.runs.scoring import Score
    from fashion_course.kit.runs.train import TrainingRun

FOLDER = Path("fashion-course-demo")
MISTAKES = 25  # five rows of five


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
        _head(1, _("Data"))
        train, test = _find_images(quick)
        _head(2, _("Two models, trained with the reference answers"))
        run, score, models = _train_and_score(train, test)
        _head(3, _("Saved, and loaded into a fresh process"))
        reload, files = _save_and_reload(run, out, quick)
        _head(4, _("Graded"))
        grades = _grade(quick)
        _head(5, _("Pictures"))
        files += _draw(score, test, out)
        seconds = time.perf_counter() - began
        _say_what_next(seconds)
        data = {"source": train.source, "is_subset": train.is_subset}
        emit(
            {
                "data": data | {"train_images": len(train), "test_images": len(test)},
                "models": models,
                "reload": reload,
                "grading": grades,
                "files": [str(file) for file in files],
                "seconds": round(seconds, 1),
            }
        )
        _require_success(reload["identical"], grades)


def _head(number: int, text: str) -> None:
    console().print(f"\n[bold]{number} {text}[/]")


def _find_images(quick: bool) -> tuple["FashionMNIST", "FashionMNIST"]:
    """Find the data; where there is only the subset and the whole is wanted, try to get it."""
    from fashion_course.kit.cli.data import fetch_missing
    from fashion_course.kit.data.files import DataError
    from fashion_course.kit.data.search import find_data

    with telling(DataError, code=ExitCode.NO_DATA):
        missing = find_data(quick=quick).is_subset and not quick
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
) -> tuple["TrainingRun", "Score", list[dict[str, Any]]]:
    """Return the last run with its score, and the figures of all."""
    from autograder.course.reference import reference_answer
    from fashion_course.kit.runs.recipe import Recipe
    from fashion_course.kit.runs.scoring import score
    from fashion_course.kit.runs.train import prepare, train_model

    recipe, figures = Recipe(), []
    with console().status(_("preparing the images")):
        data = prepare(train, test, reference_answer, recipe)
    for name in ("v0", "v2"):
        say(name.upper())
        with training_bar(console(), name, recipe.epochs) as progress:
            # On the CPU, where the same seed gives the same digits.
            run = train_model(name, reference_answer, data, recipe, "cpu", progress)
        result = score(run.model, data.test)
        figures.append(
            {
                "model": name,
                "parameters": reference_answer("count_parameters")(run.model),
                "test_loss": result.loss,
                "test_accuracy": result.accuracy,
                "interval": result.interval,
                "seconds": round(run.seconds, 3),
            }
        )
    console().print(_table(figures))
    return run, result, figures


def _table(figures: list[dict[str, Any]]) -> "Table":
    from rich.table import Table

    table = Table(_("model"))
    heads = _("parameters"), _("test loss"), _("test accuracy"), _("95 % interval"), _("seconds")
    for head in heads:
        table.add_column(head, justify="right")
    for each in figures:
        low, high = (f"{bound * 100:.2f}" for bound in each["interval"])
        table.add_row(
            each["model"].upper(),
            f"{each['parameters']:,}",
            f"{each['test_loss']:.4f}",
            percent(each["test_accuracy"], 2),
            _("{low} to {high}", low=low, high=high),
            f"{each['seconds']:.1f}",
        )
    return table


def _save_and_reload(
    run: "TrainingRun", out: Path, quick: bool
) -> tuple[dict[str, Any], list[Path]]:
    """Return whether a fresh process computes the same outputs, and the files of the run."""
    import torch

    from autograder.course.reference import reference_answer
    from fashion_course.kit.runs.files import CHECKPOINT, save_run
    from fashion_course.kit.runs.scoring import logits_in_a_fresh_process, logits_of

    with telling(OSError):
        files = save_run(run, out, reference_answer, "reference")
    ours = logits_of(run.model, run.data.test)  # (N, 10)
    with console().status(_("loading the model into a fresh process")):
        identical = torch.equal(ours, logits_in_a_fresh_process(out / CHECKPOINT, quick))
    if identical:
        told = _("{rows:,} x {columns} outputs of {file}: identical to the last bit")
    else:
        told = _("{rows:,} x {columns} outputs of {file}: NOT identical")
    rows, columns = ours.shape
    say(told.format(rows=rows, columns=columns, file=out / CHECKPOINT))
    found = {"checkpoint": str(out / CHECKPOINT), "outputs": [rows, columns]}
    return found | {"identical": identical}, files


def _grade(quick: bool) -> dict[str, dict[str, Any]]:
    """Grade the reference in full, with the milestone, and stubs in which nothing is written."""
    from autograder.course.catalogue import course_root, units
    from autograder.course.stubs import stub_module
    from autograder.reading.submission import Source, Submission, read_submission
    from autograder.report.terminal import points_of
    from fashion_course.kit.cli.grading import grade_all, grader

    stubs = {unit.name: Source(stub_module(unit), f"{unit.name}.py") for unit in units()}
    submissions = {
        "reference answers": read_submission(course_root() / "solutions"),
        "untouched stubs": Submission("untouched stubs", stubs),
    }
    say(_("The last check trains V2 once more, in a process without test labels."))
    grades = {}
    with grader(full=True, quick=quick) as grading:
        for name, submission in submissions.items():
            result = grade_all(grading(submission))
            counts = Counter(exercise.verdict for exercise in result.exercises)
            told = _(
                "{name}: {points} of {max_points} points; exercises: {verdicts}",
                name=_(name),
                points=points_of(result.points),
                max_points=points_of(result.max_points),
                verdicts=", ".join(f"{count} {_(verdict)}" for verdict, count in counts.items()),
            )
            say(told)
            points = {"points": result.points, "max_points": result.max_points}
            grades[name] = points | {"verdicts": dict(counts)}
    return grades


def _draw(result: "Score", test: "FashionMNIST", out: Path) -> list[Path]:
    from autograder.course.reference import reference_answer
    from fashion_course.kit.plots.pictures import plot_confusion_matrix, plot_mistakes
    from fashion_course.kit.runs.files import CURVES

    said = result.probabilities  # (N, 10)
    surest = reference_answer("most_confident_mistakes")(said, test.labels, MISTAKES)
    pictures = {
        out / "confusion-matrix.png": plot_confusion_matrix(result.confusion),
        out / "mistakes.png": plot_mistakes(test.images, test.labels, said, surest),
    }
    say(_("Wrote {path}", path=out / CURVES))
    for path, figure in pictures.items():
        write_picture(figure, path)
    return list(pictures)


def _say_what_next(seconds: float) -> None:
    done = _("That was the course in {seconds:.0f} seconds. Now write it yourself:")
    say("\n" + done.format(seconds=seconds) + "\n")
    for call, what in (
        ("fashion-course start my-course", _("your own folder of stubs and lessons")),
        ("cd my-course", ""),
        (OPEN, _("the first lesson")),
        ("fashion-course check image_to_tensor", _("the first exercise")),
    ):
        say(f"    {call:<51} # {what}" if what else f"    {call}")


def _require_success(identical: bool, grades: dict[str, dict[str, Any]]) -> None:
    """End with an error where the course itself does not do what it promises."""
    promised = {"reference answers": "passed", "untouched stubs": "not attempted"}
    kept = {name: set(grades[name]["verdicts"]) == {promised[name]} for name in promised}
    if not all(kept.values()):
        told = _("the demo failed: grading went wrong for {names}; please report this")
        names = ", ".join(_(name) for name, holds in kept.items() if not holds)
        raise UserError(told.format(names=names), ExitCode.GRADER)
    if not identical:
        told = _("the demo failed: the outputs differ; please report this")
        raise UserError(told, ExitCode.GRADER)
