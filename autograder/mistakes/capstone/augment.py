"""Wrong answers to `augment`."""

from torch import Generator, Tensor

from autograder.mistakes import mistake
from autograder.mistakes.siblings import prints_its_result

prints_its_result("augment", see="07_capstone#what-augmentation-buys")


@mistake("augment", see="07_capstone#which-changes-keep-the-label")
def augment_keeps_the_padding(images: Tensor, generator: Generator) -> Tensor:
    """The images come back larger than they were: you pad them, and cut no window out again. A
    batch of them no longer fits what was trained on the plain ones.

    How many rows has an image of 28 rows with 2 more on either side?
    """
    from torch.nn.functional import pad

    return pad(images, (2, 2, 2, 2))
