"""Right answers to `predict` in unusual styles."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader

from autograder.right_answers import right


@right("predict")
def predict_in_a_list(model, batches, device="cpu"):
    """Collects rows in a Python list and stacks them; `no_grad` for `inference_mode`."""
    was_training = model.training
    model.to(device)
    model.eval()
    rows = []
    with torch.no_grad():
        for images, _labels in batches:
            rows.extend(F.softmax(model(images.to(device)), dim=-1))
    model.train(was_training)
    if len(rows) == 0:
        raise ValueError("batches is empty: pass at least one batch")
    return torch.stack(rows).cpu()


@right("predict")
@torch.no_grad()
def predict_decorated(model, batches, device="cpu"):
    """Is decorated; calls `forward` itself; exponentiates log-probabilities."""
    before = model.training
    model = model.eval().to(torch.device(device))
    parts = []
    for batch in batches:
        parts.append(model.forward(batch[0].to(device)).log_softmax(1).exp().to("cpu"))
    if not parts:
        model.train(before)
        raise ValueError("no batches")
    model.train(before)
    return torch.vstack(parts)


@right("predict")
def predict_all_at_once(model, batches, device="cpu"):
    """Joins the images first and runs one forward pass, in float64 after the logits."""
    images = [images for images, _ in batches]
    if not images:
        raise ValueError("batches is empty")
    mode = model.training
    try:
        with torch.inference_mode():
            logits = model.to(device).eval()(torch.cat(images).to(device))
            return nn.Softmax(dim=1)(logits.double()).cpu()
    finally:
        model.train(mode)


@right("predict")
def predict_by_hand(model, batches, device="cpu", dtype=torch.float32):
    """Writes softmax out with the row's largest logit, and insists on float32."""
    modes = {module: module.training for module in model.modules()}
    model.to(device).eval()
    table = torch.empty(0)
    for images, _ in batches:
        with torch.no_grad():
            logits = model(images.to(device=device, dtype=dtype))
        powers = (logits - logits.amax(dim=1, keepdim=True)).exp()
        part = (powers / powers.sum(dim=1, keepdim=True)).cpu()
        table = torch.cat([table, part]) if len(table) else part
    for module, mode in modes.items():
        module.training = mode
    if not len(table):
        raise ValueError("batches is empty")
    return table


@right("predict")
def predict_image_by_image(model, batches, device="cpu"):
    """Unpacks the batches and serves the images one by one from a loader of its own."""
    images = [image for batch, _ in batches for image in batch]
    if not images:
        raise ValueError("batches is empty")
    mode, parts = model.training, []
    model.eval()
    model.to(device)
    with torch.inference_mode():
        for image in DataLoader(images, batch_size=1, generator=torch.Generator()):
            parts.append(torch.softmax(model(image.to(device)), 1).cpu())
    model.train() if mode else model.eval()
    return torch.cat(parts, dim=0)


@right("predict")
def predict_through_numpy(model, batches, device="cpu"):
    """Leaves torch after the logits, and comes back in float64."""
    mode, rows = model.training, []
    model.to(device).eval()
    with torch.inference_mode():
        for images, _ in batches:
            rows.append(model(images.to(device)).cpu().numpy().astype(np.float64))
    model.train(mode)
    if not rows:
        raise ValueError("batches is empty")
    logits = np.concatenate(rows)
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return torch.from_numpy(powers / powers.sum(axis=1, keepdims=True))


@right("predict")
def predict_fills_a_table(model, batches, device="cpu"):
    """Refuses before the model is touched, and asks the first batch for the number of classes."""
    batches = [images for images, _ in batches]
    if not batches:
        raise ValueError("batches is empty: pass at least one batch")
    modes = {module: module.training for module in model.modules()}
    model.to(device).eval()
    table, row = None, 0
    with torch.no_grad():
        for images in batches:
            part = torch.softmax(model(images.to(device)), dim=-1).cpu()
            if table is None:
                table = torch.empty(sum(map(len, batches)), part.shape[1])
            table[row : row + len(part)] = part
            row += len(part)
    for module, mode in modes.items():
        module.training = mode
    return table


@right("predict")
def predict_explains_errors(model, batches, device="cpu"):
    """Catches an error of the model and raises one that names the batch; a finally restores."""
    mode, parts = model.training, []
    try:
        model.to(device).eval()
        with torch.inference_mode():
            for number, (images, _) in enumerate(batches, 1):
                try:
                    parts.append(model(images.to(device)).softmax(1).cpu())
                except RuntimeError as error:
                    raise ValueError(f"batch {number} does not fit the model") from error
        if not parts:
            raise ValueError("batches is empty")
        return torch.cat(parts)
    finally:
        model.train(mode)


@right("predict")
def predict_on_copies(model, batches, device="cpu"):
    """Scales copies of the images there and back in place: the caller keeps the originals."""
    mode, parts = model.training, []
    model.to(device).eval()
    with torch.inference_mode():
        for images, _ in batches:
            own = images.to(device, copy=True).mul_(2).div_(2)
            parts += list(model(own).softmax(1).cpu())
    model.train(mode)
    if not parts:
        raise ValueError("batches is empty")
    return torch.stack(parts)


@right("predict", craft=False)
def predict_in_three_lines(model, batches, device="cpu"):
    """The core alone, as short as it gets."""
    model.to(device).eval()
    with torch.inference_mode():
        return torch.cat([model(images.to(device)).softmax(dim=1).cpu() for images, _ in batches])


@right("predict", craft=False)
def predict_as_in_a_tutorial(model, batches, device="cpu"):
    """A newcomer's: moves the labels as well, and leaves the model in eval mode."""
    model = model.to(device)
    model.eval()
    y_probs = []
    with torch.no_grad():
        for images, y in batches:
            images, y = images.to(device), y.to(device)
            y_logits = model(images)
            y_prob = torch.softmax(y_logits, dim=1)
            y_probs.append(y_prob.cpu())
    return torch.cat(y_probs, dim=0)


@right("predict", craft=False)
def predict_growing_a_tensor(model, batches, device="cpu"):
    """Joins batch by batch, detaches as well, and always ends in train mode."""
    model.eval()
    model.to(device)
    probabilities = torch.tensor([])
    for images, _ in batches:
        with torch.no_grad():
            output = F.softmax(model(images.to(device)), dim=-1)
        probabilities = torch.cat((probabilities, output.detach().cpu()))
    model.train()
    return probabilities
