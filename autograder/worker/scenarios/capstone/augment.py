"""Small problems for `augment`."""

import random
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.instruments.dice import moved
from autograder.worker.scenarios.instruments.models import form, plain

CALL = "augment(images, generator)"

EDGE = 2
"""What comes in there is nobody's business."""

NEAR, FAR = 2, 6
"""Moves that are asked for, and those that are recognised."""

MIDDLE, PATCH = 11, 6
"""A patch of 6 x 6 pixels in the middle of 28 x 28 is looked for first."""

TURNS = {
    "as it is": (),
    "mirrored left to right": (-1,),
    "upside down": (-2,),
    "turned by 180 degrees": (-2, -1),
}
ON_ITS_SIDE = "with rows and columns swapped"

BATCHES, SIZE = 24, 64
"""1,536 images: of the 50 ways to mirror and move, the rarest comes up in each run."""

ALIKE, ALMOST, HALF = 0.01, 0.3, (0.44, 0.56)
"""Pixels agree, rounding in coordinates allowed; they have something to do with each other; and of
1,536 images, drawn with a chance of one half, a share outside of this comes up once in 400,000."""


ABOUT_HALF = "about half of the images"

LEAST_FOUND = 0.5
"""The share of images that have to be found again, before anything is said of how they move."""

FEW = 2
"""Of the images of a batch that are not made of the one at their place, so many are looked into.

As many of all 1,536 may have other pixels: whoever moves by fractions of a pixel and takes the
nearest one comes near the middle of two now and then, where rounding repeats a row or a column.
"""

OTHER_PIXELS = "the image at its place with other pixels"

OTHER_IMAGE = "another image of the batch"


class Ways(NamedTuple):
    """What some images are made of, and how each of the N is turned and moved.

    What those are made of that are not the image at their place is in `others`; `found` says of
    which images it is known how they are turned and moved.
    """

    others: set[str]
    found: Tensor
    turns: list[str]
    down: Tensor
    right: Tensor

    @property
    def draws(self) -> dict[str, Tensor]:
        """What is drawn for each image, by name, `(N)` each.

        A move before the mirror takes the mirrored images to the other side.
        """
        mirrored = torch.tensor([turn == "mirrored left to right" for turn in self.turns])
        return {
            "the mirror": mirrored,
            "the way down": self.down,
            "the way to the right": self.right.abs(),
        }


def _draw(probe: Probe, *shape: int) -> Tensor:
    return torch.randn(shape, generator=probe.generator)  # dark and bright, as normalised ones are


def _dice(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed % 2**31)


@scenario()
def augmented_forms(answer: Any, probe: Probe) -> None:
    """A batch, a smaller last one, and a single image."""
    forms, own, untouched = {}, _dice(probe.seed), True
    for shape in ((64, 1, 28, 28), (10, 1, 28, 28), (1, 1, 28, 28)):
        images = _draw(probe, *shape)  # (B, 1, H, W)
        kept = images.clone()
        shown = f"{CALL} with images {shape}"
        made = probe.call(shown, answer, images, own)
        untouched = untouched and images.shape == kept.shape and torch.equal(images, kept)
        forms[shown] = form(made)
        probe.note(forms=forms, untouched=untouched)


@scenario()
def augmented_sizes(answer: Any, probe: Probe) -> None:
    """Images of another height than width."""
    images = _draw(probe, 5, 1, 12, 20)
    made = probe.call(f"{CALL} with images (5, 1, 12, 20)", answer, images, _dice(probe.seed))
    probe.note(form=form(made))


