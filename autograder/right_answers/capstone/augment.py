"""Right answers to `augment` in unusual styles."""

import torch
import torch.nn.functional as F

from autograder.right_answers import right


@right("augment")
def augment_in_a_loop(images, generator):
    """Cuts a window out of each padded image and flips it; pads with 0."""
    made = []
    for image in F.pad(images, (2, 2, 2, 2)):
        down, right_ = torch.randint(0, 5, (2,), generator=generator).tolist()
        window = image[:, down : down + images.shape[2], right_ : right_ + images.shape[3]]
        made.append(window.flip(-1) if torch.rand((), generator=generator) < 0.5 else window)
    return torch.stack(made)
