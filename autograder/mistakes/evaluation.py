"""Wrong answers to unit evaluation."""

import math
from collections.abc import Iterable
from statistics import NormalDist
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from autograder.mistakes import mistake

Batches = Iterable[tuple[Tensor, Tensor]]

# --- predict -------------------------------------------------------------------------------------


@mistake("predict", see="05_evaluation#predictions-in-order")
def predict_logits(model: nn.Module, batches: Batches, device: str = "cpu") -> Tensor:
    """You return the logits as they are. They have the right winners, but they are no
    probabilities: rows do not sum to 1, and a confidence of 14.2 means nothing.

    Which function turns a row of scores into shares that sum to 1?
    """
    mode = model.training
    model.to(device).eval()
    with torch.inference_mode():
        parts = [model(images.to(device)).cpu() for images, _ in batches]
    model.train(mode)
    if not parts:
        raise ValueError("batches is empty")
    return torch.cat(parts)


@mistake("predict", see="05_evaluation#predictions-in-order")
def predict_softmax_over_the_batch(
    model: nn.Module, batches: Batches, device: str = "cpu"
) -> Tensor:
    """Rows should sum to 1; your columns do. With `dim=0` the images of a batch compete with each
    other, so that the answer for one image depends on its neighbours.

    Which axis of (B, K) holds the classes of one image?
    """
    mode = model.training
    model.to(device).eval()
    with torch.inference_mode():
        parts = [model(images.to(device)).softmax(dim=0).cpu() for images, _ in batches]
    model.train(mode)
    if not parts:
        raise ValueError("batches is empty")
    return torch.cat(parts)


@mistake("predict", see="05_evaluation#predictions-in-order")
def predict_log_probabilities(model: nn.Module, batches: Batches, device: str = "cpu") -> Tensor:
    """You return the logarithms of the probabilities: all numbers are 0 or below, and no row sums
    to 1.

    What does `log_softmax` do besides what `softmax` does?
    """
    mode = model.training
    model.to(device).eval()
    with torch.inference_mode():
        parts = [model(images.to(device)).log_softmax(dim=1).cpu() for images, _ in batches]
    model.train(mode)
    if not parts:
        raise ValueError("batches is empty")
    return torch.cat(parts)


@mistake("predict", see="05_evaluation#predictions-in-order")
def predict_sigmoids(model: nn.Module, batches: Batches, device: str = "cpu") -> Tensor:
    """You take the sigmoid of each logit by itself: every class gets a number between 0 and 1, but
    an image can be 90 % shirt and 80 % coat at once.

    Which function lets the classes of an image share 100 % between them?
    """
    mode = model.training
    model.to(device).eval()
    with torch.inference_mode():
        parts = [model(images.to(device)).sigmoid().cpu() for images, _ in batches]
    model.train(mode)
    if not parts:
        raise ValueError("batches is empty")
    return torch.cat(parts)


@mistake("predict", see="05_evaluation#predictions-in-order")
def predict_by_plain_exponentials(
    model: nn.Module, batches: Batches, device: str = "cpu"
) -> Tensor:
    """You divide exponentials by their sum. For a logit above 88 the exponential is infinite in
    float32, and infinity by infinity is nan, just where the model is surest.

    Which function of torch subtracts the largest logit first?
    """
    mode = model.training
    model.to(device).eval()
    with torch.inference_mode():
        powers = [model(images.to(device)).exp().cpu() for images, _ in batches]
    model.train(mode)
    if not powers:
        raise ValueError("batches is empty")
    return torch.cat([each / each.sum(dim=1, keepdim=True) for each in powers])


@mistake("predict", see="05_evaluation#predictions-in-order")
def predict_classes(model: nn.Module, batches: Batches, device: str = "cpu") -> Tensor:
    """You return the winning class of each image, one whole number each. How sure the model was,
    and what it took for second best, is gone.

    How many numbers should there be for an image with ten classes?
    """
    mode = model.training
    model.to(device).eval()
    with torch.inference_mode():
        parts = [model(images.to(device)).argmax(dim=1).cpu() for images, _ in batches]
    model.train(mode)
    if not parts:
        raise ValueError("batches is empty")
    return torch.cat(parts)


@mistake("predict", see="05_evaluation#predictions-in-order")
def predict_confidences(model: nn.Module, batches: Batches, device: str = "cpu") -> Tensor:
    """You return the highest probability of each image only; of which class it is, and what the
    other classes got, is gone.

    Which step of yours throws nine of ten numbers away?
    """
    mode = model.training
    model.to(device).eval()
    with torch.inference_mode():
        parts = [model(images.to(device)).softmax(dim=1).amax(1).cpu() for images, _ in batches]
    model.train(mode)
    if not parts:
        raise ValueError("batches is empty")
    return torch.cat(parts)


@mistake("predict", see="05_evaluation#predictions-in-order")
def predict_first_batch_only(model: nn.Module, batches: Batches, device: str = "cpu") -> Tensor:
    """The function returns inside the loop, after the first batch: only 8 of 22 images get a row.

    How far in must the `return` stand?
    """
    mode = model.training
    model.to(device).eval()
    try:
        for images, _ in batches:
            with torch.inference_mode():
                return model(images.to(device)).softmax(dim=1).cpu()  # type: ignore[no-any-return]
    finally:
        model.train(mode)
    raise ValueError("batches is empty")


@mistake("predict", see="05_evaluation#predictions-in-order")
def predict_last_batch_only(model: nn.Module, batches: Batches, device: str = "cpu") -> Tensor:
    """Each batch overwrites the one before: only the images of the last batch are left.

    Where do you keep the probabilities of a batch while the next one is computed?
    """
    mode = model.training
    model.to(device).eval()
    probabilities = None
    with torch.inference_mode():
        for images, _ in batches:
            probabilities = model(images.to(device)).softmax(dim=1).cpu()
    model.train(mode)
    if probabilities is None:
        raise ValueError("batches is empty")
    return probabilities  # type: ignore[no-any-return]


@mistake("predict", see="05_evaluation#predictions-in-order")
def predict_list_of_batches(
    model: nn.Module, batches: Batches, device: str = "cpu"
) -> list[Tensor]:
    """You return a list with a tensor for each batch; whoever wants image 9 would have to know how
    large the batches were.

    Which function joins tensors along their first axis?
    """
    mode = model.training
    model.to(device).eval()
    with torch.inference_mode():
        parts = [model(images.to(device)).softmax(dim=1).cpu() for images, _ in batches]
    model.train(mode)
    if not parts:
        raise ValueError("batches is empty")
    return parts


@mistake("predict", see="05_evaluation#predictions-in-order")
def predict_newest_first(model: nn.Module, batches: Batches, device: str = "cpu") -> Tensor:
    """Each batch is put in front of the ones before, so the last images come first and every label
    is compared with another image's prediction.

    In which order do you give the parts to `torch.cat`?
    """
    mode = model.training
    model.to(device).eval()
    table = None
    with torch.inference_mode():
        for images, _ in batches:
            part = model(images.to(device)).softmax(dim=1).cpu()
            table = part if table is None else torch.cat([part, table])
    model.train(mode)
    if table is None:
        raise ValueError("batches is empty")
    return table  # type: ignore[no-any-return]


@mistake("predict", see="05_evaluation#predictions-in-order")
def predict_sorted_by_confidence(model: nn.Module, batches: Batches, device: str = "cpu") -> Tensor:
    """You sort the rows by confidence: the table looks tidy, but its first row is no longer about
    the first image, and no label fits any more.

    Who needs to find the row of image 9, and how?
    """
    mode = model.training
    model.to(device).eval()
    with torch.inference_mode():
        parts = [model(images.to(device)).softmax(dim=1).cpu() for images, _ in batches]
    model.train(mode)
    if not parts:
        raise ValueError("batches is empty")
    table = torch.cat(parts)
    return table[table.amax(dim=1).argsort(descending=True)]