@scenario()
def augmented_images(answer: Any, probe: Probe) -> None:
    """24 batches of 64 images of noise, in which each place can be recognised: what became of it?

    All in words, or in numbers that chance does not change: else each draw would be a new mistake.
    """
    own, seen = _dice(probe.seed), []
    for _ in range(BATCHES):
        images = _draw(probe, SIZE, 1, 28, 28)  # (64, 1, 28, 28)
        made = plain(probe.call(CALL, answer, images.clone(), own))
        if form(made) != form(images):
            return
        seen.append(_ways(images[:, 0], made[:, 0]))
    ways = _all(seen)
    few_others = int((~ways.found).sum()) <= FEW
    others = ways.others - {OTHER_PIXELS} if few_others else ways.others
    probe.note(others=", ".join(sorted(others)))
    probe.note(turns=sorted({t for t, known in zip(ways.turns, ways.found, strict=True) if known}))
    alike = [name for name, draws in ways.draws.items() if _is_alike(draws.view(BATCHES, SIZE))]
    probe.note(alike=", ".join(alike))
    if alike:  # what 24 draws show of all the others is chance
        return
    if float(ways.found.float().mean()) < LEAST_FOUND:
        probe.note(share="", farthest={}, ways={})
        return
    mirrored, down, right = (
        draws[ways.found] for draws in (ways.draws["the mirror"], ways.down, ways.right)
    )
    share = _share(float(mirrored.float().mean()))
    probe.note(share=share)
    farthest = {"up": -down, "down": down, "left": -right, "right": right}
    probe.note(farthest={name: max(0, int(way.max())) for name, way in farthest.items()})
    # Of a few mirrored images chance decides which moves they have: then all count as one kind.
    kinds = mirrored if share == ABOUT_HALF else torch.zeros_like(mirrored)
    found = {*zip(kinds.tolist(), down.tolist(), right.tolist(), strict=True)}
    near = [(d, r) for d in range(-NEAR, NEAR + 1) for r in range(-NEAR, NEAR + 1)]
    counts = {
        name: sum((flip, *way) in found for way in near)
        for name, flip in (("mirrored images", bool(kinds.any())), ("the others", False))
    }
    probe.note(ways=counts)


def _all(seen: list[Ways]) -> Ways:
    """Return what is known of several batches together."""
    others = set[str]().union(*(ways.others for ways in seen))
    turns = [turn for ways in seen for turn in ways.turns]
    found, down, right = (
        torch.cat([getattr(ways, name) for ways in seen]) for name in ("found", "down", "right")
    )
    return Ways(others, found, turns, down, right)


def _is_alike(values: Tensor) -> bool:
    """Say whether something varies over the batches, (24, 64), and never within one."""
    varies = bool((values != values[0, 0]).any())
    return varies and bool((values == values[:, :1]).all())


def _share(mirrored: float) -> str:
    if mirrored in (0, 1):
        return "all images" if mirrored else "no image"
    low, high = HALF
    if low <= mirrored <= high:
        return ABOUT_HALF
    return "fewer than half of the images" if mirrored < low else "more than half of the images"


def _ways(images: Tensor, made: Tensor) -> Ways:
    """Find out how each of `made` comes from its image; both are (B, 28, 28).

    First what is asked for is looked for, then everything else for those that are nothing of it.
    """
    sides = images, images.transpose(1, 2)
    stacked = torch.stack([side.flip(axes) for side in sides for axes in TURNS.values()])
    patch = made[:, MIDDLE : MIDDLE + PATCH, MIDDLE : MIDDLE + PATCH]  # (B, 6, 6)
    turn, down, right, apart = _nearest(stacked[:2], patch, NEAR)
    if len(odd_ones := (apart > ALIKE).nonzero()[:, 0]):
        found = _nearest(stacked[:, odd_ones], patch[odd_ones], FAR)
        turn[odd_ones], down[odd_ones], right[odd_ones], _ = found
    chosen = stacked[turn, torch.arange(len(images))]  # (B, 28, 28)
    others, known = set[str](), list[bool]()
    for place, moves in enumerate(zip(down.tolist(), right.tolist(), strict=True)):
        new, old = _overlap(made[place], chosen[place], *moves)
        known.append(bool((new - old).abs().max() < ALIKE))
        if not known[-1] and known.count(False) <= FEW:
            others.add(_oddity(place, new, old, patch[place], stacked))
    names = [*TURNS, *[ON_ITS_SIDE] * 4]
    return Ways(others, torch.tensor(known), [names[each] for each in turn], down, right)


