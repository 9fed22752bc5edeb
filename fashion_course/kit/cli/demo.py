"""The command `demo`: the whole course at work, from images to grades, in one go."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fashion_course.kit.cli.common import Exit, UserError, console
from fashion_course.kit.cli.course import OPEN
from fashion_course.kit.cli.options import AsJson, images_of
from fashion_course.kit.cli.show import (
    output_for,
    telling,
    working,
    write_picture,
)
from fashion_course.kit.live.bars import percent, training_bar

if TYPE_CHECKING:
    from autograder.judge.milestone import Milestone
    from autograder.reading.submission import Submission
    from autograder.record import ExerciseResult, Result
    from autograder.runners.process import ProcessRunner
    from fashion_course.kit.data.dataset import FashionMNIST
    from fashion_course.kit.runs.scoring import Score
    from fashion_course.kit.runs.train import Run

FOLDER = Path("fashion-course-demo")
MISTAKES = 25  # five rows of five


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(epilog="Example: fashion-course demo --quick")(demo)


def demo(
    quick: Annotated[
        bool, typer.Option("--quick", help="Use the small subset: about a minute, offline.")
    ] = False,
    out: Annotated[Path, typer.Option(help="Folder for the model and the pictures.")] = FOLDER,
    json: AsJson = False,
) -> None:
    """See the course at work: train two models, save, load and evaluate one, grade answers."""
    from fashion_course.kit.runs.files import require_writable

    began = time.perf_counter()
    with output_for(json) as emit:
        with telling(ValueError, OSError):
            require_writable(out)
        _heading(1, "Data")
        train, test = _find_images(quick)
        _heading(2, "Two models, trained with the reference answers")
        runs, scores = _train_and_score(train, test)
        _heading(3, "Saved, and loaded into a fresh process")
        reload = _save_and_reload(runs[-1], out, quick)
        _heading(4, "Graded")
        grades = _grade(quick)
        _heading(5, "Pictures")
        files = [*reload.pop("files"), *_draw(runs[-1], scores[-1], test, out)]
        seconds = time.perf_counter() - began
        _say_what_next(seconds)
        emit(
            {
                "data": _data_as_data(train, test),
                "models": [_model_as_data(*each) for each in zip(runs, scores, strict=True)],
                "reload": reload,
                "grading": {name: _grade_as_data(grade) for name, grade in grades.items()},
                "files": files,
                "seconds": round(seconds, 1),
            }
        )
        _require_success(reload, grades)


def _heading(number: int, text: str) -> None:
    console().print(f"\n[bold]{number} {text}[/]")


def _find_images(quick: bool) -> tuple["FashionMNIST", "FashionMNIST"]:
    """Find the data; where there is only the subset and the whole is wanted, try to get it."""
    from fashion_course.kit.cli.data import fetch_missing
    from fashion_course.kit.data.files import DataError
    from fashion_course.kit.data.search import find_data

    with telling(DataError, code=Exit.NO_DATA):
        missing = find_data(quick=quick).is_subset and not quick
    if missing:
        console().print("FashionMNIST is not on this computer: downloading it (31 MB).")
        try:
            fetch_missing()
        except DataError as error:
            console().print(str(error), markup=False)
    train, test = images_of("train", quick), images_of("test", quick)
    console().print(f"{len(train):,} training and {len(test):,} test images, from {train.source}")
    return train, test


def _train_and_score(
    train: "FashionMNIST", test: "FashionMNIST"
) -> tuple[list["Run"], list["Score"]]:
    from autograder.course.reference import reference_answer
    from fashion_course.kit.runs.recipe import Recipe
    from fashion_course.kit.runs.scoring import score
    from fashion_course.kit.runs.train import prepare, train_model

    recipe = Recipe()
    with working("preparing the images"):
        data = prepare(train, test, reference_answer, recipe)
    runs, scores = [], []
    for name in ("v0", "v2"):
        console().print(name.upper())
        with training_bar(console(), name, recipe.epochs) as progress:
            # On the CPU, where the same seed gives the same digits.
            run = train_model(name, reference_answer, data, recipe, "cpu", progress)
        runs.append(run)
        scores.append(score(run.model, data.test))
    _show_table(runs, scores)
    return runs, scores


def _show_table(runs: list["Run"], scores: list["Score"]) -> None:
    from rich.table import Table

    from autograder.course.reference import reference_answer

    table = Table()
    for column in ("model", "parameters", "test loss", "test accuracy", "95 % interval", "seconds"):
        table.add_column(column, justify="left" if column == "model" else "right")
    for run, result in zip(runs, scores, strict=True):
        low, high = result.interval
        table.add_row(
            run.name.upper(),
            f"{reference_answer('count_parameters')(run.model):,}",
            f"{result.loss:.4f}",
            percent(result.accuracy, 2),
            f"{low * 100:.2f} to {high * 100:.2f}",
            f"{run.seconds:.1f}",
        )
    console().print(table)


def _save_and_reload(run: "Run", out: Path, quick: bool) -> dict[str, Any]:
    import torch
    from rich.markup import escape

    from autograder.course.reference import reference_answer
    from fashion_course.kit.runs.files import CHECKPOINT, save_run
    from fashion_course.kit.runs.reload import logits_in_a_fresh_process
    from fashion_course.kit.runs.scoring import logits_of

    with telling(OSError):
        files = save_run(run, out, reference_answer, "reference")
    ours = logits_of(run.model, run.data.test)
    with working("loading the model into a fresh process"):
        theirs = logits_in_a_fresh_process(out / CHECKPOINT, quick)
    identical = torch.equal(ours, theirs)
    verdict = "identical to the last bit" if identical else "[bold red]NOT identical[/]"
    rows, columns = ours.shape
    name = escape(str(out / CHECKPOINT))
    console().print(f"{rows:,} x {columns} outputs of {name}: {verdict}", soft_wrap=True)
    return {
        "checkpoint": str(out / CHECKPOINT),
        "outputs": [rows, columns],
        "identical": identical,
        "files": [str(file) for file in files],
    }


def _grade(quick: bool) -> dict[str, "Result"]:
    """Grade the reference in full, with the milestone, and stubs in which nothing is written."""
    from autograder.course.catalogue import course_root, units
    from autograder.course.stubs import stub_module
    from autograder.judge.milestone import open_milestone
    from autograder.reading.submission import Source, Submission, read_submission
    from autograder.runners.process import ProcessRunner

    reference = read_submission(course_root() / "solutions")
    stubs = {unit.name: Source(stub_module(unit), f"{unit.name}.py") for unit in units()}
    console().print("The last check trains V2 once more, in a process without test labels.")
    with open_milestone(quick) as milestone:
        runner = ProcessRunner(milestone.folder)
        try:
            return {
                "reference answers": _grade_one("reference answers", reference, runner, milestone),
                "untouched stubs": _grade_one(
                    "untouched stubs", Submission("untouched stubs", stubs), runner, milestone
                ),
            }
        finally:
            runner.close()


def _grade_one(
    name: str, submission: "Submission", runner: "ProcessRunner", milestone: "Milestone"
) -> "Result":
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from autograder.course.catalogue import exercises
    from autograder.grading.one import Grading
    from autograder.report.terminal import points_of

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=16),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    names = [*exercises(), "done"]
    with Progress(
        *columns, console=console(), transient=True, disable=not console().is_terminal
    ) as progress:
        bar = progress.add_task(f"grading {names[0]}", total=len(names) - 1)

        def told(result: "ExerciseResult") -> None:
            following = names[names.index(result.name) + 1]
            progress.update(bar, advance=1, description=f"grading {following}")

        result = Grading(submission, runner, milestone=milestone).all(each=told)
    counts = _grade_as_data(result)["verdicts"]
    verdicts = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
    score = f"{points_of(result.points)} of {points_of(result.max_points)} points"
    console().print(f"{name}: {score}; exercises: {verdicts}")
    return result


def _draw(run: "Run", result: "Score", test: "FashionMNIST", out: Path) -> list[str]:
    from autograder.course.reference import reference_answer
    from fashion_course.kit.plots.pictures import plot_confusion_matrix, plot_mistakes

    surest = reference_answer("most_confident_mistakes")(
        result.probabilities, test.labels, MISTAKES
    )
    pictures = {
        "confusion-matrix.png": plot_confusion_matrix(result.confusion),
        "mistakes.png": plot_mistakes(test.images, test.labels, result.probabilities, surest),
    }
    console().print(f"Wrote {out / 'curves.png'}", markup=False, soft_wrap=True)
    for name, figure in pictures.items():
        write_picture(figure, out / name)
    return [str(out / name) for name in pictures]


def _say_what_next(seconds: float) -> None:
    console().print(
        f"\nThat was the course in {seconds:.0f} seconds. Now write it yourself:\n\n"
        "    fashion-course start my-course   # your own folder of stubs and lessons\n"
        "    cd my-course\n"
        f"    {OPEN}   # the first lesson\n"
        "    fashion-course check image_to_tensor   # the first exercise\n",
        markup=False,
        soft_wrap=True,
    )


def _data_as_data(train: "FashionMNIST", test: "FashionMNIST") -> dict[str, Any]:
    return {
        "source": train.source,
        "is_subset": train.is_subset,
        "train_images": len(train),
        "test_images": len(test),
    }


def _model_as_data(run: "Run", result: "Score") -> dict[str, Any]:
    from autograder.course.reference import reference_answer

    return {
        "model": run.name,
        "parameters": reference_answer("count_parameters")(run.model),
        "test_loss": result.loss,
        "test_accuracy": result.accuracy,
        "interval": result.interval,
        "seconds": round(run.seconds, 3),
    }


def _grade_as_data(result: "Result") -> dict[str, Any]:
    verdicts: dict[str, int] = {}
    for exercise in result.exercises:
        verdicts[exercise.verdict] = verdicts.get(exercise.verdict, 0) + 1
    return {"points": result.points, "max_points": result.max_points, "verdicts": verdicts}


def _require_success(reload: dict[str, Any], grades: dict[str, "Result"]) -> None:
    """End with an error where the course itself does not do what it promises."""
    reference, stubs = grades["reference answers"], grades["untouched stubs"]
    wrong = [e.name for e in reference.exercises if e.verdict != "passed"]
    wrong += [e.name for e in stubs.exercises if e.verdict != "not attempted"]
    if wrong or not reload["identical"]:
        told = f"grading went wrong for {', '.join(wrong)}" if wrong else "the outputs differ"
        raise UserError(f"the demo failed: {told}; please report this", Exit.GRADER)
