"""Wrong answers to `predict`."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from autograder.mistakes import mistake
from autograder.mistakes.siblings import prints_its_result, refuses_otherwise

Batches = Iterable[tuple[Tensor, Tensor]]


def _joined(parts: list[Tensor]) -> Tensor:
    """Join the predictions of all batches, as is right."""
    if not parts:
        raise ValueError("batches is empty")
    return torch.cat(parts)


@mistake("predict", see="05_evaluation#predictions-in-order")
def predict_logits(model: nn.Module, batches: Batches, device: str = "cpu") -> Tensor:
    """You return the logits as they are. The largest logit still gives the predicted class, but
    logits are not probabilities: rows do not sum to 1, and a confidence of 14.2 means nothing.

    Which function turns a row of scores into probabilities that sum to 1?
    """
    mode = model.training
    model.to(device).eval()
    with torch.inference_mode():
        parts = [model(images.to(device)).cpu() for images, _ in batches]
    model.train(mode)
    return _joined(parts)


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
    return _joined(parts)


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
    return _joined(parts)


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
    return _joined(parts)


@mistake("predict", see="05_evaluation#predictions-in-order", craft=True)
def predict_by_plain_exponentials(
    model: nn.Module, batches: Batches, device: str = "cpu"
) -> Tensor:
    """Large logits give nan: an exponential is divided by a sum of exponentials, and for a logit
    above 88 both are infinite in float32. Infinity divided by infinity is nan, exactly where the
    model is most confident.

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
    """You return the predicted class of each image, one whole number each. How confident the model
    was, and which class was second, is lost.

    How many numbers should there be for an image with ten classes?
    """
    mode = model.training
    model.to(device).eval()
    with torch.inference_mode():
        parts = [model(images.to(device)).argmax(dim=1).cpu() for images, _ in batches]
    model.train(mode)
    return _joined(parts)


@mistake("predict", see="05_evaluation#predictions-in-order")
def predict_confidences(model: nn.Module, batches: Batches, device: str = "cpu") -> Tensor:
    """You return the highest probability of each image only; its class, and the probabilities of
    the other classes, are lost.

    Which step of yours throws nine of ten numbers away?
    """
    mode = model.training
    model.to(device).eval()
    with torch.inference_mode():
        parts = [model(images.to(device)).softmax(dim=1).amax(1).cpu() for images, _ in batches]
    model.train(mode)
    return _joined(parts)