def _windows(sides: Tensor, far: int) -> Tensor:
    """Return what may have come to the patch: `(B, S * (2 far + 1) ** 2, 36)` of (S, B, 28, 28)."""
    reach = slice(MIDDLE - far, MIDDLE + far + 1)
    windows = sides.unfold(2, PATCH, 1).unfold(3, PATCH, 1)[:, :, reach, reach]  # of (S, B, …)
    return windows.transpose(0, 1).flatten(4).flatten(1, 3)


def _nearest(sides: Tensor, patch: Tensor, far: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Find each patch (B, 6, 6) in the sides of its image, (S, B, 28, 28), moved by `far` at most.

    Returns:
        The side, how far it is moved down and to the right, and the distance; each is (B).
    """
    windows, own = _windows(sides, far), patch.flatten(1)[:, None]
    exact = "donot_use_mm_for_euclid_dist"
    apart, best = torch.cdist(windows, own, compute_mode=exact)[..., 0].min(1)  # (B) each
    turn, row, column = torch.unravel_index(best, (len(sides), 2 * far + 1, 2 * far + 1))
    return turn, far - row, far - column, apart


def _oddity(place: int, new: Tensor, old: Tensor, patch: Tensor, sides: Tensor) -> str:
    """Say what an image is made of that is not the one at its place, which `old` shows most of."""
    if float(torch.corrcoef(torch.stack([new.flatten(), old.flatten()]))[0, 1]) > ALMOST:
        return OTHER_PIXELS
    # The distance of the patch from each window of the batch.
    apart = (_windows(sides, FAR) - patch.flatten()).abs().amax(2)  # (B, windows of an image)
    holds = (apart < ALIKE).any(1)  # (B)
    if bool(holds[place]):  # a part of it is as it was
        return OTHER_PIXELS
    return OTHER_IMAGE if bool(holds.any()) else "something else"


def _overlap(made: Tensor, image: Tensor, down: int, right: int) -> tuple[Tensor, Tensor]:
    """Return what two images have in common, where one is the other one moved, less the edges."""
    cut = max(EDGE, abs(down), abs(right))
    height, width = image.shape
    rows, columns = slice(cut - down, height - cut - down), slice(cut - right, width - cut - right)
    return made[cut : height - cut, cut : width - cut], image[rows, columns]


@scenario()
def augmented_by_a_generator(answer: Any, probe: Probe) -> None:
    """The same images from equal and from other states of the generator; others draw in between."""
    images = _draw(probe, SIZE, 1, 28, 28)  # (64, 1, 28, 28)
    made = []
    for place, own in enumerate((one := _dice(probe.seed), one, _dice(probe.seed), _dice(7))):
        # Whoever draws from a global state gets something else each time.
        torch.manual_seed(probe.seed + place), random.seed(place), np.random.seed(place)
        made.append(plain(probe.call(CALL, answer, images.clone(), own)))
    if not all(isinstance(each, Tensor) for each in made):
        return
    first, following, again, other = made

    def compared(result: Tensor) -> str:
        same = result.shape == first.shape and torch.equal(result, first)
        return "the same images" if same else "other images"

    probe.note(again=compared(again), next_call=compared(following), another=compared(other))
    kept = list[str]()
    if form(first) == form(following) == form(images):
        before, after = (_ways(images[:, 0], each[:, 0]) for each in (first, following))
        if int((~before.found).sum()) <= FEW and int((~after.found).sum()) <= FEW:
            kept = [
                name
                for name, draws in before.draws.items()
                if len(draws.unique()) > 1 and torch.equal(draws, after.draws[name])
            ]
    probe.note(kept=", ".join(kept))


@scenario()
def augmented_next_to_other_draws(answer: Any, probe: Probe) -> None:
    """Whose random numbers does the call change?"""
    images = _draw(probe, 8, 1, 28, 28)  # (8, 1, 28, 28)

    def steps() -> Iterator[str]:
        probe.call(CALL, answer, images.clone(), _dice(probe.seed))
        yield ""

    probe.note(moved=moved(probe, steps))
