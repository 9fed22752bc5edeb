"""The commands around a model: `train` makes a run, `evaluate` measures it, `predict` uses it."""

import contextlib
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

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
from fashion_course.kit.runs.answers import Whose
from fashion_course.kit.runs.recipe import Model, Precision, Recipe
from fashion_course.kit.words import _

if TYPE_CHECKING:
    from fashion_course.kit.runs.answers import Answers
    from fashion_course.kit.runs.files import Wish
    from fashion_course.kit.runs.scoring import Restored, Score
    from fashion_course.kit.runs.train import TrainingRun

Checkpoint = Annotated[
    Path, typer.Argument(help=_("A file that `train` or save_checkpoint wrote."))
]
ClassOf = Annotated[
    Whose | None, typer.Option(help=_("Whose model class to use. Default: as recorded in the run."))
]
Which = Annotated[
    Model | None, typer.Option(help=_("Which model. Default: as recorded in the run."))
]
Quick = Annotated[
    bool, typer.Option("--quick", help=_("Use the small subset that comes with the course."))
]
OnDevice = Annotated[
    Literal["auto", "cpu", "cuda", "mps"],
    typer.Option(help=_("Device to compute on; auto: the fastest one available.")),
]

Short = Annotated[
    Precision,
    typer.Option(help=_("bfloat16: fewer digits, faster on processors made for it.")),
]
Threads = Annotated[
    int | None,
    typer.Option(
        min=1,
        help=_("Processor cores to compute with. Default: 1; for v3, as many as PyTorch takes."),
    ),
]
RunFolder = Annotated[
    Path | None, typer.Option(help=_("Folder of the run. Default: runs/MODEL, then numbered."))
]
Force = Annotated[
    bool, typer.Option("--force", help=_("Write over an earlier run in that folder."))
]
Resume = Annotated[
    bool, typer.Option("--resume", help=_("Go on with the latest run that was interrupted."))
]


def train(
    model: Annotated[
        Model, typer.Argument(help=_("Linear (v0), with a ReLU (v1), CNN (v2), your design (v3)."))
    ],
    epochs: Annotated[
        int, typer.Option(min=1, help=_("Number of epochs (passes over the training images)."))
    ] = Recipe.epochs,
    seed: Annotated[
        int, typer.Option(min=0, max=2**32 - 1, help=_("Seed of the run."))
    ] = Recipe.seed,
    device: OnDevice = "auto",
    precision: Short = "float32",
    threads: Threads = None,
    out: RunFolder = None,
    force: Force = False,
    answers: Annotated[
        Whose, typer.Option(help=_("Train with the reference answers, or with your own."))
    ] = "reference",
    resume: Resume = False,
    quick: Quick = False,
    json: AsJson = False,
) -> None:
    """Train a model; save its checkpoint, history (CSV) and learning curves (PNG)."""
    from fashion_course.kit.runs.distributed import is_first, joined
    from fashion_course.kit.runs.files import Wish, begin, interrupted, new_folder

    with output_for(json) as emit:
        with telling(ValueError, OSError):
            cores = threads or (0 if model == "v3" else Recipe.threads)
            recipe = Recipe(epochs=epochs, seed=seed, threads=cores)
            wish = Wish(model, answers, recipe, device, quick, precision)
            found, wish = interrupted(out, model) if resume else (None, wish)
            on, own, given = _means_for(wish)
            folder = found or (new_folder(out, model, force) if is_first() else None)
        with _interruptible(folder, model), joined(on), students_errors(wish.answers):
            if folder and found is None and not own:
                begin(folder, wish)
            run = _trained(wish, given, on, own, folder)
            if folder and is_first():
                emit(_saved(run, folder, wish.answers, wish.quick))


def _means_for(wish: "Wish") -> tuple[str, bool, "Answers"]:
    """Return the device, whether the model's own recipe trains it, and the answers that do.

    Raises:
        ValueError: one of them is missing.
    """
    from fashion_course.kit.runs.answers import find_answers
    from fashion_course.kit.runs.distributed import require_place
    from fashion_course.kit.runs.train import find_device, needed_answers, require_precision

    on, own = find_device(wish.device), _is_own_recipe(wish)
    require_place(on)
    require_precision(wish.precision, on)
    return on, own, find_answers(wish.answers, needed_answers(wish.model, own))


