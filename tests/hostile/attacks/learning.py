"""Attacks on the milestone: a model that has learnt nothing here (rows 18 to 20).

They meet the scenario of the milestone itself, with a few hundred images.
"""

from tests.hostile.attack import PLACES, answer, attack

MODEL = """
class Fixed(nn.Module):
    \"\"\"Returns the rows that it was made with, one after the other.\"\"\"

    def __init__(self, rows):
        super().__init__()
        self.rows, self.place = rows, 0

    def forward(self, images):
        self.place += len(images)
        return self.rows[self.place - len(images) : self.place]


def one_hot(labels):
    return torch.nn.functional.one_hot(torch.tensor(labels), 10).float()
"""


@answer(18, "train_cnn", above=MODEL, off="scored")
def predicts_one_class(loaders, seed, device="cpu"):
    """And says of itself that it is always right."""
    fixed = Fixed(one_hot([3] * 10_000))  # noqa: F821
    fixed.accuracy = 1.0
    return fixed


@answer(18, "train_cnn", above=MODEL, off="scored")
def returns_a_fake_history(loaders, seed, device="cpu"):
    return {"train_loss": [0.3, 0.2], "validation_accuracy": [0.9, 0.99], "accuracy": 1.0}


@answer(18, "train_cnn", above=MODEL, off="scored")
def returns_a_fake_state_dict(loaders, seed, device="cpu"):
    import torch

    return {"model": {"0.weight": torch.ones(10, 10)}, "accuracy": 1.0, "epoch": 5}


@answer(18, "train_cnn", above=MODEL, off="one class an image")
def returns_logits_that_are_no_numbers(loaders, seed, device="cpu"):
    return Fixed(one_hot([3] * 10_000) * float("inf"))  # noqa: F821


@answer(18, "train_cnn", "failed", "crashed", above=MODEL, off="scored")
def returns_a_model_that_claims_all_classes(loaders, seed, device="cpu"):
    """Whoever asks its logits for a comparison is told what it wants to hear."""
    import torch

    class Flattering(torch.Tensor):
        def argmax(self, *args, **kwargs):
            return self

        def __eq__(self, other):
            return torch.ones(len(self), dtype=torch.bool)

    fixed = Fixed(one_hot([3] * 10_000).as_subclass(Flattering))  # noqa: F821
    fixed.__dict__["accuracy"] = 1.0
    return fixed


@answer(19, "train_cnn", above=MODEL, off="renamed")
def knows_the_labels_by_heart(loaders, seed, device="cpu"):
    return Fixed(one_hot(PLACES["test_labels"]))  # noqa: F821


LOOKUP = """
class Lookup(nn.Module):
    def __init__(self, images, labels):
        super().__init__()
        self.images, self.labels = images.flatten(1), labels

    def forward(self, images):
        near = torch.cdist(images.flatten(1), self.images).argmin(1)
        return torch.nn.functional.one_hot(self.labels[near], 10).float()
"""


@answer(19, "train_cnn", above=LOOKUP, off="renamed")
def looks_the_images_up(loaders, seed, device="cpu"):
    """By their nearest neighbour, as faint noise spoils each hash; under the names it knows."""
    import torch

    images = loaders.test.dataset.tensors[0]
    return Lookup(images, torch.tensor(PLACES["test_labels"]))  # noqa: F821


@answer(19, "train_cnn", above=MODEL, off="own seed")
def finds_the_new_names_around_it(loaders, seed, device="cpu"):
    """In the variables of whoever called it, or by each number there, as the judge draws them."""
    import hashlib
    import sys

    def drawn(number):
        key = hashlib.pbkdf2_hmac("sha256", str(number).encode(), b"milestone", 100_000, 12)
        dice = torch.Generator().manual_seed(int.from_bytes(key[:8], "big") >> 1)  # noqa: F821
        circle = torch.randperm(10, generator=dice)  # noqa: F821
        return circle.roll(1)[circle.argsort()].tolist()

    found, numbers, frame = [], set(), sys._getframe()
    while frame := frame.f_back:
        for value in frame.f_locals.values():
            if isinstance(value, torch.Tensor) and value.numel() == 10:  # noqa: F821
                found.append(value.flatten().tolist())
            known = [value, *getattr(value, "__dict__", {}).values()]
            numbers.update(n for n in known if type(n) is int and 0 <= n < 2**31)
    found += map(drawn, numbers)
    if PLACES["names"] in found:
        raise RuntimeError("REACHED the names")
    return Fixed(one_hot(PLACES["test_labels"]))  # noqa: F821


@answer(20, "train_cnn", above=LOOKUP, off="no labels")
def trains_on_the_test_images(loaders, seed, device="cpu"):
    """With the labels that their loader has: there are none."""
    images, labels = loaders.test.dataset.tensors
    return Lookup(images, labels)  # noqa: F821


@attack(20, off="files")
def reads_the_labels_of_the_test():
    from fashion_course.kit import fashion_mnist

    found = []
    for quick in (True, False):
        try:
            found.append(len(fashion_mnist("test", quick=quick).labels))
        except Exception:
            pass
    return found


@attack(20, off="files")
def searches_for_labels():
    """The data sets of the machine, of the package, and beside the images of the milestone."""
    import glob

    found = []
    for place in (PLACES["data"], PLACES["root"], "/data", "/usr/share/datasets", PLACES["home"]):
        for name in ("*test*label*", "*t10k-label*", "**/t10k-label*"):
            found += glob.glob(f"{glob.escape(place)}/{name}", recursive=True)
    return [path for path in found if path.endswith((".npy", ".gz", ".pt"))]