@mistake("predict", see="05_evaluation#predictions-in-order")
def predict_first_batch_only(model: nn.Module, batches: Batches, device: str = "cpu") -> Tensor:
    """Only the first batch gets rows, 8 of 22 images, as when the function returns within the loop,
    or reads one batch and no more.

    What has to happen with the second batch?
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
    """The last batch comes first: the parts are joined from back to front, so every label is
    compared with another image's prediction.

    In which order do you give the parts to `torch.cat`?
    """
    mode = model.training
    model.to(device).eval()
    with torch.inference_mode():
        parts = [model(images.to(device)).softmax(dim=1).cpu() for images, _ in batches]
    model.train(mode)
    return _joined(parts[::-1])


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
    table = _joined(parts)
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
    return _joined(parts)


@mistake("predict", see="05_evaluation#predictions-in-order", craft=True)
def predict_leaves_eval_mode_behind(
    model: nn.Module, batches: Batches, device: str = "cpu"
) -> Tensor:
    """The model was in train mode before the call and is in eval mode after it: if training goes
    on, it does so without dropout, and nobody notices.

    Where can you note the mode before you change it, and when do you put it back?
    """
    model.to(device).eval()
    with torch.inference_mode():
        parts = [model(images.to(device)).softmax(dim=1).cpu() for images, _ in batches]
    return _joined(parts)


@mistake("predict", see="05_evaluation#predictions-in-order", craft=True)
def predict_always_back_to_train_mode(
    model: nn.Module, batches: Batches, device: str = "cpu"
) -> Tensor:
    """A model that was in eval mode is in train mode after the call, with dropout on: you end in
    train mode whatever the mode was before.

    Which flag tells the mode that the model was in before?
    """
    model.to(device).eval()
    with torch.inference_mode():
        parts = [model(images.to(device)).softmax(dim=1).cpu() for images, _ in batches]
    model.train()
    return _joined(parts)


@mistake("predict", see="05_evaluation#predictions-in-order")
def predict_keeps_the_graph(model: nn.Module, batches: Batches, device: str = "cpu") -> Tensor:
    """Gradients are recorded: each result that you keep also keeps its whole graph in memory, until
    the memory is full.

    Which context tells PyTorch that nobody will call backward?
    """
    mode = model.training
    model.to(device).eval()
    parts = [model(images.to(device)).softmax(dim=1).cpu() for images, _ in batches]
    model.train(mode)
    return _joined(parts)


@mistake("predict", see="05_evaluation#predictions-in-order")
def predict_detaches_afterwards(model: nn.Module, batches: Batches, device: str = "cpu") -> Tensor:
    """A graph is recorded in each forward pass and cut off only afterwards, as `detach` does: every
    forward pass still takes the memory and time of training.

    Which context keeps PyTorch from recording in the first place?
    """
    mode = model.training
    model.to(device).eval()
    parts = [model(images.to(device)).softmax(dim=1).detach().cpu() for images, _ in batches]
    model.train(mode)
    return _joined(parts)


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
    return _joined(parts)


@mistake("predict", see="03_training#measuring-without-recording", craft=True)
def predict_freezes_the_weights(model: nn.Module, batches: Batches, device: str = "cpu") -> Tensor:
    """You turn `requires_grad` off for the model's own weights and leave it off. No gradients are
    recorded here, but later training can't change the frozen weights.

    Which context records nothing and changes nothing about the weights?
    """
    mode = model.training
    model.to(device).eval().requires_grad_(False)
    parts = [model(images.to(device)).softmax(dim=1).cpu() for images, _ in batches]
    model.train(mode)
    return _joined(parts)


@mistake("predict", see="01_data#a-view-is-not-a-copy")
def predict_rescales_the_images(model: nn.Module, batches: Batches, device: str = "cpu") -> Tensor:
    """You scale the images in place, as `images /= 255` does. They came scaled, so the model sees
    other images; and the caller's own images are changed.

    Who has scaled the images already, and what does an operator that ends in an equals sign change?
    """
    mode = model.training
    model.to(device).eval()
    parts = []
    with torch.inference_mode():
        for images, _ in batches:
            images /= 255
            parts.append(model(images.to(device)).softmax(dim=1).cpu())
    model.train(mode)
    return _joined(parts)


@mistake("predict", see="03_training#to-returns-a-new-tensor")
def predict_drops_the_moved_images(
    model: nn.Module, batches: Batches, device: str = "cpu"
) -> Tensor:
    """The model moves to the device and the images stay where they were. They are not moved, or the
    result of `.to()` is dropped: for a tensor it returns a new one and leaves the old one there.

    What is the difference between `.to()` of a model and `.to()` of a tensor?
    """
    mode = model.training
    model.to(device).eval()
    parts = []
    with torch.inference_mode():
        for images, _ in batches:
            images.to(device)
            parts.append(model(images).softmax(dim=1).cpu())
    model.train(mode)
    return _joined(parts)


@mistake("predict", see="03_training#train-mode-and-eval-mode")
def predict_sets_the_flag_of_the_outer_module(
    model: nn.Module, batches: Batches, device: str = "cpu"
) -> Tensor:
    """Only the outer module is in eval mode, as after an assignment to `model.training`. The layers
    inside have flags of their own, and dropout stays on.

    Which method goes through all layers?
    """
    mode = model.training
    model.to(device)
    model.training = False
    with torch.inference_mode():
        parts = [model(images.to(device)).softmax(dim=1).cpu() for images, _ in batches]
    model.training = mode
    return _joined(parts)


@mistake("predict", see="03_training#train-mode-and-eval-mode", craft=True)
def predict_restores_the_outer_module_only(
    model: nn.Module, batches: Batches, device: str = "cpu"
) -> Tensor:
    """The mode is put back in the outer module only, as an assignment to `model.training` does. The
    layers inside stay in eval mode, and training goes on without dropout.

    Which method sets the flag in every layer, either way?
    """
    mode = model.training
    model.to(device).eval()
    with torch.inference_mode():
        parts = [model(images.to(device)).softmax(dim=1).cpu() for images, _ in batches]
    model.training = mode
    return _joined(parts)


@mistake("predict", see="03_training#train-mode-and-eval-mode", craft=True)
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
    return _joined(parts)


@mistake("predict", see="05_evaluation#predictions-in-order")
def predict_squeezes(model: nn.Module, batches: Batches, device: str = "cpu") -> Tensor:
    """`squeeze()` takes away every axis of length 1. For a batch of one image that is the axis of
    the images: its row becomes a vector, which can't be joined with the rows of the others.

    Which axis did you want to remove, and is it there?
    """
    mode = model.training
    model.to(device).eval()
    with torch.inference_mode():
        parts = [model(images.to(device)).softmax(dim=1).squeeze().cpu() for images, _ in batches]
    model.train(mode)
    return _joined(parts)


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
    return _joined(parts).numpy()


@mistake("predict", see="05_evaluation#predictions-in-order", craft=True)
def predict_swallows_errors(model: nn.Module, batches: Batches, device: str = "cpu") -> Tensor:
    """An error of the model does not reach the caller: you catch it and go on. The images of that
    batch have no row, so every label after them is compared with another image's prediction.

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
    return _joined(parts)


