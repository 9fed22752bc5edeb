"""Wrong answers to `augment`."""

import random
from collections.abc import Iterable
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Generator, Tensor
from torchvision.transforms import v2

from autograder.mistakes import mistake
from autograder.mistakes.siblings import prints_its_result

LABEL = "07_capstone#which-changes-keep-the-label"
DRAWS = "07_capstone#one-draw-for-each-image"
GENERATOR = "01_data#a-generator-of-your-own"


def _flips(images: Tensor, generator: Generator | None) -> Tensor:
    return torch.rand(len(images), generator=generator) < 0.5  # (B)


def _moves(images: Tensor, generator: Generator | None, most: int = 2) -> Tensor:
    """Return how far each image moves up and to the left, `(B, 2)`."""
    return torch.randint(-most, most + 1, (len(images), 2), generator=generator)


def _changed(
    images: Tensor,
    flips: Iterable[Any],
    moves: Iterable[Any],
    axes: tuple[int, ...] = (-1,),
    far: int = 2,
) -> Tensor:
    """Flip each image along `axes` if its flip says so, and cut its window out; `far` to pad."""
    height, width = images.shape[2:]
    made = []
    for image, flip, move in zip(F.pad(images, (far,) * 4), flips, moves, strict=True):
        up, left = int(move[0]) + far, int(move[1]) + far
        window = image[:, up : up + height, left : left + width]
        made.append(window.flip(axes) if flip else window)
    return torch.stack(made)  # (B, 1, H, W)


prints_its_result("augment", see=DRAWS)


@mistake("augment", see=DRAWS)
def augment_flips_the_whole_batch(images: Tensor, generator: Generator) -> Tensor:
    """One draw decides for all images whether they are mirrored: in one step the model sees only
    plain shoes, in the next one only mirrored ones.

    How many draws does a batch of 64 images need, so that each has its own?
    """
    flip = torch.rand(1, generator=generator) < 0.5
    return _changed(images, flip.expand(len(images)), _moves(images, generator))


@mistake("augment", see=DRAWS)
def augment_moves_the_whole_batch(images: Tensor, generator: Generator) -> Tensor:
    """All images of a batch move in the same way: one draw decides how far down, and one how far to
    the right.

    Which of your draws gives a number for each image, and which gives one for all?
    """
    down, right = torch.randint(-2, 3, (2,), generator=generator).tolist()
    moved = images.roll((down, right), (2, 3))
    return _changed(moved, _flips(images, generator), torch.zeros(len(images), 2))


@mistake("augment", see=DRAWS)
def augment_draws_once_for_the_batch(images: Tensor, generator: Generator) -> Tensor:
    """The whole batch is mirrored or not, and moved in one and the same way: nothing is drawn for
    each image.

    What would the model see in one step if each image had draws of its own?
    """
    flip = torch.rand(1, generator=generator) < 0.5
    down, right = torch.randint(-2, 3, (2,), generator=generator).tolist()
    moved = images.roll((down, right), (2, 3))
    return moved.flip(-1) if flip else moved


@mistake("augment", see=LABEL)
def augment_turns_upside_down(images: Tensor, generator: Generator) -> Tensor:
    """Your flip turns images upside down: it reads the rows backwards. Nobody photographs a coat
    like that, and the test images never ask for it.

    Which dimension has to be read backwards for left and right to change places?
    """
    return _changed(images, _flips(images, generator), _moves(images, generator), axes=(-2,))


@mistake("augment", see=LABEL)
def augment_turns_by_180_degrees(images: Tensor, generator: Generator) -> Tensor:
    """Images are turned by 180 degrees: rows and columns are both read backwards, so that they
    stand on their head.

    Along how many dimensions does a mirror flip?
    """
    return _changed(images, _flips(images, generator), _moves(images, generator), axes=(-2, -1))


@mistake("augment", see="01_data#reshape-is-not-permute")
def augment_swaps_rows_and_columns(images: Tensor, generator: Generator) -> Tensor:
    """Rows and columns change places in some of your images, so that these lie on their side.

    Which of your steps changes the order of the last two dimensions?
    """
    images = _changed(images, [False] * len(images), _moves(images, generator))
    flips = _flips(images, generator)[:, None, None, None]  # (B, 1, 1, 1)
    if images.shape[2] != images.shape[3]:
        return images
    return torch.where(flips, images.transpose(2, 3), images)