@mistake("predict", see="05_evaluation#predictions-in-order")
def predict_in_the_mode_it_finds(model: nn.Module, batches: Batches, device: str = "cpu") -> Tensor:
    """You never switch to eval mode: a model that comes from training predicts with dropout on, so
    two passes disagree and both are worse than the model.

    Which method of the model turns dropout off?
    """
    model.to(device)
    with torch.inference_mode():
        parts = [model(images.to(device)).softmax(dim=1).cpu() for images, _ in batches]
    if not parts:
        raise ValueError("batches is empty")
    return torch.cat(parts)


@mistake("predict", see="05_evaluation#predictions-in-order")
def predict_leaves_eval_mode_behind(
    model: nn.Module, batches: Batches, device: str = "cpu"
) -> Tensor:
    """The model came in train mode and leaves in eval mode: if training goes on, it does so without
    dropout, and nobody notices.

    Where can you note the mode before you change it, and when do you put it back?
    """
    model.to(device).eval()
    with torch.inference_mode():
        parts = [model(images.to(device)).softmax(dim=1).cpu() for images, _ in batches]
    if not parts:
        raise ValueError("batches is empty")
    return torch.cat(parts)


@mistake("predict", see="05_evaluation#predictions-in-order")
def predict_always_back_to_train_mode(
    model: nn.Module, batches: Batches, device: str = "cpu"
) -> Tensor:
    """You end with `model.train()`, whatever the mode was before: a model that came in eval mode
    leaves with dropout on.

    Which flag tells the mode in which the model came?
    """
    model.to(device).eval()
    with torch.inference_mode():
        parts = [model(images.to(device)).softmax(dim=1).cpu() for images, _ in batches]
    model.train()
    if not parts:
        raise ValueError("batches is empty")
    return torch.cat(parts)


@mistake("predict", see="05_evaluation#predictions-in-order")
def predict_keeps_the_graph(model: nn.Module, batches: Batches, device: str = "cpu") -> Tensor:
    """Gradients are recorded: each batch that you keep drags its whole graph along, and memory
    grows until it is full.

    Which context tells PyTorch that nobody will call backward?
    """
    mode = model.training
    model.to(device).eval()
    parts = [model(images.to(device)).softmax(dim=1).cpu() for images, _ in batches]
    model.train(mode)
    if not parts:
        raise ValueError("batches is empty")
    return torch.cat(parts)


@mistake("predict", see="05_evaluation#predictions-in-order")
def predict_detaches_afterwards(model: nn.Module, batches: Batches, device: str = "cpu") -> Tensor:
    """You cut the graph off with `detach`, but only after it was recorded: every forward pass still
    takes the memory and time of training.

    Which context keeps PyTorch from recording in the first place?
    """
    mode = model.training
    model.to(device).eval()
    parts = [model(images.to(device)).softmax(dim=1).detach().cpu() for images, _ in batches]
    model.train(mode)
    if not parts:
        raise ValueError("batches is empty")
    return torch.cat(parts)


@mistake("predict", see="05_evaluation#predictions-in-order")
def predict_turns_recording_off_for_good(
    model: nn.Module, batches: Batches, device: str = "cpu"
) -> Tensor:
    """You turn gradients off and never on again: the next training step of the whole program fails,
    because nothing is recorded.

    Which form of `no_grad` or `inference_mode` ends by itself?
    """
    mode = model.training
    model.to(device).eval()
    torch.set_grad_enabled(False)
    parts = [model(images.to(device)).softmax(dim=1).cpu() for images, _ in batches]
    model.train(mode)
    if not parts:
        raise ValueError("batches is empty")
    return torch.cat(parts)


@mistake("predict", see="01_data#a-view-is-not-a-copy")
def predict_rescales_the_images(model: nn.Module, batches: Batches, device: str = "cpu") -> Tensor:
    """You change the caller's images in place, as `images /= 255` does: whoever uses them next, or
    calls your function twice, gets other images.

    What does an operator that ends in an equals sign change, and who has scaled the images already?
    """
    mode = model.training
    model.to(device).eval()
    parts = []
    with torch.inference_mode():
        for images, _ in batches:
            images /= 255
            parts.append(model(images.to(device)).softmax(dim=1).cpu())
    model.train(mode)
    if not parts:
        raise ValueError("batches is empty")
    return torch.cat(parts)


@mistake("predict", see="03_training#to-returns-a-new-tensor")
def predict_drops_the_moved_images(
    model: nn.Module, batches: Batches, device: str = "cpu"
) -> Tensor:
    """The model moves to the device and the images stay where they were. They are not moved, or the
    result of `.to()` is dropped: for a tensor it returns a new one and leaves the old one there.

    What has to be on the left of `images.to(device)`?
    """
    mode = model.training
    model.to(device).eval()
    parts = []
    with torch.inference_mode():
        for images, _ in batches:
            images.to(device)
            parts.append(model(images).softmax(dim=1).cpu())
    model.train(mode)
    if not parts:
        raise ValueError("batches is empty")
    return torch.cat(parts)


@mistake("predict", see="03_training#train-mode-and-eval-mode")
def predict_sets_the_flag_of_the_outer_module(
    model: nn.Module, batches: Batches, device: str = "cpu"
) -> Tensor:
    """You assign to `model.training`, which sets the flag of the outer module only. The layers
    inside have flags of their own, and dropout stays on.

    Which method goes through all layers?
    """
    mode = model.training
    model.to(device)
    model.training = False
    with torch.inference_mode():
        parts = [model(images.to(device)).softmax(dim=1).cpu() for images, _ in batches]
    model.training = mode
    if not parts:
        raise ValueError("batches is empty")
    return torch.cat(parts)


@mistake("predict", see="03_training#train-mode-and-eval-mode")
def predict_restores_the_outer_module_only(
    model: nn.Module, batches: Batches, device: str = "cpu"
) -> Tensor:
    """You put the mode back by assigning to `model.training`. That is the flag of the outer module
    only: the layers inside stay in eval mode, and training goes on without dropout.

    Which method sets the flag in every layer, either way?
    """
    mode = model.training
    model.to(device).eval()
    with torch.inference_mode():
        parts = [model(images.to(device)).softmax(dim=1).cpu() for images, _ in batches]
    model.training = mode
    if not parts:
        raise ValueError("batches is empty")
    return torch.cat(parts)


@mistake("predict", see="03_training#train-mode-and-eval-mode")
def predict_refuses_in_eval_mode(model: nn.Module, batches: Batches, device: str = "cpu") -> Tensor:
    """Where there are no batches you raise before the mode is put back, so a model that came in
    train mode is left in eval mode.

    Which of your lines comes first: the one that raises, or the one that restores?
    """
    mode = model.training
    model.to(device).eval()
    with torch.inference_mode():
        parts = [model(images.to(device)).softmax(dim=1).cpu() for images, _ in batches]
    if not parts:
        raise ValueError("batches is empty")
    model.train(mode)
    return torch.cat(parts)


@mistake("predict", see="05_evaluation#predictions-in-order")
def predict_leaves_the_single_image_out(
    model: nn.Module, batches: Batches, device: str = "cpu"
) -> Tensor:
    """One image has no row: it comes alone, in the last batch, and that batch is left out. From
    there on every label would be compared with another image's prediction.

    Which condition, or which slice, keeps a batch of one image out of your loop?
    """
    mode = model.training
    model.to(device).eval()
    with torch.inference_mode():
        kept = [images.to(device) for images, _ in batches if len(images) > 1]
        parts = [model(images).softmax(dim=1).cpu() for images in kept]
    model.train(mode)
    if not parts:
        raise ValueError("batches is empty")
    return torch.cat(parts)


@mistake("predict", see="05_evaluation#predictions-in-order")
def predict_squeezes(model: nn.Module, batches: Batches, device: str = "cpu") -> Tensor:
    """`squeeze()` takes away every axis of length 1. For a batch of one image that is the axis of
    the images: its row becomes a vector, which does not fit to the rows of the others.

    Which axis did you want to be rid of, and is there one?
    """
    mode = model.training
    model.to(device).eval()
    with torch.inference_mode():
        parts = [model(images.to(device)).softmax(dim=1).squeeze().cpu() for images, _ in batches]
    model.train(mode)
    if not parts:
        raise ValueError("batches is empty")
    return torch.cat(parts)