@mistake("predict", see="03_training#to-returns-a-new-tensor")
def predict_leaves_the_model_behind(
    model: nn.Module, batches: Batches, device: str = "cpu"
) -> Tensor:
    """The images are moved to the device and the model is not, so they are on different devices.

    What has to be on the device before the forward pass, besides the images?
    """
    mode = model.training
    model.eval()
    with torch.inference_mode():
        parts = [model(images.to(device)).softmax(dim=1).cpu() for images, _ in batches]
    model.train(mode)
    return _joined(parts)


@mistake("predict", see="03_training#to-returns-a-new-tensor")
def predict_ignores_the_device(model: nn.Module, batches: Batches, device: str = "cpu") -> Tensor:
    """The caller's `device` decides nothing: a caller who asks for a GPU gets the CPU.

    Which two things have to be on the device before the forward pass?
    """
    mode = model.training
    model.eval()
    with torch.inference_mode():
        parts = [model(images).softmax(dim=1) for images, _ in batches]
    model.train(mode)
    return _joined(parts)


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
    return _joined(parts)


@mistake("predict", see="05_evaluation#predictions-in-order")
def predict_asks_for_a_length(model: nn.Module, batches: Any, device: str = "cpu") -> Tensor:
    """You ask for the number of batches, but batches may come from a generator, which has no length
    and can be read only once.

    Is the loop alone enough?
    """
    if len(batches) == 0:
        raise ValueError("batches is empty")
    mode = model.training
    model.to(device).eval()
    with torch.inference_mode():
        parts = [model(images.to(device)).softmax(dim=1).cpu() for images, _ in batches]
    model.train(mode)
    return torch.cat(parts)


@mistake("predict", see="05_evaluation#predictions-in-order", craft=True)
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
    each result that you keep also keeps its graph in memory.

    Which function turns scores into probabilities, and which context says that nobody will call
    backward?
    """
    mode = model.training
    model.to(device).eval()
    parts = [model(images.to(device)).cpu() for images, _ in batches]
    model.train(mode)
    return _joined(parts)


refuses_otherwise("predict", "05_evaluation#predictions-in-order")
prints_its_result("predict", "05_evaluation#predictions-in-order")