@mistake("augment", see=LABEL)
def augment_mixes_the_batch(images: Tensor, generator: Generator) -> Tensor:
    """The images come back in another order than they had. The labels stay where they are, so most
    images get the label of another one.

    How does whoever has the labels find out about the new order?
    """
    order = torch.randperm(len(images), generator=generator)
    return _changed(images[order], _flips(images, generator), _moves(images, generator))


@mistake("augment", see=GENERATOR)
def augment_without_the_generator(images: Tensor, generator: Generator) -> Tensor:
    """`generator` is never used: your draws come from a global random state, so nobody can have the
    same images again without setting the whole program back.

    Which argument tells a function of torch where to draw from?
    """
    return _changed(images, _flips(images, None), _moves(images, None))


@mistake("augment", see=GENERATOR)
def augment_moves_without_the_generator(images: Tensor, generator: Generator) -> Tensor:
    """The generator decides on a part of your draws only. The others come from a global random
    state, and are not the same when the generator is.

    Which of your lines draws, and does each of them know the generator?
    """
    moves = [(random.randint(-2, 2), random.randint(-2, 2)) for _ in images]
    return _changed(images, _flips(images, generator), moves)


@mistake("augment", see=GENERATOR)
def augment_flips_without_the_generator(images: Tensor, generator: Generator) -> Tensor:
    """Some of your draws come from the generator, and others from torch's global random state, as
    every draw does that is not told of a generator: so the same state of it gives other images.

    Which of your lines draws, and does each of them get the argument `generator`?
    """
    return _changed(images, _flips(images, None), _moves(images, generator))


@mistake("augment", see=GENERATOR)
def augment_sets_the_generator_back(images: Tensor, generator: Generator) -> Tensor:
    """Each call draws the same numbers again, as when a seed is set in it: so each epoch sees the
    same copies, and the images of a place in the batch always go the same way.

    What does a generator do by itself between two draws?
    """
    generator.manual_seed(42)
    return _changed(images, _flips(images, generator), _moves(images, generator))


@mistake("augment", see=GENERATOR)
def augment_from_the_first_seed(images: Tensor, generator: Generator) -> Tensor:
    """Every call with one generator gives the same draws: you take the seed that it began with, and
    not what it draws next.

    What moves on with each draw, the seed of a generator or its state?
    """
    own = torch.Generator().manual_seed(generator.initial_seed())
    return _changed(images, _flips(images, own), _moves(images, own))


@mistake("augment", see=DRAWS)
def augment_does_nothing(images: Tensor, generator: Generator) -> Tensor:
    """The images come back as they were: none is mirrored and none is moved, whatever the generator
    is.

    Which of your lines makes the tensor that you return?
    """
    _changed(images, _flips(images, generator), _moves(images, generator))
    return images.clone()


@mistake("augment", see=DRAWS)
def augment_mirrors_by_place(images: Tensor, generator: Generator) -> Tensor:
    """Whether an image is mirrored is not drawn: the same image at the same place goes the same way
    in every call. It follows from its place in the batch or from its pixels.

    Which of your lines decides on the mirror, and does it ask the generator?
    """
    flips = [place % 2 for place in range(len(images))]
    return _changed(images, flips, _moves(images, generator))