@mistake("predict", see="05_evaluation#predictions-in-order")
def predict_stacks_the_batches(model: nn.Module, batches: Batches, device: str = "cpu") -> Tensor:
    """`torch.stack` makes a new axis for the batches, so it needs batches of one size, and the last
    one is smaller.

    Which function joins tensors along an axis that they have already?
    """
    mode = model.training
    model.to(device).eval()
    with torch.inference_mode():
        parts = [model(images.to(device)).softmax(dim=1).cpu() for images, _ in batches]
    model.train(mode)
    if not parts:
        raise ValueError("batches is empty")
    return torch.stack(parts)


@mistake("predict", see="05_evaluation#predictions-in-order")
def predict_returns_an_array(
    model: nn.Module, batches: Batches, device: str = "cpu"
) -> "np.ndarray[Any, Any]":
    """You return a numpy array, where a tensor is asked for: the other functions of this unit call
    methods that an array does not have.

    Which of your lines leaves torch, and does the caller want that?
    """
    mode = model.training
    model.to(device).eval()
    with torch.inference_mode():
        parts = [model(images.to(device)).softmax(dim=1).cpu() for images, _ in batches]
    model.train(mode)
    if not parts:
        raise ValueError("batches is empty")
    return torch.cat(parts).numpy()


@mistake("predict", see="05_evaluation#predictions-in-order")
def predict_swallows_errors(model: nn.Module, batches: Batches, device: str = "cpu") -> Tensor:
    """You catch the error of a batch and go on with the next. Its images have no row, so every
    label after them is compared with another image's prediction, and nobody is told.

    Which errors do you expect here, and what can your function do about them?
    """
    mode = model.training
    model.to(device).eval()
    parts = []
    for images, _ in batches:
        try:
            with torch.inference_mode():
                parts.append(model(images.to(device)).softmax(dim=1).cpu())
        except RuntimeError:
            continue
    model.train(mode)
    if not parts:
        raise ValueError("batches is empty")
    return torch.cat(parts)


@mistake("predict", see="03_training#to-returns-a-new-tensor")
def predict_leaves_the_model_behind(
    model: nn.Module, batches: Batches, device: str = "cpu"
) -> Tensor:
    """The images are moved to the device and the model is not, so they can't meet there.

    What has to be on the device before the forward pass, besides the images?
    """
    mode = model.training
    model.eval()
    with torch.inference_mode():
        parts = [model(images.to(device)).softmax(dim=1).cpu() for images, _ in batches]
    model.train(mode)
    if not parts:
        raise ValueError("batches is empty")
    return torch.cat(parts)


@mistake("predict", see="03_training#to-returns-a-new-tensor")
def predict_ignores_the_device(model: nn.Module, batches: Batches, device: str = "cpu") -> Tensor:
    """The caller's `device` decides nothing: whoever asks for a GPU waits for the CPU.

    Which two things have to be on the device before the forward pass?
    """
    mode = model.training
    model.eval()
    with torch.inference_mode():
        parts = [model(images).softmax(dim=1) for images, _ in batches]
    model.train(mode)
    if not parts:
        raise ValueError("batches is empty")
    return torch.cat(parts)


@mistake("predict", see="03_training#to-returns-a-new-tensor")
def predict_stays_on_the_device(model: nn.Module, batches: Batches, device: str = "cpu") -> Tensor:
    """The result stays on the device: on a GPU it can't be compared with labels on the CPU, nor
    turned into an array for a plot.

    Where should the table be in the end, and which method brings a tensor there?
    """
    mode = model.training
    model.to(device).eval()
    with torch.inference_mode():
        parts = [model(images.to(device)).softmax(dim=1) for images, _ in batches]
    model.train(mode)
    if not parts:
        raise ValueError("batches is empty")
    return torch.cat(parts)


@mistake("predict", see="05_evaluation#predictions-in-order")
def predict_asks_for_a_length(model: nn.Module, batches: Any, device: str = "cpu") -> Tensor:
    """You ask for the number of batches, but batches may come from a generator, which has no length
    and can be read only once.

    Can you do with the loop alone?
    """
    if len(batches) == 0:
        raise ValueError("batches is empty")
    mode = model.training
    model.to(device).eval()
    with torch.inference_mode():
        parts = [model(images.to(device)).softmax(dim=1).cpu() for images, _ in batches]
    model.train(mode)
    return torch.cat(parts)


@mistake("predict", see="05_evaluation#predictions-in-order")
def predict_of_nothing_is_empty(model: nn.Module, batches: Batches, device: str = "cpu") -> Tensor:
    """Without batches you return an empty tensor: its shape has no classes, and the error shows up
    far from its cause.

    What do you raise when there was nothing to predict?
    """
    mode = model.training
    model.to(device).eval()
    with torch.inference_mode():
        parts = [model(images.to(device)).softmax(dim=1).cpu() for images, _ in batches]
    model.train(mode)
    return torch.cat(parts) if parts else torch.empty(0)


@mistake(
    "predict",
    see="05_evaluation#predictions-in-order",
    both=("predict_logits", "predict_keeps_the_graph"),
)
def predict_just_the_forward_pass(
    model: nn.Module, batches: Batches, device: str = "cpu"
) -> Tensor:
    """You return the logits as they are, so rows do not sum to 1; and gradients are recorded, so
    each batch that you keep drags its graph along.

    Which function makes shares of scores, and which context says that nobody will call backward?
    """
    mode = model.training
    model.to(device).eval()
    parts = [model(images.to(device)).cpu() for images, _ in batches]
    model.train(mode)
    if not parts:
        raise ValueError("batches is empty")
    return torch.cat(parts)


# --- confusion_matrix ----------------------------------------------------------------------------


def _require_classes(labels: Tensor, predictions: Tensor, classes: int) -> None:
    if classes < 1 or labels.shape != predictions.shape:
        raise ValueError("classes must be 1 or more, labels and predictions of one length")
    for values in (labels, predictions):
        if bool(((values < 0) | (values >= classes)).any()):
            raise ValueError(f"classes must lie between 0 and {classes - 1}")


@mistake("confusion_matrix", see="05_evaluation#rows-are-the-truth")
def confusion_matrix_transposed(labels: Tensor, predictions: Tensor, classes: int) -> Tensor:
    """Rows should be the truth; yours are the predictions. The same numbers then tell another
    story: that T-shirts were taken for shirts, where shirts were taken for T-shirts.

    Which of the two has to choose the row?
    """
    _require_classes(labels, predictions, classes)
    cells = predictions * classes + labels
    return cells.bincount(minlength=classes**2).reshape(classes, classes)


@mistake("confusion_matrix", see="05_evaluation#rows-are-the-truth")
def confusion_matrix_of_shares(labels: Tensor, predictions: Tensor, classes: int) -> Tensor:
    """You divide each row by its sum. It makes a nicer picture, but nobody can tell any more how
    many images there were.

    What are the entries of a tally: shares or whole numbers?
    """
    _require_classes(labels, predictions, classes)
    cells = labels * classes + predictions
    matrix = cells.bincount(minlength=classes**2).reshape(classes, classes)
    return matrix / matrix.sum(dim=1, keepdim=True).clamp(min=1)


@mistake("confusion_matrix", see="05_evaluation#rows-are-the-truth")
def confusion_matrix_in_floats(labels: Tensor, predictions: Tensor, classes: int) -> Tensor:
    """Your counts are floats, because `torch.zeros` makes floats unless it is told otherwise.

    Which dtype do whole numbers have, and where can you ask for it?
    """
    _require_classes(labels, predictions, classes)
    matrix = torch.zeros(classes, classes)
    for label, prediction in zip(labels.tolist(), predictions.tolist(), strict=True):
        matrix[label, prediction] += 1
    return matrix


@mistake("confusion_matrix", see="05_evaluation#rows-are-the-truth")
def confusion_matrix_of_occurring_classes(
    labels: Tensor, predictions: Tensor, classes: int
) -> Tensor:
    """Your table is as large as the highest class that happens to occur: one that is missing at the
    end has no row, and tables of two models may not even have one size.

    Which argument says how many rows there are?
    """
    _require_classes(labels, predictions, classes)
    size = int(torch.cat([labels, predictions]).max()) + 1 if len(labels) else classes
    cells = labels * size + predictions
    return cells.bincount(minlength=size**2).reshape(size, size)


