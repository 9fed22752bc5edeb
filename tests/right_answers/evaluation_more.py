"""More right answers to unit evaluation: near to what the checks look at beside the result."""

import numpy as np
import torch

from tests.right_answers import right


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


@right("confusion_matrix")
def confusion_matrix_on_copies(labels, predictions, classes):
    """Changes copies in place, and refuses through one comparison with all classes."""
    if classes < 1 or labels.shape != predictions.shape or labels.ndim != 1:
        raise ValueError("pass 1 class or more, labels and predictions of one shape (N,)")
    both = torch.stack([labels, predictions])
    if not torch.isin(both, torch.arange(classes)).all():
        raise ValueError(f"pass classes from 0 to {classes - 1}")
    cells = labels.clone().mul_(classes).add_(predictions)
    return torch.bincount(cells, minlength=classes * classes).view(classes, classes)


@right("most_confident_mistakes")
def most_confident_mistakes_by_negative_rows(probabilities, labels, k):
    """Sorts upwards by what the choice lacks to 1, in float64: as exact as the confidence."""
    if k < 0 or probabilities.ndim != 2 or labels.shape != probabilities.shape[:1]:
        raise ValueError("pass (N, K), (N,) and k of 0 or more")
    table = probabilities.numpy().astype(np.float64)
    wrong = np.nonzero(table.argmax(1) != labels.numpy())[0]
    order = np.argsort(1 - table.max(1)[wrong], kind="mergesort")
    return torch.tensor(wrong[order][:k].tolist(), dtype=torch.int64)


@right("accuracy_interval")
def accuracy_interval_at_the_ends(correct, total, confidence=0.95):
    """Knows the two ends beforehand, and computes the others without cutting off."""
    if not (total >= 1 and 0 <= correct <= total and 0 < confidence < 1):
        raise ValueError("an argument is outside its range")
    z = 2**0.5 * torch.erfinv(torch.tensor(confidence, dtype=torch.float64)).item()
    share, odd = correct / total, z * z / total
    centre = (share + odd / 2) / (1 + odd)
    half = (odd * (share * (1 - share) + odd / 4)) ** 0.5 / (1 + odd)
    return 0.0 if correct == 0 else centre - half, 1.0 if correct == total else centre + half
