"""The commands around a model: `train` makes a run, `evaluate` measures it, `predict` uses it."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fashion_course.kit.cli.common import console
from fashion_course.kit.cli.options import (
    Answering,
    AsJson,
    Checkpoint,
    ClassOf,
    Device,
    Model,
    OnDevice,
    Quick,
    Which,
    images_of,
    model_of,
    students_errors,
)
from fashion_course.kit.cli.show import (
    output_for,
    telling,
    working,
    write_picture,
)
from fashion_course.kit.live.bars import percent, training_bar

if TYPE_CHECKING:
    from rich.console import RenderableType
    from torch import Tensor

    from fashion_course.kit.data.dataset import FashionMNIST
    from fashion_course.kit.runs.recipe import Recipe
    from fashion_course.kit.runs.restoring import Restored
    from fashion_course.kit.runs.scoring import Score
    from fashion_course.kit.runs.train import Run


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command(epilog="Example: fashion-course train v2 --epochs 5 --out runs/first")(train)
    app.command(epilog="Example: fashion-course evaluate runs/v2/checkpoint.pt")(evaluate)
    app.command(epilog="Example: fashion-course predict runs/v2/checkpoint.pt shoe.jpg")(predict)


def train(
    model: Annotated[Model, typer.Argument(help="Linear (v0), with a ReLU (v1), CNN (v2).")],
    epochs: Annotated[
        int | None, typer.Option(min=1, help="Passes over the training images. Default: 5.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, max=2**32 - 1, help="Decides the run. Default: 42.")
    ] = None,
    device: OnDevice = Device.auto,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the run. Default: runs/MODEL, then numbered.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Write over an earlier run in that folder.")
    ] = False,
    answers: Annotated[
        Answering, typer.Option(help="Train with the reference answers, or with your own.")
    ] = Answering.reference,
    quick: Quick = False,
    json: AsJson = False,
) -> None:
    """Train a model; save its checkpoint, history (CSV) and learning curves (PNG)."""
    from fashion_course.kit.runs.recipe import Recipe

    recipe = Recipe()
    recipe = replace(
        recipe, epochs=epochs or recipe.epochs, seed=recipe.seed if seed is None else seed
    )
    with output_for(json) as emit:
        run, files = _train(model, recipe, device, out, force, answers, quick)
        console().print(f"Trained in {run.seconds:.1f} s and saved:")
        for path in files:
            console().print(f"  {path}", markup=False, soft_wrap=True)
        console().print(
            f"Next: fashion-course evaluate {files[0]}{' --quick' * quick}",
            markup=False,
            soft_wrap=True,
        )
        emit(_run_as_data(run, answers) | {"files": [str(file) for file in files]})


def _train(
    model: Model,
    recipe: "Recipe",
    device: Device,
    out: Path | None,
    force: bool,
    answers: Answering,
    quick: bool,
) -> tuple["Run", list[Path]]:
    """Train and save; return the run and its files, the checkpoint first."""
    from fashion_course.kit.runs import train as runs
    from fashion_course.kit.runs.answers import UnwrittenError, find_answers
    from fashion_course.kit.runs.files import new_folder, save_run

    with telling(UnwrittenError, ValueError, OSError):
        on = runs.find_device(device)
        # save_checkpoint comes last in the course: nobody has to wait for it to train.
        spare = ["save_checkpoint"]
        given = find_answers(answers.value, runs.needed_answers(model), spare)
        folder = new_folder(out, model, force)
    images, test = images_of("train", quick), images_of("test", quick)
    whose = "your answers" if answers is Answering.mine else "the reference answers"
    console().print(
        f"{model.upper()} with {whose} on {on}, seed {recipe.seed}: "
        f"{len(images):,} training images from {images.source}"
    )
    with students_errors(answers):
        with working("preparing the images"):
            data = runs.prepare(images, test, given, recipe)
        with training_bar(console(), model, recipe.epochs) as progress:
            run = runs.train_model(model, given, data, recipe, on, progress)
        with telling(OSError):
            return run, save_run(run, folder, given, answers.value)


def _run_as_data(run: "Run", answers: Answering) -> dict[str, Any]:
    return {
        "model": run.name,
        "answers": answers.value,
        "device": run.device,
        "data": {"source": run.data.source, "is_subset": run.data.is_subset},
        "recipe": run.recipe,
        "seconds": round(run.seconds, 3),
        "history": [
            {
                "epoch": each.epoch,
                "train": each.train._asdict(),
                "validation": each.validation._asdict(),
            }
            for each in run.history
        ],
    }


def evaluate(
    checkpoint: Checkpoint,
    out: Annotated[
        Path | None, typer.Option(help="Write the confusion matrix to this PNG file.")
    ] = None,
    answers: ClassOf = None,
    model: Which = None,
    device: OnDevice = Device.auto,
    quick: Quick = False,
    json: AsJson = False,
) -> None:
    """Measure a model on the test images: loss, accuracy, its 95 % interval, recall by class."""
    from fashion_course.kit.runs.scoring import normalised, score

    with output_for(json) as emit:
        restored, on = model_of(checkpoint, answers, model, device)
        test = images_of("test", quick)
        with working("evaluating"), students_errors(answers):
            result = score(restored.model, normalised(test, restored.mean, restored.std), on)
        console().print(_score_table(restored, result, test))
        if out is not None:
            from fashion_course.kit.plots.pictures import plot_confusion_matrix

            write_picture(plot_confusion_matrix(result.confusion), out)
        emit(
            {
                "checkpoint": str(checkpoint),
                "model": restored.name,
                "epoch": restored.epoch,
                "data": {"source": test.source, "is_subset": test.is_subset, "images": len(test)},
                **result.as_data(),
            }
        )


def predict(
    checkpoint: Checkpoint,
    images: Annotated[list[Path], typer.Argument(help="PNG or JPEG files, of any size.")],
    out: Annotated[
        Path | None, typer.Option(help="Write a bar chart of the probabilities to this PNG file.")
    ] = None,
    answers: ClassOf = None,
    model: Which = None,
    device: OnDevice = Device.auto,
    json: AsJson = False,
) -> None:
    """Say what a picture of yours shows: the likeliest classes, with their probabilities."""
    import numpy as np
    import torch

    from autograder.course.reference import reference_answer
    from fashion_course.kit.cli.chart import draw_chart
    from fashion_course.kit.data.images import prepare_image

    with output_for(json) as emit:
        restored, on = model_of(checkpoint, answers, model, device)
        with telling(ValueError, OSError):
            pixels = np.stack([prepare_image(path) for path in images])
        transform = reference_answer("build_transform")(restored.mean, restored.std)
        batch = torch.stack([transform(each) for each in pixels])
        with students_errors(answers):
            told = reference_answer("predict")(restored.model, [(batch, None)], on)
        for path, probabilities in zip(images, told, strict=True):
            console().print(_bars(path, probabilities))
        if out is not None:
            names = [path.name for path in images]
            write_picture(draw_chart(names, pixels, told), out)
        emit([_prediction(*each) for each in zip(images, told, strict=True)])


def _prediction(path: Path, probabilities: "Tensor") -> dict[str, Any]:
    from fashion_course.kit import CLASS_NAMES

    label = int(probabilities.argmax())
    return {
        "image": str(path),
        "class": CLASS_NAMES[label],
        "label": label,
        "probabilities": dict(zip(CLASS_NAMES, probabilities.tolist(), strict=True)),
    }


def _score_table(restored: "Restored", result: "Score", test: "FashionMNIST") -> "RenderableType":
    from rich.table import Table

    from fashion_course.kit import CLASS_NAMES

    low, high = result.interval
    epochs = f"{restored.epoch} epoch{'' if restored.epoch == 1 else 's'}"
    table = Table(
        title=f"{restored.name.upper()} after {epochs}, on {len(test):,} test images",
        caption=f"from {test.source}",
        show_header=False,
        title_justify="left",
        caption_justify="left",
    )
    table.add_column()
    table.add_column(justify="right")
    table.add_row("test loss", f"{result.loss:.4f}")
    table.add_row("test accuracy", percent(result.accuracy, 2))
    table.add_row("95 % interval", f"{percent(low, 2)} to {percent(high, 2)}", end_section=True)
    for name, recall in zip(CLASS_NAMES, result.recall, strict=True):
        table.add_row(f"recall of {name}", percent(recall))
    return table


def _bars(path: Path, probabilities: "Tensor") -> "RenderableType":
    """Return the three likeliest classes as bars."""
    from rich.bar import Bar
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    from fashion_course.kit import CLASS_NAMES

    best = probabilities.topk(3)
    grid = Table.grid(padding=(0, 1))
    grid.add_column(min_width=2 + max(map(len, CLASS_NAMES)))
    for share, label in zip(best.values.tolist(), best.indices.tolist(), strict=True):
        bar = Bar(1.0, 0.0, share, width=30, color="cyan")
        grid.add_row(f"  {CLASS_NAMES[label]}", bar, percent(share))
    name = CLASS_NAMES[int(best.indices[0])]
    return Group(Text.assemble(f"{path}: ", (name, "bold")), grid)