@mistake("augment", see=DRAWS)
def augment_moves_by_place(images: Tensor, generator: Generator) -> Tensor:
    """Where an image moves is not drawn: the same image at the same place moves the same way in
    every call. It follows from its place in the batch or from its pixels.

    Which of your lines decides on the move, and does it ask the generator?
    """
    moves = [(place // 5 % 5 - 2, place % 5 - 2) for place in range(len(images))]
    return _changed(images, _flips(images, generator), moves)


@mistake("augment", see="01_data#a-view-is-not-a-copy")
def augment_writes_into_the_images(images: Tensor, generator: Generator) -> Tensor:
    """You write the changed images into the tensor that was passed. Whoever holds the photos as one
    tensor finds them changed, and in the next epoch changes the changed ones.

    Into which tensor could you write instead?
    """
    images.copy_(_changed(images, _flips(images, generator), _moves(images, generator)))
    return images


@mistake("augment", see="01_data#a-view-is-not-a-copy")
def augment_mirrors_in_place(images: Tensor, generator: Generator) -> Tensor:
    """The images that were passed are mirrored themselves, and moved copies are returned: an
    assignment to a part of `images` changes the caller's tensor.

    What does `images[chosen] = …` change, and who else holds that tensor?
    """
    chosen = _flips(images, generator)
    images[chosen] = images[chosen].flip(-1)
    return _changed(images, [False] * len(images), _moves(images, generator))


@mistake("augment", see=DRAWS)
def augment_moves_by_3_pixels(images: Tensor, generator: Generator) -> Tensor:
    """Some of your images move by 3 pixels; the task allows 2.

    Which is the largest number that your draw can give?
    """
    flips, moves = _flips(images, generator), _moves(images, generator, most=3)
    return _changed(images, flips, moves, far=3)


@mistake("augment", see=DRAWS)
def augment_moves_by_4_pixels(images: Tensor, generator: Generator) -> Tensor:
    """Some of your images move by 4 pixels, as when 4 are added on each side and a window may begin
    anywhere. The task allows 2.

    How many pixels of padding let an image move by 2, and in how many rows may a window begin?
    """
    flips, moves = _flips(images, generator), _moves(images, generator, most=4)
    return _changed(images, flips, moves, far=4)


@mistake("augment", see=DRAWS)
def augment_moves_by_1_pixel(images: Tensor, generator: Generator) -> Tensor:
    """No image moves by more than 1 pixel; the task asks for up to 2.

    Which numbers can your draw give, and which of them is no move?
    """
    return _changed(images, _flips(images, generator), _moves(images, generator, most=1))


@mistake("augment", see=DRAWS)
def augment_leaves_out_the_end(images: Tensor, generator: Generator) -> Tensor:
    """No image moves up or to the left by 2 pixels: the last of five values never comes up.
    `randint` leaves out its upper end.

    How many values has `torch.randint(0, 4, …)`, and which is the largest?
    """
    moves = torch.randint(-2, 2, (len(images), 2), generator=generator)
    return _changed(images, _flips(images, generator), moves)


@mistake("augment", see=DRAWS)
def augment_leaves_out_the_end_down(images: Tensor, generator: Generator) -> Tensor:
    """No image moves down or to the right by 2 pixels: the last of five values never comes up.
    `randint` leaves out its upper end.

    How many values has `torch.randint(-2, 2, …)`, and which is the largest?
    """
    moves = torch.randint(-1, 3, (len(images), 2), generator=generator)
    return _changed(images, _flips(images, generator), moves)


@mistake("augment", see=DRAWS)
def augment_moves_down_and_right_only(images: Tensor, generator: Generator) -> Tensor:
    """Your images move down and to the right, never up or to the left, so that on average they all
    hang in a corner.

    Which values can your draw have, and which of them should be no move?
    """
    moves = -torch.randint(0, 3, (len(images), 2), generator=generator)
    return _changed(images, _flips(images, generator), moves)


@mistake("augment", see=DRAWS)
def augment_moves_up_and_left_only(images: Tensor, generator: Generator) -> Tensor:
    """Your images move up and to the left, never down or to the right, so that on average they all
    hang in a corner.

    Which values can your draw have, and which of them should be no move?
    """
    moves = torch.randint(0, 3, (len(images), 2), generator=generator)
    return _changed(images, _flips(images, generator), moves)


@mistake("augment", see=DRAWS)
def augment_moves_down_alone(images: Tensor, generator: Generator) -> Tensor:
    """Your images move up and down, and never to the side; the task asks for both.

    How many draws does an image need to move down and to the right?
    """
    moves = _moves(images, generator) * torch.tensor([1, 0])
    return _changed(images, _flips(images, generator), moves)


@mistake("augment", see=DRAWS)
def augment_moves_sideways_alone(images: Tensor, generator: Generator) -> Tensor:
    """Your images move to the left and to the right, and never up or down; the task asks for both.

    How many draws does an image need to move down and to the right?
    """
    moves = _moves(images, generator) * torch.tensor([0, 1])
    return _changed(images, _flips(images, generator), moves)


@mistake("augment", see=DRAWS)
def augment_only_mirrors(images: Tensor, generator: Generator) -> Tensor:
    """None of your images moves: the task asks for a mirror and a move.

    What does the task ask for besides the mirror?
    """
    flips = _flips(images, generator)[:, None, None, None]  # (B, 1, 1, 1)
    return torch.where(flips, images.flip(-1), images)


@mistake("augment", see=DRAWS)
def augment_moves_along_the_diagonal(images: Tensor, generator: Generator) -> Tensor:
    """Each of your images moves as far down as to the right: one draw decides on both, so that only
    5 of the 25 ways come up.

    How many draws does an image need to move 2 down and 1 to the left?
    """
    moves = _moves(images, generator)
    return _changed(images, _flips(images, generator), moves[:, [0, 0]])


@mistake("augment", see=DRAWS)
def augment_mirrors_or_moves(images: Tensor, generator: Generator) -> Tensor:
    """Your mirrored images never move: each image is either mirrored or moved. The task asks for
    both, independent of each other.

    What may happen to an image that has just been mirrored?
    """
    flips = _flips(images, generator)
    moves = _moves(images, generator) * ~flips[:, None]
    return _changed(images, flips, moves)


@mistake("augment", see=LABEL)
def augment_always_mirrors(images: Tensor, generator: Generator) -> Tensor:
    """All of your images are mirrored, so that the model sees none as it is; the test images are
    not mirrored.

    What decides in your code whether an image is mirrored?
    """
    return _changed(images, [True] * len(images), _moves(images, generator))


@mistake("augment", see=LABEL)
def augment_never_mirrors(images: Tensor, generator: Generator) -> Tensor:
    """Your images are moved, but none of them is mirrored: that happens, for instance, if a batch
    is flipped along dimension 1, which counts the channels, and there is one.

    Which dimension counts the columns, and which of your lines reads it backwards?
    """
    return _changed(images, [False] * len(images), _moves(images, generator))


@mistake("augment", see=DRAWS)
def augment_mirrors_too_few(images: Tensor, generator: Generator) -> Tensor:
    """Fewer than half of your images are mirrored; the task asks for a chance of one half.

    With what do you compare the number that you drew?
    """
    flips = torch.rand(len(images), generator=generator) < 0.1
    return _changed(images, flips, _moves(images, generator))


@mistake("augment", see=DRAWS)
def augment_mirrors_too_many(images: Tensor, generator: Generator) -> Tensor:
    """More than half of your images are mirrored; the task asks for a chance of one half.

    Which values can your draw have, and for how many of them do you mirror?
    """
    flips = torch.randint(0, 3, (len(images),), generator=generator)
    return _changed(images, flips, _moves(images, generator))


@mistake("augment", see=DRAWS)
def augment_moves_by_parts_of_pixels(images: Tensor, generator: Generator) -> Tensor:
    """Your pixels are computed anew, as by a move of parts of a pixel, a turn or a zoom: each is a
    mixture of neighbours, so that the photo is blurred. The task asks for moves by whole pixels.

    Which of your steps makes new values for pixels, and which draws may it get?
    """
    count = len(images)
    shifts = 4 * torch.rand(count, 2, generator=generator) - 2  # (B, 2)
    flips = 1.0 - 2.0 * _flips(images, generator)  # (B): 1 or -1
    theta = torch.zeros(count, 2, 3)
    theta[:, 0, 0], theta[:, 1, 1] = flips, 1.0
    theta[:, :, 2] = 2 * shifts / torch.tensor(images.shape[2:])
    grid = F.affine_grid(theta, list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)


@mistake("augment", see=DRAWS)
def augment_keeps_the_padding(images: Tensor, generator: Generator) -> Tensor:
    """Your images are 4 pixels higher and wider than they were, as after padding by 2 on each side.
    A window of the old size has to be cut out of each.

    How many rows has an image of 28 rows with 2 more on either side?
    """
    padded = F.pad(images, (2, 2, 2, 2))
    return _changed(padded, _flips(images, generator), _moves(images, generator))


@mistake("augment", see=DRAWS)
def augment_crops_too_much(images: Tensor, generator: Generator) -> Tensor:
    """Your images are smaller than they were, by 4 pixels each way, as when a window is cut out of
    images that were not padded. A model for 28 x 28 can't take them.

    From how many rows do you cut a window of 28 rows, if it may begin in five of them?
    """
    height, width = images.shape[2:]
    starts = torch.randint(0, 5, (len(images), 2), generator=generator).tolist()
    flips = _flips(images, generator)
    cut = [
        image[:, up : up + height - 4, left : left + width - 4]
        for image, (up, left) in zip(images, starts, strict=True)
    ]
    made = [each.flip(-1) if flip else each for each, flip in zip(cut, flips, strict=True)]
    return torch.stack(made)


@mistake("augment", see="01_data#shapes-carry-meaning")
def augment_for_28_pixels_only(images: Tensor, generator: Generator) -> Tensor:
    """Your code relies on images of 28 x 28 pixels. Of other ones it makes images of another size,
    or stops with an error.

    Which entries of `images.shape` are the height and the width?
    """
    made = []
    for image, flip in zip(F.pad(images, (2, 2, 2, 2)), _flips(images, generator), strict=True):
        up, left = torch.randint(0, 5, (2,), generator=generator).tolist()
        window = image[:, up : up + 28, left : left + 28]
        made.append(window.flip(-1) if flip else window)
    return torch.stack([each[:, :28, :28] for each in made])


@mistake("augment", see="01_data#shapes-carry-meaning")
def augment_for_64_images_only(images: Tensor, generator: Generator) -> Tensor:
    """Your code relies on batches of 64 images, so it stops with an error at the last batch of an
    epoch, which is smaller.

    How many images are left in the last batch if 60,000 are cut into batches of 64?
    """
    flips = (torch.rand(64, generator=generator) < 0.5)[:, None, None, None]  # (64, 1, 1, 1)
    mirrored = torch.where(flips, images.flip(-1), images)
    return _changed(mirrored, [False] * len(images), _moves(images, generator))


@mistake("augment", see="01_data#shapes-carry-meaning")
def augment_without_the_channel(images: Tensor, generator: Generator) -> Tensor:
    """The dimension of the channel is gone: (B, 1, H, W) became (B, H, W). A convolution can't take
    such a batch.

    Which of your steps takes away a dimension of length 1?
    """
    made = _changed(images, _flips(images, generator), _moves(images, generator))
    return made[:, 0]


@mistake("augment", see="01_data#shapes-carry-meaning")
def augment_returns_a_list(images: Tensor, generator: Generator) -> Any:
    """You return a list of images; a model takes one tensor (B, 1, H, W).

    Which function of torch makes one tensor of many that have the same shape?
    """
    return list(_changed(images, _flips(images, generator), _moves(images, generator)))


@mistake("augment", see="01_data#shapes-carry-meaning")
def augment_adds_to_the_batch(images: Tensor, generator: Generator) -> Tensor:
    """The batch comes back twice as long, as when the changed images are appended to the plain
    ones. There are not so many labels, and the task asks for as many images as came.

    How many images should a batch of 64 have afterwards?
    """
    made = _changed(images, _flips(images, generator), _moves(images, generator))
    return torch.cat([images, made])


@mistake("augment", see="01_data#pixels-from-0-to-255-become-0-to-1")
def augment_in_float64(images: Tensor, generator: Generator) -> Tensor:
    """Your images come back as float64, as after a detour by numpy or after `.double()`. The
    weights of a model are float32, and a convolution refuses to mix both.

    Which of your steps makes numbers of another dtype?
    """
    made = np.zeros(images.shape)
    made[:] = _changed(images, _flips(images, generator), _moves(images, generator)).numpy()
    return torch.from_numpy(made)


@mistake("augment", see=LABEL)
def augment_cuts_negative_pixels_off(images: Tensor, generator: Generator) -> Tensor:
    """The pixels of your images are not those that came: other than moved, some have other values.
    The task changes where a pixel is, not what it is.

    Which of your steps computes with the values of pixels?
    """
    made = _changed(images, _flips(images, generator), _moves(images, generator))
    return made.clamp(0, 1)


@mistake("augment", see=GENERATOR)
def augment_by_a_transform(images: Tensor, generator: Generator) -> Tensor:
    """A transform of torchvision draws for itself, from torch's global random state, and once for
    the whole batch: the generator decides nothing.

    Which functions of `v2.functional` do the same without drawing anything?
    """
    change = v2.Compose([v2.RandomHorizontalFlip(), v2.RandomCrop(images.shape[2:], padding=2)])
    changed: Tensor = change(images)
    return changed


@mistake("augment", see=GENERATOR, craft=True)
def augment_sets_the_global_seed(images: Tensor, generator: Generator) -> Tensor:
    """Your call sets the global random state anew, by a number that it drew from the generator. All
    that is drawn after it, by dropout for example, then follows from that number.

    Could each of your draws take the generator itself?
    """
    torch.manual_seed(int(torch.randint(2**31, (), generator=generator)))
    return _changed(images, _flips(images, None), _moves(images, None))