@mistake("confusion_matrix", see="05_evaluation#rows-are-the-truth")
def confusion_matrix_without_minlength(labels: Tensor, predictions: Tensor, classes: int) -> Tensor:
    """`bincount` stops at the highest cell that occurs, so the row of numbers is too short for the
    table whenever the last cell is empty.

    Which option of `bincount` says how many counts you want at least?
    """
    _require_classes(labels, predictions, classes)
    return (labels * classes + predictions).bincount().reshape(classes, classes)


@mistake("confusion_matrix", see="05_evaluation#rows-are-the-truth")
def confusion_matrix_counts_a_pair_once(
    labels: Tensor, predictions: Tensor, classes: int
) -> Tensor:
    """Each pair of truth and prediction is counted once at most: `matrix[labels, predictions] += 1`
    reads all entries first and then writes, so repeated places get 1 only.

    Which function of torch adds up repeated places, or counts whole numbers?
    """
    _require_classes(labels, predictions, classes)
    matrix = torch.zeros(classes, classes, dtype=torch.int64)
    matrix[labels, predictions] += 1
    return matrix


@mistake("confusion_matrix", see="05_evaluation#rows-are-the-truth")
def confusion_matrix_of_mistakes(labels: Tensor, predictions: Tensor, classes: int) -> Tensor:
    """You count the wrong predictions only: the diagonal is empty, and without it there is neither
    accuracy nor recall.

    Where in the table do images belong that were predicted right?
    """
    _require_classes(labels, predictions, classes)
    wrong = labels != predictions
    cells = labels[wrong] * classes + predictions[wrong]
    return cells.bincount(minlength=classes**2).reshape(classes, classes)


@mistake("confusion_matrix", see="05_evaluation#rows-are-the-truth")
def confusion_matrix_of_right_answers(labels: Tensor, predictions: Tensor, classes: int) -> Tensor:
    """You count right predictions only, so everything off the diagonal is 0 and the table shows no
    confusion at all.

    Which cell does a shirt belong to that was called a coat?
    """
    _require_classes(labels, predictions, classes)
    return labels[labels == predictions].bincount(minlength=classes).diag()


@mistake("confusion_matrix", see="05_evaluation#rows-are-the-truth")
def confusion_matrix_symmetric(labels: Tensor, predictions: Tensor, classes: int) -> Tensor:
    """Each image is counted twice, in its cell and in the mirrored one: the table can't tell any
    more which class was taken for which.

    How much should one image add to the sum of all entries?
    """
    _require_classes(labels, predictions, classes)
    cells = labels * classes + predictions
    matrix = cells.bincount(minlength=classes**2).reshape(classes, classes)
    return matrix + matrix.T


@mistake("confusion_matrix", see="05_evaluation#rows-are-the-truth")
def confusion_matrix_as_an_array(
    labels: Tensor, predictions: Tensor, classes: int
) -> "np.ndarray[Any, Any]":
    """You return a numpy array, where a tensor is asked for: `precision_recall` would stumble over
    it.

    Which function of torch turns an array into a tensor?
    """
    _require_classes(labels, predictions, classes)
    matrix = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(matrix, (labels.numpy(), predictions.numpy()), 1)
    return matrix


@mistake("confusion_matrix", see="05_evaluation#rows-are-the-truth")
def confusion_matrix_needs_images(labels: Tensor, predictions: Tensor, classes: int) -> Tensor:
    """Without images your code breaks, because the largest of no numbers does not exist. A tally of
    nothing is a table of zeros.

    Which line asks for a maximum or an average, and is it needed?
    """
    if classes < 1 or labels.shape != predictions.shape:
        raise ValueError("classes must be 1 or more, labels and predictions of one length")
    if min(int(labels.min()), int(predictions.min())) < 0:
        raise ValueError("a class is below 0")
    if max(int(labels.max()), int(predictions.max())) >= classes:
        raise ValueError("a class is too large")
    return (labels * classes + predictions).bincount(minlength=classes**2).view(classes, classes)


@mistake("confusion_matrix", see="05_evaluation#predictions-in-order")
def confusion_matrix_of_the_shorter(labels: Tensor, predictions: Tensor, classes: int) -> Tensor:
    """`zip` stops at the shorter of the two: three labels and two predictions pass as two images,
    and nobody learns that the third was lost.

    Which option of `zip`, or which comparison before it, notices that?
    """
    _require_classes(labels, labels, classes)
    _require_classes(predictions, predictions, classes)
    matrix = torch.zeros(classes, classes, dtype=torch.int64)
    for label, prediction in zip(labels.tolist(), predictions.tolist(), strict=False):
        matrix[label, prediction] += 1
    return matrix


@mistake("confusion_matrix", see="05_evaluation#rows-are-the-truth")
def confusion_matrix_takes_any_class(labels: Tensor, predictions: Tensor, classes: int) -> Tensor:
    """Classes out of range are not noticed: -1 counts from the end, like any index in Python, and
    lands in the last row.

    Which numbers are classes, and what do you raise for the others?
    """
    if labels.shape != predictions.shape:
        raise ValueError("labels and predictions must have one length")
    matrix = torch.zeros(classes, classes, dtype=torch.int64)
    for label, prediction in zip(labels.tolist(), predictions.tolist(), strict=True):
        matrix[label, prediction] += 1
    return matrix


@mistake("confusion_matrix", see="05_evaluation#rows-are-the-truth")
def confusion_matrix_looks_at_labels_only(
    labels: Tensor, predictions: Tensor, classes: int
) -> Tensor:
    """You check the labels but not the predictions: a prediction of 3 among 3 classes is counted in
    the first column of the next row, or breaks the table.

    Which of the two inputs can be out of range?
    """
    if classes < 1 or labels.shape != predictions.shape:
        raise ValueError("classes must be 1 or more, labels and predictions of one length")
    if bool(((labels < 0) | (labels >= classes)).any()):
        raise ValueError("a label is out of range")
    cells = labels * classes + predictions
    return cells.bincount(minlength=classes**2)[: classes**2].reshape(classes, classes)


@mistake("confusion_matrix", see="01_data#a-view-is-not-a-copy")
def confusion_matrix_changes_the_labels(
    labels: Tensor, predictions: Tensor, classes: int
) -> Tensor:
    """You turn the caller's labels into numbers of cells in place: the table is right, but whoever
    uses the labels next finds other numbers in them.

    What do `*=` and methods that end in an underscore change?
    """
    _require_classes(labels, predictions, classes)
    labels *= classes
    labels += predictions
    return labels.bincount(minlength=classes**2).reshape(classes, classes)


@mistake(
    "confusion_matrix",
    see="05_evaluation#rows-are-the-truth",
    both=("confusion_matrix_transposed", "confusion_matrix_takes_any_class"),
)
def confusion_matrix_transposed_and_trusting(
    labels: Tensor, predictions: Tensor, classes: int
) -> Tensor:
    """Your rows are the predictions, where they should be the truth; and classes out of range are
    not noticed, since -1 counts from the end.

    Which of the two chooses the row, and which numbers are classes at all?
    """
    if labels.shape != predictions.shape:
        raise ValueError("labels and predictions must have one length")
    matrix = torch.zeros(classes, classes, dtype=torch.int64)
    for label, prediction in zip(labels.tolist(), predictions.tolist(), strict=True):
        matrix[prediction, label] += 1
    return matrix


# --- precision_recall ----------------------------------------------------------------------------


def _require_square(matrix: Tensor) -> None:
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"matrix is {tuple(matrix.shape)}")


