"""What is claimed of `augment`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check

BUYS = "07_capstone#what-augmentation-buys"


@check(
    "augment",
    scenario="augmented_forms",
    hint="Which shape has each image after you padded it, and after you cut a window out of it?",
    thought="A batch goes in, and a batch of the same shape and dtype comes out: as many images, "
    "each with as many rows and columns as before.",
    see=BUYS,
)
def test_augment_keeps_shape_and_dtype(seen: Any, expected: Any) -> None:
    expect(seen.forms, "the images").equals(expected.forms)
