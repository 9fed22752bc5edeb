"""The sealed test set hands out images for a reason, and lists the reasons."""

import pytest
import torch

from fashion_course.kit import FashionMNIST, SealedTest


@pytest.fixture
def images() -> FashionMNIST:
    return FashionMNIST(torch.zeros(3, 28, 28, dtype=torch.uint8), torch.tensor([0, 1, 2]))


def test_it_starts_unopened_and_counts_each_look(images: FashionMNIST) -> None:
    sealed = SealedTest(images)
    assert sealed.looks == 0
    assert sealed.open("V2, chosen on validation") is images
    sealed.open("curiosity")
    assert sealed.looks == 2
    assert sealed.reasons == ["V2, chosen on validation", "curiosity"]


def test_it_asks_for_a_reason(images: FashionMNIST) -> None:
    sealed = SealedTest(images)
    with pytest.raises(ValueError, match="why is ' '"):
        sealed.open(" ")
    assert sealed.looks == 0


def test_it_shows_its_list(images: FashionMNIST) -> None:
    sealed = SealedTest(images)
    assert repr(sealed) == "SealedTest(3 images, opened 0 times)"
    sealed.open("the report")
    assert repr(sealed) == "SealedTest(3 images, opened once)\n  1. the report"