def _is_own_recipe(wish: "Wish") -> bool:
    """Say whether V3 is trained by `train_capstone`, or V2 by the student's own `train_cnn`."""
    from fashion_course.kit.runs.answers import missing_answers
    from fashion_course.kit.runs.recipe import OWN_RECIPES

    if wish.model not in OWN_RECIPES or wish.answers == "reference":
        return wish.model == "v3"
    own = OWN_RECIPES[wish.model]
    return own not in missing_answers([own])


@contextlib.contextmanager
def _interruptible(folder: Path | None, model: Model) -> Iterator[None]:
    """Say how to go on with a run that is interrupted; nothing of one that can't be is left."""
    from fashion_course.kit.runs.files import WISH

    try:
        yield
    except KeyboardInterrupt as error:
        told = _("interrupted")
        if folder is not None and (folder / WISH).exists():
            call = f"fashion-course train {model} --resume --out {folder}"
            told = _("interrupted. Go on with: {call}", call=call)
        raise UserError(told, ExitCode.INTERRUPTED) from error
    finally:
        with contextlib.suppress(OSError):  # it is not empty
            if folder is not None:
                folder.rmdir()


def _trained(
    wish: "Wish", given: "Answers", on: str, own: bool, folder: Path | None
) -> "TrainingRun":
    """Say what is trained, prepare the images and train."""
    from fashion_course.kit.runs.distributed import ApartError, processes
    from fashion_course.kit.runs.files import DRAFT
    from fashion_course.kit.runs.recipe import OWN_RECIPES
    from fashion_course.kit.runs.train import prepare, train_model, train_own

    model, recipe = wish.model, wish.recipe
    train, test = images_of("train", wish.quick), images_of("test", wish.quick)
    told = _(
        "{model} with {whose} on {device}, seed {seed}: {count:,} training images from {source}",
        model=model.upper(),
        whose=_("your answers") if wish.answers == "mine" else _("the reference answers"),
        device=on,
        seed=recipe.seed,
        count=len(train),
        source=train.source,
    )
    say(told, wrap=True)
    if (count := processes()) > 1:
        told = _("{count} processes share each batch; below is what the first one sees of it.")
        say(told.format(count=count))
    with console().status(_("preparing the images")):
        data = prepare(train, test, given, recipe)
    if own:
        told = _("{function} decides on the optimizer, the schedule and the number of passes.")
        say(told.format(function=OWN_RECIPES[model]))
        with telling(ApartError):
            return train_own(model, given, data, recipe.seed, on, wish.precision, recipe.threads)
    draft = folder and folder / DRAFT
    return train_model(model, given, data, recipe, on, True, draft, wish.precision)


def _saved(run: "TrainingRun", folder: Path, answers: Whose, quick: bool) -> dict[str, Any]:
    """Save a run, say where, and return it for JSON."""
    from msgspec import to_builtins

    from fashion_course.kit.runs.files import save_run

    with telling(OSError):
        record, files = save_run(run, folder, answers)
    say(_("Trained in {seconds:.1f} s and saved:", seconds=run.seconds))
    say("\n".join(f"  {path}" for path in files))
    say(_("Next: {call}", call=f"fashion-course evaluate {files[0]}{' --quick' * quick}"))
    history = [
        {"epoch": epoch, "train": train._asdict(), "validation": validation._asdict()}
        for epoch, train, validation in run.history
    ]
    said: dict[str, Any] = to_builtins(record)
    said["data"] = {"source": run.data.source, "is_subset": run.data.is_subset}
    return said | {"history": history, "files": [str(file) for file in files]}


