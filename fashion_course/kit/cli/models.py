"""The commands around a model: `train` makes a run, `evaluate` measures it, `predict` uses it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fashion_course.kit.cli.common import console, output_for, say, telling, write_picture
from fashion_course.kit.cli.options import (
    Answering,
    AsJson,
    Checkpoint,
    ClassOf,
    Device,
    Model,
    Quick,
    Which,
    images_of,
    model_of,
    students_errors,
)
from fashion_course.kit.live.bars import percent, training_bar
from fashion_course.kit.runs.recipe import Recipe
from fashion_course.kit.words import _

if TYPE_CHECKING:
    from rich.console import RenderableType
    from torch import Tensor

    from fashion_course.kit.runs.restoring import Restored
    from fashion_course.kit.runs.scoring import Score
    from fashion_course.kit.runs.train import TrainingRun


def train(
    model: Annotated[Model, typer.Argument(help=_("Linear (v0), with a ReLU (v1), CNN (v2)."))],
    epochs: Annotated[
        int, typer.Option(min=1, help=_("Passes over the training images."))
    ] = Recipe.epochs,
    seed: Annotated[
        int, typer.Option(min=0, max=2**32 - 1, help=_("Decides the run."))
    ] = Recipe.seed,
    device: Device = "auto",
    out: Annotated[
        Path | None, typer.Option(help=_("Folder of the run. Default: runs/MODEL, then numbered."))
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help=_("Write over an earlier run in that folder."))
    ] = False,
    answers: Annotated[
        Answering, typer.Option(help=_("Train with the reference answers, or with your own."))
    ] = "reference",
    quick: Quick = False,
    json: AsJson = False,
) -> None:
    """Train a model; save its checkpoint, history (CSV) and learning curves (PNG)."""
    from fashion_course.kit.runs.answers import UnwrittenError, find_answers
    from fashion_course.kit.runs.files import new_folder, save_run
    from fashion_course.kit.runs.train import find_device, needed_answers

    recipe = Recipe(epochs=epochs, seed=seed)
    with output_for(json) as emit:
        with telling(UnwrittenError, ValueError, OSError):
            on = find_device(device)
            # save_checkpoint comes last in the course: nobody has to wait for it to train.
            given = find_answers(answers, needed_answers(model), spare=["save_checkpoint"])
            folder = new_folder(out, model, force)
        with students_errors(answers):
            run = _trained(model, given, answers, recipe, on, quick)
            with telling(OSError):
                files = save_run(run, folder, given, answers)
        say(_("Trained in {seconds:.1f} s and saved:", seconds=run.seconds))
        for path in files:
            say(f"  {path}")
        call = f"fashion-course evaluate {files[0]}{' --quick' * quick}"
        say(_("Next: {call}", call=call))
        emit(_as_data(run, answers) | {"files": [str(file) for file in files]})


def _trained(
    model: Model, given: Any, answers: Answering, recipe: Recipe, on: str, quick: bool
) -> "TrainingRun":
    """Say what is trained, prepare the images and train."""
    from fashion_course.kit.runs.train import prepare, train_model

    train, test = images_of("train", quick), images_of("test", quick)
    told = _(
        "{model} with {whose} on {device}, seed {seed}: {count:,} training images from {source}",
        model=model.upper(),
        whose=_("your answers") if answers == "mine" else _("the reference answers"),
        device=on,
        seed=recipe.seed,
        count=len(train),
        source=train.source,
    )
    say(told, wrap=True)
    with console().status(_("preparing the images")):
        data = prepare(train, test, given, recipe)
    with training_bar(console(), model, recipe.epochs) as progress:
        return train_model(model, given, data, recipe, on, progress)


def _as_data(run: "TrainingRun", answers: Answering) -> dict[str, Any]:
    return {
        "model": run.name,
        "answers": answers,
        "device": run.device,
        "data": {"source": run.data.source, "is_subset": run.data.is_subset},
        "recipe": run.recipe,
        "seconds": round(run.seconds, 3),
        "history": [
            {"epoch": n, "train": train._asdict(), "validation": validation._asdict()}
            for n, train, validation in run.history
        ],
    }


def evaluate(
    checkpoint: Checkpoint,
    out: Annotated[
        Path | None, typer.Option(help=_("Write the confusion matrix to this PNG file."))
    ] = None,
    answers: ClassOf = None,
    model: Which = None,
    device: Device = "auto",
    quick: Quick = False,
    json: AsJson = False,
) -> None:
    """Measure a model on the test images: loss, accuracy, its 95 % interval, recall by class."""
    from fashion_course.kit.runs.scoring import normalised, score

    with output_for(json) as emit:
        restored, on = model_of(checkpoint, answers, model, device)
        test = images_of("test", quick)
        with console().status(_("evaluating")), students_errors(answers):
            result = score(restored.model, normalised(test, restored.mean, restored.std), on)
        console().print(_score_table(restored, result, len(test), test.source))
        if out is not None:
            from fashion_course.kit.plots.pictures import plot_confusion_matrix

            write_picture(plot_confusion_matrix(result.confusion), out)
        data = {"source": test.source, "is_subset": test.is_subset, "images": len(test)}
        run = {"checkpoint": str(checkpoint), "model": restored.name, "epoch": restored.epoch}
        emit(run | {"data": data} | result.as_data())


def _score_table(
    restored: "Restored", result: "Score", images: int, source: str
) -> "RenderableType":
    from rich.table import Table

    from fashion_course.kit import CLASS_NAMES

    title = _(
        "{model} after epoch {epoch}, on {images:,} test images",
        model=restored.name.upper(),
        epoch=restored.epoch,
        images=images,
    )
    table = Table(
        title=title,
        caption=_("from {source}", source=source),
        show_header=False,
        title_justify="left",
        caption_justify="left",
    )
    table.add_column()
    table.add_column(justify="right")
    low, high = (percent(bound, 2) for bound in result.interval)
    table.add_row(_("test loss"), f"{result.loss:.4f}")
    table.add_row(_("test accuracy"), percent(result.accuracy, 2))
    interval = _("{low} to {high}", low=low, high=high)
    table.add_row(_("95 % interval"), interval, end_section=True)
    for name, recall in zip(CLASS_NAMES, result.recall, strict=True):
        table.add_row(_("recall of {name}", name=name), percent(recall))
    return table


def predict(
    checkpoint: Checkpoint,
    images: Annotated[list[Path], typer.Argument(help=_("PNG or JPEG files, of any size."))],
    out: Annotated[
        Path | None,
        typer.Option(help=_("Write a bar chart of the probabilities to this PNG file.")),
    ] = None,
    answers: ClassOf = None,
    model: Which = None,
    device: Device = "auto",
    json: AsJson = False,
) -> None:
    """Say what a picture of yours shows: the likeliest classes, with their probabilities."""
    import numpy as np
    import torch

    from autograder.course.reference import reference_answer
    from fashion_course.kit.data.images import prepare_image

    with output_for(json) as emit:
        restored, on = model_of(checkpoint, answers, model, device)
        with telling(ValueError, OSError):
            pixels = np.stack([prepare_image(path) for path in images])  # (N, 28, 28)
        transform = reference_answer("build_transform")(restored.mean, restored.std)
        batch = torch.stack([transform(each) for each in pixels])  # (N, 1, 28, 28)
        with students_errors(answers):
            told = reference_answer("predict")(restored.model, [(batch, None)], on)  # (N, 10)
        for path, probabilities in zip(images, told, strict=True):
            console().print(_bars(path, probabilities))
        if out is not None:
            from fashion_course.kit.cli.chart import draw_chart

            write_picture(draw_chart([path.name for path in images], pixels, told), out)
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


def _bars(path: Path, probabilities: "Tensor") -> "RenderableType":
    """Return the three likeliest classes as bars; `probabilities` is `(10,)`."""
    from rich.bar import Bar as RichBar
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    from fashion_course.kit import CLASS_NAMES

    best = probabilities.topk(3)
    grid = Table.grid(padding=(0, 1))
    grid.add_column(min_width=2 + max(map(len, CLASS_NAMES)))
    for share, label in zip(best.values.tolist(), best.indices.tolist(), strict=True):
        bar = RichBar(1.0, 0.0, share, width=30, color="cyan")
        grid.add_row(f"  {CLASS_NAMES[label]}", bar, percent(share))
    name = CLASS_NAMES[int(best.indices[0])]
    return Group(Text.assemble(f"{path}: ", (name, "bold")), grid)
