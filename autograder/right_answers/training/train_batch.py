"""Right answers to `train_batch` in unusual styles."""

import warnings

import torch
import torch.nn.functional as F

from autograder.right_answers import right


@right("train_batch")
def train_batch_zero_grad_last(model, images, labels, loss_fn, optimizer):
    """Clears the gradients after the step, for the next call; `float` warns of the graph."""
    loss = loss_fn(model(images), labels)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as the worker does
        return float(loss)


@right("train_batch")
def train_batch_zero_grad_of_the_model(model, images, labels, loss_fn, optimizer):
    """Clears through the model, fills with zeros instead of None, keeps the mode in a variable."""
    model.zero_grad(set_to_none=False)
    logits = model.forward(images)
    loss = loss_fn(logits, labels)
    torch.autograd.backward(loss)
    optimizer.step()
    return loss.detach().cpu().numpy().item()


@right("train_batch")
def train_batch_gradients_set_to_none_by_hand(model, images, labels, loss_fn, optimizer):
    """Goes through the optimizer's groups itself."""
    for group in optimizer.param_groups:
        for parameter in group["params"]:
            parameter.grad = None
    loss = loss_fn(model(images), labels)
    loss.backward()
    optimizer.step()
    return loss.tolist()


@right("train_batch")
def train_batch_with_a_closure(model, images, labels, loss_fn, optimizer):
    """Hands the whole computation to `step` as a closure, as LBFGS wants it."""
    seen = []

    def closure():
        optimizer.zero_grad()
        loss = loss_fn(model(images), labels)
        loss.backward()
        seen.append(loss.item())
        return loss

    optimizer.step(closure)
    return seen[0]


@right("train_batch")
def train_batch_with_autograd_grad(model, images, labels, loss_fn, optimizer):
    """Asks autograd for the gradients and puts them in place."""
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    loss = loss_fn(model(images), labels)
    for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
        parameter.grad = gradient
    optimizer.step()
    return loss.item()


@right("train_batch")
def train_batch_under_enable_grad(model, images, labels, loss_fn, optimizer, *, retain=True):
    """Insists on recording, keeps the graph alive, has an extra option."""
    with torch.enable_grad():
        loss = loss_fn(model(images.float()), labels.long())
        optimizer.zero_grad(set_to_none=False)
        loss.backward(retain_graph=retain)
    optimizer.step()
    return loss.double().item()


@right("train_batch")
def train_batch_image_by_image(model, images, labels, loss_fn, optimizer):
    """Adds up the gradient of the mean from single images, for little memory."""
    optimizer.zero_grad()
    total = 0.0
    for image, label in zip(images, labels, strict=True):
        loss = loss_fn(model(image[None]), label[None]) / len(labels)
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


@right("train_batch")
class train_batch_as_a_class:  # noqa: N801
    """A class whose construction does the work and gives a float."""

    def __new__(cls, model, images, labels, loss_fn, optimizer):
        self = super().__new__(cls)
        self.loss = loss_fn(model(images), labels)
        optimizer.zero_grad()
        self.loss.backward()
        optimizer.step()
        return float(self.loss.detach())


@right("train_batch")
def train_batch_log_softmax_first(model, images, labels, loss_fn, optimizer):
    """Applies log-softmax before the loss: cross-entropy does not notice."""
    optimizer.zero_grad()
    loss = loss_fn(F.log_softmax(model(images), dim=-1), labels)
    loss.backward()
    optimizer.step()
    return loss.item()


@right("train_batch")
def train_batch_differentiates_every_weight(model, images, labels, loss_fn, optimizer):
    """Asks for the gradients of all weights, which fails where one is frozen."""
    loss = loss_fn(model(images), labels)
    weights = list(model.parameters())
    for weight, gradient in zip(weights, torch.autograd.grad(loss, weights), strict=True):
        weight.grad = gradient
    optimizer.step()
    return loss.item()


@right("train_batch")
def train_batch_explains_errors(model, images, labels, loss_fn, optimizer):
    """Catches an error of the model, and raises one that says more."""
    optimizer.zero_grad()
    try:
        loss = loss_fn(model(images), labels)
    except RuntimeError as error:
        raise ValueError(f"images is {tuple(images.shape)}: the model can't take it") from error
    loss.backward()
    optimizer.step()
    return loss.item()


@right("train_batch")
def train_batch_cuts_its_own_copies_off(model, images, labels, loss_fn, optimizer):
    """Works on copies of the images, one of which records gradients."""
    own = images.detach().clone().requires_grad_(True)
    loss = loss_fn(model(own), labels.clone())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@right("train_batch", craft=False)
def train_batch_short(model, images, labels, loss_fn, optimizer):
    """Has the core alone; there is hardly anything that craft could add."""
    optimizer.zero_grad()
    loss = loss_fn(model(images), labels)
    loss.backward()
    optimizer.step()
    return loss.item()


@right("train_batch", craft=False)
def train_batch_that_clips(model, images, labels, loss_fn, optimizer):
    """Asks for the gradients of the images too, and limits only what is far too large."""
    images.requires_grad_(True)
    optimizer.zero_grad()
    loss = loss_fn(model(images), labels)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1e9)
    optimizer.step()
    print(f"loss {loss.item():.4f}")
    return float(f"{loss.item()!r}")