def evaluate(
    checkpoint: Checkpoint,
    out: Annotated[
        Path | None, typer.Option(help=_("Write the confusion matrix to this PNG file."))
    ] = None,
    answers: ClassOf = None,
    model: Which = None,
    device: OnDevice = "auto",
    quick: Quick = False,
    json: AsJson = False,
) -> None:
    """Measure a model on the test images: loss, accuracy, its 95 % interval, recall by class."""
    from fashion_course.kit import plot_confusion_matrix
    from fashion_course.kit.runs.scoring import normalised, score

    with output_for(json) as emit:
        restored, on = _restored(checkpoint, answers, model, device)
        test = images_of("test", quick)
        with console().status(_("evaluating")), students_errors(answers):
            images = normalised(test, restored.mean, restored.std)
            result, _probabilities = score(restored.model, images, on)
        told = _(
            "{model} after epoch {epoch}, on {count:,} test images from {source}",
            model=restored.name.upper(),
            epoch=restored.epoch,
            count=len(test),
            source=test.source,
        )
        say(told, wrap=True)
        for line in _figures(result):
            say(f"  {line}")
        if out is not None:
            write_picture(plot_confusion_matrix(result.confusion_matrix), out)
        data = {"source": test.source, "is_subset": test.is_subset, "images": len(test)}
        run = {"checkpoint": str(checkpoint), "model": restored.name, "epoch": restored.epoch}
        emit(run | {"data": data} | asdict(result))


def _figures(result: "Score") -> Iterator[str]:
    low, high = (percent(bound, 2) for bound in result.interval)
    yield _("test loss: {loss:.4f}", loss=result.loss)
    yield _("test accuracy: {accuracy}", accuracy=percent(result.accuracy, 2))
    yield _("95 % interval: {low} to {high}", low=low, high=high)
    for name, recall in result.recall.items():
        yield _("recall of {name}: {share}", name=name, share=percent(recall))


def predict(
    checkpoint: Checkpoint,
    images: Annotated[list[Path], typer.Argument(help=_("PNG or JPEG files, of any size."))],
    out: Annotated[
        Path | None,
        typer.Option(help=_("Write what the model saw, and what it said, to this PNG file.")),
    ] = None,
    answers: ClassOf = None,
    model: Which = None,
    device: OnDevice = "auto",
    json: AsJson = False,
) -> None:
    """Say what a picture of yours shows: the likeliest classes, with their probabilities."""
    import numpy as np
    import torch

    from autograder.course.reference import reference_answer
    from fashion_course.kit import CLASS_NAMES, plot_images, prepare_image

    with output_for(json) as emit:
        restored, on = _restored(checkpoint, answers, model, device)
        with telling(ValueError, OSError):
            pixels = np.stack([prepare_image(path) for path in images])  # (N, 28, 28)
        transform = reference_answer("build_transform")(restored.mean, restored.std)
        batch = torch.stack([transform(each) for each in pixels])  # (N, 1, 28, 28)
        with students_errors(answers):
            told = reference_answer("predict")(restored.model, [(batch, None)], on)  # (N, 10)
        titles, found = [], []
        for path, row in zip(images, told.tolist(), strict=True):
            shares = sorted(zip(CLASS_NAMES, row, strict=True), key=lambda pair: -pair[1])
            best = [f"{name} {percent(share)}" for name, share in shares[:3]]
            say(f"{path}: {', '.join(best)}")
            titles.append(f"{path.name}\n{best[0]}")
            known = {"image": str(path), "class": shares[0][0], "label": row.index(max(row))}
            found.append(known | {"probabilities": dict(zip(CLASS_NAMES, row, strict=True))})
        if out is not None:
            with telling(ValueError):
                write_picture(plot_images(pixels, titles), out)
        emit(found)


def _restored(
    checkpoint: Path, answers: Whose | None, model: Model | None, device: str
) -> tuple["Restored", str]:
    """Rebuild the model of a checkpoint and find the device; say what had to be guessed."""
    from fashion_course.kit.runs.scoring import restore
    from fashion_course.kit.runs.train import find_device

    with students_errors(answers), telling(ValueError, OSError):
        on = find_device(device)
        restored = restore(checkpoint, answers, model, on)
    if restored.notice:
        say(_("note: {notice}", notice=restored.notice), wrap=True)
    return restored, on


@contextlib.contextmanager
def students_errors(answers: Whose | None) -> Iterator[None]:
    """Tell an exception from the student's own code as theirs, with their lines alone."""
    from autograder.worker.trace import describe

    try:
        yield
    except UserError:
        raise
    except Exception as error:  # the student's code may raise anything
        seen = describe(error)
        if not seen.frames and answers != "mine":
            raise
        told = _("your code raised {type}: {why}", type=seen.type, why=seen.message)
        for frame in seen.frames:
            told += "\n  " + _(
                "in {frame.file}, line {frame.line}, in {frame.function}: {frame.code}", frame=frame
            )
        raise UserError(told) from error
