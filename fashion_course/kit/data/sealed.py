"""The test images in an envelope that keeps count of who opened it, and why."""

from fashion_course.kit.data.dataset import FashionMNIST
from fashion_course.kit.words import _


class SealedTest:
    """Test images that are handed out for a reason only, with a list of all reasons so far.

    A test score is honest as long as nothing was decided by an earlier one. The list is what you
    publish beside the score. It lasts as long as the object: a new one has forgotten.

    Attributes:
        reasons: why it was opened, in order.
    """

    def __init__(self, images: FashionMNIST) -> None:
        """Seal `images`, usually `fashion_mnist("test")`."""
        self._images = images
        self.reasons: list[str] = []

    @property
    def looks(self) -> int:
        """How often it was opened."""
        return len(self.reasons)

    def open(self, why: str) -> FashionMNIST:
        """Note the reason and return the images.

        Raises:
            ValueError: `why` is empty.
        """
        if not why.strip():
            told = _("why is {why!r}: say which model is tested, and what chose it", why=why)
            raise ValueError(told)
        self.reasons.append(why)
        return self._images

    def __repr__(self) -> str:
        """Say how often it was opened, and list the reasons."""
        times = "once" if self.looks == 1 else f"{self.looks} times"
        lines = [f"SealedTest({len(self._images):,} images, opened {times})"]
        return "\n  ".join(lines + [f"{n}. {why}" for n, why in enumerate(self.reasons, start=1)])