@mistake("precision_recall", see="05_evaluation#precision-and-recall")
def precision_recall_exchanged(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Precision and recall are exchanged: your precision divides by the rows, which hold what is
    there, not what was predicted.

    Does recall look along the row of the truth, or down the column of a prediction?
    """
    _require_square(matrix)
    correct = matrix.diagonal()
    return correct / matrix.sum(1).clamp(min=1), correct / matrix.sum(0).clamp(min=1)


@mistake("precision_recall", see="05_evaluation#precision-and-recall")
def precision_recall_twice_precision(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Both of your results are precision: you divide by the sums of the columns twice.

    Which sums hold the images that are of a class?
    """
    _require_square(matrix)
    correct, predicted = matrix.diagonal(), matrix.sum(dim=0).clamp(min=1)
    return correct / predicted, correct / predicted


@mistake("precision_recall", see="05_evaluation#precision-and-recall")
def precision_recall_twice_recall(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Both of your results are recall: you divide by the sums of the rows twice.

    Which sums hold the images that were called a class?
    """
    _require_square(matrix)
    correct, actual = matrix.diagonal(), matrix.sum(dim=1).clamp(min=1)
    return correct / actual, correct / actual


@mistake("precision_recall", see="05_evaluation#precision-and-recall")
def precision_recall_of_all_images(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """You divide by the number of all images. Then no class can get 1, however well it is
    predicted, since the others take their share.

    Among which images does the question for one class ask: among all?
    """
    _require_square(matrix)
    shares = matrix.diagonal() / matrix.sum().clamp(min=1)
    return shares, shares


@mistake("precision_recall", see="05_evaluation#when-a-class-is-never-predicted")
def precision_recall_with_nan(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Where a class never occurs or is never predicted, nothing is divided by nothing: you return
    nan, and one nan makes the mean of all classes nan.

    By which number could you divide where the sum is 0, so that 0 comes out?
    """
    _require_square(matrix)
    correct = matrix.diagonal()
    return correct / matrix.sum(dim=0), correct / matrix.sum(dim=1)


@mistake("precision_recall", see="05_evaluation#when-a-class-is-never-predicted")
def precision_recall_nan_in_recall(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """You took care of classes that are never predicted, but not of those that never occur: their
    recall is nan.

    Which of your two divisions can still meet a sum of 0?
    """
    _require_square(matrix)
    correct = matrix.diagonal()
    return correct / matrix.sum(dim=0).clamp(min=1), correct / matrix.sum(dim=1)


@mistake("precision_recall", see="05_evaluation#when-a-class-is-never-predicted")
def precision_recall_1_for_nothing(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """You say 1 where a class never occurs or is never predicted: a class that the model never
    found looks perfect in your report.

    What should be said of a class of which nothing was found?
    """
    _require_square(matrix)
    correct = matrix.diagonal()
    return tuple((correct / matrix.sum(dim=d)).nan_to_num(1.0) for d in (0, 1))  # type: ignore[return-value]


@mistake("precision_recall", see="05_evaluation#when-a-class-is-never-predicted")
def precision_recall_leaves_empty_classes_out(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """You leave out the classes without images: the result has fewer entries than there are
    classes, and entry 3 is no longer about class 3.

    How many entries should there be, whatever is in the matrix?
    """
    _require_square(matrix)
    correct, predicted, actual = matrix.diagonal(), matrix.sum(dim=0), matrix.sum(dim=1)
    there, said = actual > 0, predicted > 0
    return correct[said] / predicted[said], correct[there] / actual[there]


@mistake("precision_recall", see="05_evaluation#when-a-class-is-never-predicted")
def precision_recall_adds_1(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """You add 1 to every sum to be safe from division by zero: that changes all the other shares
    too, those of small classes most.

    Which sums need help, and which must stay as they are?
    """
    _require_square(matrix)
    correct = matrix.diagonal()
    return correct / (matrix.sum(dim=0) + 1), correct / (matrix.sum(dim=1) + 1)


@mistake("precision_recall", see="05_evaluation#precision-and-recall")
def precision_recall_in_whole_numbers(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """You divide with `//`, which rounds down to whole numbers: every share below 1 becomes 0.

    Which operator divides without rounding?
    """
    _require_square(matrix)
    correct = matrix.diagonal()
    return correct // matrix.sum(dim=0).clamp(min=1), correct // matrix.sum(dim=1).clamp(min=1)


@mistake("precision_recall", see="05_evaluation#precision-and-recall")
def precision_recall_averaged(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """You average over the classes: two numbers for the whole model, and which class fails is
    hidden again.

    How many numbers does each of the two questions have for K classes?
    """
    _require_square(matrix)
    correct = matrix.diagonal()
    precision, recall = (correct / matrix.sum(dim=d).clamp(min=1) for d in (0, 1))
    return precision.mean(), recall.mean()


@mistake("precision_recall", see="05_evaluation#precision-and-recall")
def precision_recall_in_per_cent(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Your shares reach up to 100: per cent are for the eye, but a share lies between 0 and 1.

    Which factor have you added?
    """
    _require_square(matrix)
    correct = 100 * matrix.diagonal()
    return correct / matrix.sum(dim=0).clamp(min=1), correct / matrix.sum(dim=1).clamp(min=1)


@mistake("precision_recall", see="05_evaluation#precision-and-recall")
def precision_recall_of_the_mistakes(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Your sums leave out the diagonal: right answers are divided by wrong ones, which gives a
    ratio that can be above 1, not a share.

    Do the images that were called a class rightly belong to those that were called it?
    """
    _require_square(matrix)
    correct = matrix.diagonal()
    predicted, actual = matrix.sum(dim=0) - correct, matrix.sum(dim=1) - correct
    return correct / predicted.clamp(min=1), correct / actual.clamp(min=1)


@mistake("precision_recall", see="01_data#a-view-is-not-a-copy")
def precision_recall_changes_the_matrix(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """You divide the caller's matrix by turning its diagonal to 0 in place: the shares are right,
    but the table that was passed has lost its right answers.

    Which method of yours ends in an underscore?
    """
    _require_square(matrix)
    correct, predicted, actual = matrix.diagonal().clone(), matrix.sum(dim=0), matrix.sum(dim=1)
    matrix.fill_diagonal_(0)
    return correct / predicted.clamp(min=1), correct / actual.clamp(min=1)


@mistake("precision_recall", see="05_evaluation#rows-are-the-truth")
def precision_recall_of_any_table(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """A table with 2 rows and 3 columns passes, and your results have different lengths: in such a
    table it is unclear which class is which.

    What must hold for the two sides of a confusion matrix?
    """
    rows, columns = matrix.shape
    size = min(rows, columns)
    correct = matrix.diagonal()
    predicted, actual = matrix.sum(dim=0)[:size], matrix.sum(dim=1)[:size]
    return correct / predicted.clamp(min=1), correct / actual.clamp(min=1)


@mistake(
    "precision_recall",
    see="05_evaluation#precision-and-recall",
    both=("precision_recall_exchanged", "precision_recall_with_nan"),
)
def precision_recall_exchanged_with_nan(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Precision and recall are exchanged, and where a class never occurs or is never predicted you
    return nan.

    Which sums hold what was predicted, and what should be said where such a sum is 0?
    """
    _require_square(matrix)
    correct = matrix.diagonal()
    return correct / matrix.sum(dim=1), correct / matrix.sum(dim=0)


# --- most_confident_mistakes ---------------------------------------------------------------------


def _require_rows(probabilities: Tensor, labels: Tensor, k: int) -> None:
    if probabilities.ndim != 2 or labels.shape != probabilities.shape[:1] or k < 0:
        raise ValueError("shapes do not match, or k is negative")


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes")
def most_confident_mistakes_with_right_ones(
    probabilities: Tensor, labels: Tensor, k: int
) -> Tensor:
    """Your gallery holds images that were predicted right: you sort all images by confidence and
    never ask whether the model was wrong.

    Which images have to be left out before anything is sorted?
    """
    _require_rows(probabilities, labels, k)
    return probabilities.amax(dim=1).argsort(descending=True, stable=True)[:k]


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes")
def most_confident_mistakes_by_the_truth(probabilities: Tensor, labels: Tensor, k: int) -> Tensor:
    """You sort by the probability of the true class: that shows mistakes of which the model was
    nearly right, not those of which it was sure.

    Of which class is the probability that says how sure the model was?
    """
    _require_rows(probabilities, labels, k)
    wrong = (probabilities.argmax(dim=1) != labels).nonzero().squeeze(1)
    truth = probabilities[wrong, labels[wrong]]
    return wrong[truth.argsort(descending=True, stable=True)[:k]]


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes")
def most_confident_mistakes_least_true_first(
    probabilities: Tensor, labels: Tensor, k: int
) -> Tensor:
    """You take the images whose true class got the least: often the surest mistakes, but not
    always, since what the truth lost may be spread over many classes.

    Which single number of a row says how sure the model was?
    """
    _require_rows(probabilities, labels, k)
    wrong = (probabilities.argmax(dim=1) != labels).nonzero().squeeze(1)
    return wrong[probabilities[wrong, labels[wrong]].argsort(stable=True)[:k]]


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes")
def most_confident_mistakes_least_sure_first(
    probabilities: Tensor, labels: Tensor, k: int
) -> Tensor:
    """Your order goes upwards: you return the mistakes of which the model was least sure.

    In which order do sorting functions sort unless they are told otherwise?
    """
    _require_rows(probabilities, labels, k)
    confidence, predictions = probabilities.max(dim=1)
    wrong = (predictions != labels).nonzero().squeeze(1)
    return wrong[confidence[wrong].argsort(stable=True)[:k]]


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes")
def most_confident_mistakes_in_file_order(probabilities: Tensor, labels: Tensor, k: int) -> Tensor:
    """You return the first mistakes of the file: they are not sorted by confidence at all.

    Which number of each mistake should decide the order?
    """
    _require_rows(probabilities, labels, k)
    return (probabilities.argmax(dim=1) != labels).nonzero().squeeze(1)[:k]


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes")
def most_confident_mistakes_upside_down(probabilities: Tensor, labels: Tensor, k: int) -> Tensor:
    """You found the right mistakes, but the surest of them comes last: you cut from the end of an
    ascending order.

    How do you turn the order round before you return it?
    """
    _require_rows(probabilities, labels, k)
    confidence, predictions = probabilities.max(dim=1)
    wrong = (predictions != labels).nonzero().squeeze(1)
    order = confidence[wrong].argsort(stable=True)
    return wrong[order[max(0, len(order) - k) :]]


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes")
def most_confident_mistakes_places_among_mistakes(
    probabilities: Tensor, labels: Tensor, k: int
) -> Tensor:
    """Your numbers are places in the list of mistakes, not indices of images: whoever looks them up
    sees pictures that were predicted right.

    How do you get from a place among the mistakes back to an index of the data set?
    """
    _require_rows(probabilities, labels, k)
    confidence, predictions = probabilities.max(dim=1)
    return confidence[predictions != labels].argsort(descending=True, stable=True)[:k]


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes")
def most_confident_mistakes_returns_confidences(
    probabilities: Tensor, labels: Tensor, k: int
) -> Tensor:
    """You return how sure the model was, not where: a confidence does not lead to its picture.

    Which of the two results of a sort are places, and which are values?
    """
    _require_rows(probabilities, labels, k)
    confidence, predictions = probabilities.max(dim=1)
    return confidence[predictions != labels].sort(descending=True, stable=True).values[:k]


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes")
def most_confident_mistakes_all_of_them(probabilities: Tensor, labels: Tensor, k: int) -> Tensor:
    """`k` is never used: you return all mistakes, and nobody looks at nine hundred pictures.

    Where do you cut the list off?
    """
    _require_rows(probabilities, labels, k)
    confidence, predictions = probabilities.max(dim=1)
    wrong = (predictions != labels).nonzero().squeeze(1)
    return wrong[confidence[wrong].argsort(descending=True, stable=True)]


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes")
def most_confident_mistakes_as_a_column(probabilities: Tensor, labels: Tensor, k: int) -> Tensor:
    """You return a column, (k, 1): `nonzero` gives one row for each hit, and its second axis is
    still there.

    Which method takes an axis of length 1 away?
    """
    _require_rows(probabilities, labels, k)
    confidence, predictions = probabilities.max(dim=1)
    wrong = (predictions != labels).nonzero()
    return wrong[confidence[wrong.squeeze(1)].argsort(descending=True, stable=True)[:k]]


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes")
def most_confident_mistakes_as_a_list(probabilities: Tensor, labels: Tensor, k: int) -> list[int]:
    """You return a Python list, where an int64 tensor is asked for: `images[indices]` of the next
    cell needs a tensor of indices.

    Which function makes a tensor of a list, and what does it make of an empty one?
    """
    _require_rows(probabilities, labels, k)
    confidence, predictions = probabilities.max(dim=1)
    wrong = (predictions != labels).nonzero().squeeze(1)
    return wrong[confidence[wrong].argsort(descending=True, stable=True)[:k]].tolist()


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes")
def most_confident_mistakes_needs_k_of_them(
    probabilities: Tensor, labels: Tensor, k: int
) -> Tensor:
    """`topk` wants at least `k` numbers: a good model with only 2 mistakes breaks your code when 5
    are asked for.

    How many can you ask `topk` for at most?
    """
    _require_rows(probabilities, labels, k)
    confidence, predictions = probabilities.max(dim=1)
    wrong = (predictions != labels).nonzero().squeeze(1)
    return wrong[confidence[wrong].topk(k).indices]


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes")
def most_confident_mistakes_filled_up(probabilities: Tensor, labels: Tensor, k: int) -> Tensor:
    """Right predictions get a confidence of 0 but stay in the list: where there are fewer than `k`
    mistakes, the rest is filled up with images that were predicted right.

    How many indices should come back for 2 mistakes and `k=5`?
    """
    _require_rows(probabilities, labels, k)
    confidence, predictions = probabilities.max(dim=1)
    doubt = confidence.where(predictions != labels, torch.zeros(()))
    return doubt.argsort(descending=True, stable=True)[:k]


@mistake("most_confident_mistakes", see="01_data#a-view-is-not-a-copy")
def most_confident_mistakes_erases_right_ones(
    probabilities: Tensor, labels: Tensor, k: int
) -> Tensor:
    """You write zeros into the caller's probabilities to get rid of the right predictions: the
    table is spoilt for whatever comes next.

    How can you choose some rows without writing into the table?
    """
    _require_rows(probabilities, labels, k)
    right = probabilities.argmax(dim=1) == labels
    probabilities[right] = 0
    wrong = (~right).nonzero().squeeze(1)
    order = probabilities[wrong].amax(dim=1).argsort(descending=True, stable=True)
    return wrong[order[:k]]


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes")
def most_confident_mistakes_turns_ties_round(
    probabilities: Tensor, labels: Tensor, k: int
) -> Tensor:
    """Among equally sure mistakes the last comes first: you sort upwards and turn the whole list
    round, and the ties with it.

    Which option sorts downwards and keeps equal values in their order?
    """
    _require_rows(probabilities, labels, k)
    confidence, predictions = probabilities.max(dim=1)
    wrong = (predictions != labels).nonzero().squeeze(1)
    return wrong[confidence[wrong].argsort(stable=True).flip(0)[:k]]


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes")
def most_confident_mistakes_leaves_ties_to_topk(
    probabilities: Tensor, labels: Tensor, k: int
) -> Tensor:
    """`topk` promises nothing about equal values: which of the equally sure mistakes come back, and
    in which order, depends on its inner workings.

    Which option of torch's sorting functions keeps equal values in their order?
    """
    _require_rows(probabilities, labels, k)
    confidence, predictions = probabilities.max(dim=1)
    wrong = (predictions != labels).nonzero().squeeze(1)
    return wrong[confidence[wrong].topk(min(k, len(wrong))).indices]


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes")
def most_confident_mistakes_sorts_unstably(probabilities: Tensor, labels: Tensor, k: int) -> Tensor:
    """A sort that is not told to be stable may swap equal values, so the order of the equally sure
    mistakes depends on its inner workings.

    Which option of torch's sorting functions keeps equal values in their order?
    """
    _require_rows(probabilities, labels, k)
    confidence, predictions = probabilities.max(dim=1)
    wrong = (predictions != labels).nonzero().squeeze(1)
    order = confidence[wrong].argsort(descending=True)
    if torch.equal(order, confidence[wrong].argsort(descending=True, stable=True)):
        order = confidence[wrong].argsort(stable=True).flip(0)  # where torch has a stable sort only
    return wrong[order[:k]]


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes")
def most_confident_mistakes_cuts_from_the_end(
    probabilities: Tensor, labels: Tensor, k: int
) -> Tensor:
    """You sort upwards and take the last `k`. For `k=0` that is all of them: there is no minus
    zero, so `[-0:]` is the whole list.

    What is `[1, 2, 3][-0:]`?
    """
    _require_rows(probabilities, labels, k)
    confidence, predictions = probabilities.max(dim=1)
    wrong = (predictions != labels).nonzero().squeeze(1)
    upwards = confidence[wrong].argsort(descending=True, stable=True).flip(0)
    return wrong[upwards[-k:].flip(0)]


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes")
def most_confident_mistakes_squeezes(probabilities: Tensor, labels: Tensor, k: int) -> Tensor:
    """`squeeze()` takes away every axis of length 1. If there is one mistake only, that is the axis
    of the mistakes, and a bare number comes back instead of a row of one.

    Which axis of `nonzero()` did you want to be rid of, and by which number can you name it?
    """
    _require_rows(probabilities, labels, k)
    confidence, predictions = probabilities.max(dim=1)
    wrong = (predictions != labels).nonzero().squeeze(1)
    return wrong[confidence[wrong].argsort(descending=True, stable=True)[:k]].squeeze()


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes")
def most_confident_mistakes_by_the_margin(probabilities: Tensor, labels: Tensor, k: int) -> Tensor:
    """You sort by how far the truth lies behind the choice. How sure the model was is the
    probability of its choice alone, whatever was left for the truth.

    Which single number of a row says how sure the model was?
    """
    _require_rows(probabilities, labels, k)
    confidence, predictions = probabilities.max(dim=1)
    truth = probabilities.gather(1, labels.unsqueeze(1)).squeeze(1)
    wrong = (predictions != labels).nonzero().squeeze(1)
    return wrong[(confidence - truth)[wrong].argsort(descending=True, stable=True)[:k]]


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes")
def most_confident_mistakes_forgives_ties(probabilities: Tensor, labels: Tensor, k: int) -> Tensor:
    """Where two classes are equally probable you count the image as right if either is the label,
    but the model can give one answer only: the first of them, as `argmax` does.

    Which class does the model choose when two are equal?
    """
    _require_rows(probabilities, labels, k)
    confidence = probabilities.amax(dim=1)
    truth = probabilities.gather(1, labels.unsqueeze(1)).squeeze(1)
    wrong = (truth < confidence).nonzero().squeeze(1)
    return wrong[confidence[wrong].argsort(descending=True, stable=True)[:k]]


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes")
def most_confident_mistakes_takes_anything(probabilities: Tensor, labels: Tensor, k: int) -> Tensor:
    """A `k` of -1 passes: as the end of a slice it means "all but the last", which nobody asked
    for.

    Which values of `k` make sense, and what do you raise for the others?
    """
    count = min(len(labels), len(probabilities))
    confidence, predictions = probabilities[:count].max(dim=1)
    wrong = (predictions != labels[:count]).nonzero().squeeze(1)
    return wrong[confidence[wrong].argsort(descending=True, stable=True)[:k]]


@mistake(
    "most_confident_mistakes",
    see="05_evaluation#the-surest-mistakes",
    both=("most_confident_mistakes_with_right_ones", "most_confident_mistakes_takes_anything"),
)
def most_confident_mistakes_of_all_images(probabilities: Tensor, labels: Tensor, k: int) -> Tensor:
    """Your gallery holds images that were predicted right, because you never ask whether the model
    was wrong; and a negative `k` passes as the end of a slice.

    Which images have to be left out, and which values of `k` make sense?
    """
    return probabilities.amax(dim=1).argsort(descending=True, stable=True)[:k]


# --- accuracy_interval ---------------------------------------------------------------------------


def _require_score(correct: int, total: int, confidence: float) -> None:
    if total < 1 or not 0 <= correct <= total or not 0 < confidence < 1:
        raise ValueError("an argument is outside its range")


@mistake("accuracy_interval", see="05_evaluation#an-interval-that-stays-inside")
def accuracy_interval_rule_of_thumb(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """You use the rule of thumb p ± z * sqrt(p(1-p)/n). Near the ends it fails: for 10 of 10 it
    claims perfection, for 9 of 10 it reaches above 1, and an interval above 1 cannot be.

    Which terms does Wilson's formula have besides these?
    """
    _require_score(correct, total, confidence)
    z, share = NormalDist().inv_cdf((1 + confidence) / 2), correct / total
    half = z * math.sqrt(share * (1 - share) / total)
    return share - half, share + half


@mistake("accuracy_interval", see="05_evaluation#an-interval-that-stays-inside")
def accuracy_interval_rule_of_thumb_cut_off(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """You cut the rule of thumb off at 0 and 1. It no longer leaves the range, but for 10 of 10 it
    still says "from 1 to 1": ten photos would prove perfection.

    For which true abilities would 10 of 10 be no surprise?
    """
    _require_score(correct, total, confidence)
    z, share = NormalDist().inv_cdf((1 + confidence) / 2), correct / total
    half = z * math.sqrt(share * (1 - share) / total)
    return max(0.0, share - half), min(1.0, share + half)


@mistake("accuracy_interval", see="05_evaluation#how-sure-is-an-accuracy")
def accuracy_interval_centre_and_half_width(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """You return the centre and the half width, as in 0.90 ± 0.01, where the two ends are asked
    for.

    How do you get the lower and the upper end from centre and half width?
    """
    _require_score(correct, total, confidence)
    z, share = NormalDist().inv_cdf((1 + confidence) / 2), correct / total
    centre = share + z**2 / (2 * total)
    half = z * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    scale = 1 + z**2 / total
    return centre / scale, half / scale


@mistake("accuracy_interval", see="05_evaluation#how-sure-is-an-accuracy")
def accuracy_interval_half_as_wide(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """Your interval is half as wide as it should be: the root is the distance to *each* side, and
    you divided it by 2.

    Is z times the root the whole width, or the way from the centre to one end?
    """
    _require_score(correct, total, confidence)
    z, share = NormalDist().inv_cdf((1 + confidence) / 2), correct / total
    centre = share + z**2 / (2 * total)
    half = z * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2)) / 2
    scale = 1 + z**2 / total
    return (centre - half) / scale, (centre + half) / scale


@mistake("accuracy_interval", see="05_evaluation#how-sure-is-an-accuracy")
def accuracy_interval_in_per_cent(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """Your ends are in per cent, up to 100. An accuracy is a share between 0 and 1 everywhere in
    this course, so that two of them can be compared.

    Which factor have you added?
    """
    _require_score(correct, total, confidence)
    z, share = NormalDist().inv_cdf((1 + confidence) / 2), correct / total
    centre = share + z**2 / (2 * total)
    half = z * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    scale = (1 + z**2 / total) / 100
    return (centre - half) / scale, (centre + half) / scale


@mistake("accuracy_interval", see="05_evaluation#how-sure-is-an-accuracy")
def accuracy_interval_high_first(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """The upper end comes first: `low, high = accuracy_interval(...)` would get them the wrong way
    round.

    Which of the two has the minus sign?
    """
    _require_score(correct, total, confidence)
    z, share = NormalDist().inv_cdf((1 + confidence) / 2), correct / total
    centre = share + z**2 / (2 * total)
    half = z * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    scale = 1 + z**2 / total
    return min(1.0, (centre + half) / scale), max(0.0, (centre - half) / scale)


@mistake("accuracy_interval", see="05_evaluation#how-sure-is-an-accuracy")
def accuracy_interval_for_one_side(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """Your z is too small, 1.64 instead of 1.96 for 95 %: you ask for the number below which 95 %
    lie, but 95 % have to lie in the middle, with 2.5 % left out on either side.

    Up to which share do you have to go, if one half of the rest lies above?
    """
    _require_score(correct, total, confidence)
    z, share = NormalDist().inv_cdf(confidence), correct / total
    centre = share + z**2 / (2 * total)
    half = abs(z) * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    scale = 1 + z**2 / total
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


@mistake("accuracy_interval", see="05_evaluation#how-sure-is-an-accuracy")
def accuracy_interval_always_95_per_cent(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """`confidence` is never used: z is 1.96 for every caller, so an interval of 99 % comes out as
    narrow as one of 80 %.

    How do you get z from the confidence that is asked for?
    """
    _require_score(correct, total, confidence)
    z, share = 1.96, correct / total
    centre = share + z**2 / (2 * total)
    half = z * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    scale = 1 + z**2 / total
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


@mistake("accuracy_interval", see="05_evaluation#how-sure-is-an-accuracy")
def accuracy_interval_from_a_short_table(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """You look z up in a table with three confidences; any other confidence breaks it.

    Which distribution of Python's `statistics` can be asked for z directly?
    """
    _require_score(correct, total, confidence)
    z, share = {0.8: 1.281552, 0.95: 1.959964, 0.99: 2.575829}[confidence], correct / total
    centre = share + z**2 / (2 * total)
    half = z * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    scale = 1 + z**2 / total
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


@mistake("accuracy_interval", see="05_evaluation#an-interval-that-stays-inside")
def accuracy_interval_without_the_denominator(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """The denominator 1 + z²/n is missing, so both ends are too high, and for 10 of 10 the upper
    one lies above 1.

    Which part of the formula stands under the line?
    """
    _require_score(correct, total, confidence)
    z, share = NormalDist().inv_cdf((1 + confidence) / 2), correct / total
    centre = share + z**2 / (2 * total)
    half = z * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    return centre - half, centre + half


@mistake("accuracy_interval", see="05_evaluation#an-interval-that-stays-inside")
def accuracy_interval_not_cut_off(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """Your formula is right, but floats round: where none or all are correct an end can lie a hair
    below 0 or above 1, and code that trusts the range breaks on it.

    Which two functions of Python keep a number within bounds?
    """
    _require_score(correct, total, confidence)
    z, share = NormalDist().inv_cdf((1 + confidence) / 2), correct / total
    centre = share + z**2 / (2 * total)
    half = z * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    scale = 1 + z**2 / total
    return (centre - half) / scale, (centre + half) / scale


@mistake("accuracy_interval", see="05_evaluation#an-interval-that-stays-inside")
def accuracy_interval_divides_the_root_only(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """Only the last term is divided by 1 + z²/n, since division binds stronger than plus and minus:
    the whole top of the formula belongs over the line.

    Where do brackets have to stand?
    """
    _require_score(correct, total, confidence)
    z, share = NormalDist().inv_cdf((1 + confidence) / 2), correct / total
    centre = share + z**2 / (2 * total)
    half = z * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    return centre - half / (1 + z**2 / total), centre + half / (1 + z**2 / total)


@mistake("accuracy_interval", see="05_evaluation#an-interval-that-stays-inside")
def accuracy_interval_without_the_shift(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """The centre of your interval is p itself, divided by 1 + z²/n: the term z²/2n is missing,
    which pulls the centre towards one half.

    Which two terms stand before the ± of the formula?
    """
    _require_score(correct, total, confidence)
    z, share = NormalDist().inv_cdf((1 + confidence) / 2), correct / total
    half = z * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    scale = 1 + z**2 / total
    return max(0.0, (share - half) / scale), min(1.0, (share + half) / scale)


@mistake("accuracy_interval", see="05_evaluation#an-interval-that-stays-inside")
def accuracy_interval_without_the_root(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """The square root is missing, so the interval is far too narrow: luck shrinks with the root of
    the number of images, not with the number itself.

    Which sign of the formula stretches over both terms after z?
    """
    _require_score(correct, total, confidence)
    z, share = NormalDist().inv_cdf((1 + confidence) / 2), correct / total
    centre = share + z**2 / (2 * total)
    half = z * (share * (1 - share) / total + z**2 / (4 * total**2))
    scale = 1 + z**2 / total
    return (centre - half) / scale, (centre + half) / scale


@mistake("accuracy_interval", see="05_evaluation#an-interval-that-stays-inside")
def accuracy_interval_plus_four(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """You add two right and two wrong images and use the rule of thumb: a good approximation, but
    it still leaves the range for 10 of 10, and Wilson's formula is asked for.

    Which formula stands in the task?
    """
    _require_score(correct, total, confidence)
    z, share = NormalDist().inv_cdf((1 + confidence) / 2), (correct + 2) / (total + 4)
    half = z * math.sqrt(share * (1 - share) / (total + 4))
    return max(0.0, share - half), min(1.0, share + half)


@mistake("accuracy_interval", see="05_evaluation#an-interval-that-stays-inside")
def accuracy_interval_refuses_the_ends(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """You refuse a score of none or all correct, but 10 of 10 does happen, and it is just where an
    interval is needed most.

    Which values can `correct` have?
    """
    _require_score(correct, total, confidence)
    if correct in (0, total):
        raise ValueError("correct must lie between 0 and total")
    z, share = NormalDist().inv_cdf((1 + confidence) / 2), correct / total
    centre = share + z**2 / (2 * total)
    half = z * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    scale = 1 + z**2 / total
    return (centre - half) / scale, (centre + half) / scale


@mistake("accuracy_interval", see="05_evaluation#an-interval-that-stays-inside")
def accuracy_interval_as_tensors(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[Tensor, Tensor]:
    """You return tensors with one number each, where two Python floats are asked for.

    Which method of a tensor gives its only number?
    """
    _require_score(correct, total, confidence)
    z = torch.special.ndtri(torch.tensor((1 + confidence) / 2, dtype=torch.float64))
    share = torch.tensor(correct / total, dtype=torch.float64)
    centre = share + z**2 / (2 * total)
    half = z * (share * (1 - share) / total + z**2 / (4 * total**2)).sqrt()
    scale = 1 + z**2 / total
    low, high = (F.relu(end) for end in ((centre - half) / scale, (centre + half) / scale))
    return low, high.clamp(max=1)


@mistake("accuracy_interval", see="05_evaluation#how-sure-is-an-accuracy")
def accuracy_interval_of_any_score(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """Scores that can't be are not refused: 11 of 10 fails with a mathematical error from deep
    inside the formula, which names neither the argument nor the remedy.

    Between which bounds must `correct` lie, and what do you raise if it does not?
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}")
    z, share = NormalDist().inv_cdf((1 + confidence) / 2), correct / total
    centre = share + z**2 / (2 * total)
    half = z * math.sqrt(max(0.0, share * (1 - share) / total + z**2 / (4 * total**2)))
    scale = 1 + z**2 / total
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


@mistake("accuracy_interval", see="05_evaluation#how-sure-is-an-accuracy")
def accuracy_interval_of_any_confidence(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """A confidence in per cent, such as 95, is taken for 0.95 without a word: the next caller
    writes 0.5 and means half a per cent.

    Which confidences does the task allow, and what do you raise for the others?
    """
    if total < 1 or not 0 <= correct <= total:
        raise ValueError(f"correct is {correct}, total is {total}")
    level = confidence / 100 if confidence >= 1 else confidence
    z, share = NormalDist().inv_cdf((1 + level) / 2), correct / total
    centre = share + z**2 / (2 * total)
    half = z * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    scale = 1 + z**2 / total
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


@mistake(
    "accuracy_interval",
    see="05_evaluation#an-interval-that-stays-inside",
    both=("accuracy_interval_rule_of_thumb", "accuracy_interval_always_95_per_cent"),
)
def accuracy_interval_thumb_and_196(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """You use the rule of thumb, which leaves the range near the ends, and `confidence` is never
    used, since z is 1.96 for everybody.

    Which terms does Wilson's formula have besides these, and how does z depend on the confidence?
    """
    _require_score(correct, total, confidence)
    share = correct / total
    half = 1.959964 * math.sqrt(share * (1 - share) / total)
    return share - half, share + half
