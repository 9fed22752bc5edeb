"""Wrong answers to `image_to_tensor`."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from autograder.mistakes import mistake
from autograder.mistakes.siblings import prints_its_result, refuses_otherwise


@mistake("image_to_tensor", see="01_data#pixels-from-0-to-255-become-0-to-1")
def image_to_tensor_in_0_to_255(image: NDArray[np.uint8]) -> Tensor:
    """Your pixels go up to 255: the dtype is float now, but the pixels were not scaled. A model
    would start with logits hundreds of times too large.

    Which number must every pixel be divided by so that white becomes 1?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    return torch.from_numpy(image).float().unsqueeze(0)


@mistake("image_to_tensor", see="01_data#pixels-from-0-to-255-become-0-to-1")
def image_to_tensor_scaled_twice(image: NDArray[np.uint8]) -> Tensor:
    """Your brightest pixel is 0.004, as if the image was divided by 255 twice: every picture looks
    black to the model.

    By which number are the pixels divided in all?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    scaled = image.astype(np.float32) / 255
    return torch.from_numpy(scaled).unsqueeze(0) / 255


@mistake("image_to_tensor", see="01_data#pixels-from-0-to-255-become-0-to-1")
def image_to_tensor_divided_by_256(image: NDArray[np.uint8]) -> Tensor:
    """A white pixel becomes 0.996, as with a division by 256, the number of grey levels; but the
    brightest of them is 255.

    What is 255 divided by, to give exactly 1?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    return torch.from_numpy(image.astype(np.float32) / 256).unsqueeze(0)


@mistake("image_to_tensor", see="01_data#pixels-from-0-to-255-become-0-to-1")
def image_to_tensor_divided_by_its_maximum(image: NDArray[np.uint8]) -> Tensor:
    """You divide by the image's own brightest pixel, so a dark picture comes out as bright as a
    white one, and an all-black one as nan. The same grey must always give the same number.

    Which fixed number is the brightest that any uint8 picture can hold?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    pixels = torch.from_numpy(image.astype(np.float32)).unsqueeze(0)
    return pixels / pixels.max()


@mistake("image_to_tensor", see="01_data#pixels-from-0-to-255-become-0-to-1")
def image_to_tensor_in_minus_1_to_1(image: NDArray[np.uint8]) -> Tensor:
    """Your pixels range from -1 to 1: black became -1. Centring is the job of the transform later
    on, with the mean of the training images; here black is 0.

    Which of your steps moves black away from 0, and does the task ask for it?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    return torch.from_numpy(image.astype(np.float32) / 127.5 - 1).unsqueeze(0)


@mistake("image_to_tensor", see="01_data#bytes-wrap-around")
def image_to_tensor_as_bytes(image: NDArray[np.uint8]) -> Tensor:
    """Your result is uint8, which holds whole numbers only: of the greys from 0 to 1 it can keep
    black and white alone.

    Which type can hold 0.2, and is it the type of your result?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    return torch.from_numpy((image / 255).astype(np.uint8)).unsqueeze(0)


@mistake("image_to_tensor", see="01_data#bytes-wrap-around")
def image_to_tensor_wraps_around(image: NDArray[np.uint8]) -> Tensor:
    """White turns black, as happens in the arithmetic of uint8: 255 + 1 does not fit and becomes 0.

    What comes first, the arithmetic or the new type?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    return ((torch.from_numpy(image) + 1).float() / 256).unsqueeze(0)


@mistake("image_to_tensor", see="01_data#shapes-carry-meaning")
def image_to_tensor_in_float64(image: NDArray[np.uint8]) -> Tensor:
    """Your result is float64, as a uint8 array is after a division; but the weights of a layer are
    float32, and the first convolution would refuse your image.

    Where can you ask for float32?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    return torch.from_numpy(image / 255).unsqueeze(0)


@mistake("image_to_tensor", see="01_data#shapes-carry-meaning")
def image_to_tensor_without_channel(image: NDArray[np.uint8]) -> Tensor:
    """Conv2d wants (1, H, W); you return (H, W), so a batch of your images would lose an axis and
    be read as one image with many channels.

    Which method of a tensor adds an axis of length 1, and at which place?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    return torch.from_numpy(image.astype(np.float32) / 255)


@mistake("image_to_tensor", see="01_data#shapes-carry-meaning")
def image_to_tensor_channel_last(image: NDArray[np.uint8]) -> Tensor:
    """You return (H, W, 1), as image files and matplotlib have it; PyTorch's layers want the
    channel first and would read H channels.

    At which place does the axis of the channel belong?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    return torch.from_numpy(image.astype(np.float32) / 255).unsqueeze(-1)


@mistake("image_to_tensor", see="01_data#shapes-carry-meaning")
def image_to_tensor_with_a_batch_axis(image: NDArray[np.uint8]) -> Tensor:
    """You return (1, 1, H, W), a batch of one image. The loader adds the batch axis itself when it
    stacks images, and yours would then be one too many.

    How many dimensions does one image with one channel have?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    return torch.from_numpy(image.astype(np.float32) / 255)[None, None]


@mistake("image_to_tensor", see="01_data#shapes-carry-meaning")
def image_to_tensor_turned_on_its_side(image: NDArray[np.uint8]) -> Tensor:
    """A picture of 5 rows and 7 columns comes back with 7 rows and 5 columns: height and width are
    exchanged.

    What do the two axes of the array stand for, and which of them comes first in (1, H, W)?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    return torch.from_numpy(image.T.astype(np.float32) / 255).unsqueeze(0)


@mistake("image_to_tensor", see="01_data#shapes-carry-meaning")
def image_to_tensor_for_28_pixels_only(image: NDArray[np.uint8]) -> Tensor:
    """Only images of 28 x 28 pixels fit: one of any other size breaks your code or comes back cut
    up.

    Where can you read the height and width of the picture that the caller passed?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    return torch.from_numpy(image.astype(np.float32) / 255).reshape(1, 28, 28)


@mistake("image_to_tensor", see="01_data#a-view-is-not-a-copy")
def image_to_tensor_reshapes_the_callers_array(image: NDArray[np.uint8]) -> Tensor:
    """You changed the shape of the caller's own array: `resize` of an array and an assignment to
    `shape` work in place. Whoever passed the image finds it with another shape afterwards.

    Which operation returns an array of another shape and leaves the old one as it is?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    image.resize((1, *image.shape), refcheck=False)
    return torch.from_numpy(image.astype(np.float32) / 255)


@mistake("image_to_tensor", see="01_data#a-view-is-not-a-copy")
def image_to_tensor_divides_in_place(image: NDArray[np.uint8]) -> Tensor:
    """You divided the caller's array itself: its original pixels are lost, and a second call gets
    other values.

    Which operators end in an equals sign, and what do they change?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    image //= 255
    return torch.from_numpy(image).float().unsqueeze(0)


@mistake("image_to_tensor", see="01_data#shapes-carry-meaning", craft=True)
def image_to_tensor_takes_anything(image: NDArray[np.uint8]) -> Tensor:
    """An array that is not a greyscale image is accepted without an error: a float image, which may
    be scaled already, or a colour image, which has one dimension more.

    Which two properties must hold before you begin, and what do you raise if they don't?
    """
    return torch.from_numpy(image.astype(np.float32) / 255).unsqueeze(0)


@mistake("image_to_tensor", see="01_data#shapes-carry-meaning", craft=True)
def image_to_tensor_asserts(image: NDArray[np.uint8]) -> Tensor:
    """An image that does not fit ends in an AssertionError. `assert` is for errors of your own code
    and is switched off by `python -O`; wrong input of a caller is a ValueError.

    How do you raise an exception of your own choice?
    """
    assert image.dtype == np.uint8
    assert image.ndim == 2
    return torch.from_numpy(image.astype(np.float32) / 255).unsqueeze(0)


@mistake("image_to_tensor", see="01_data#pixels-from-0-to-255-become-0-to-1")
def image_to_tensor_stretches_each_picture(image: NDArray[np.uint8]) -> Tensor:
    """You stretch each picture from its own darkest pixel to its own brightest one, so the same
    grey gives another number in every picture, and a plain grey picture gives nan.

    Which two numbers are black and white in every uint8 picture?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    pixels = torch.from_numpy(image.astype(np.float32)).unsqueeze(0)
    return (pixels - pixels.min()) / (pixels.max() - pixels.min())


@mistake("image_to_tensor", see="01_data#pixels-from-0-to-255-become-0-to-1")
def image_to_tensor_scales_bright_pictures_only(image: NDArray[np.uint8]) -> Tensor:
    """A uint8 image that holds nothing but 0 and 1 is nearly black, and comes out with white spots,
    as if only bright images were divided by 255.

    Which property of the array says that its pixels range from 0 to 255: its dtype, or its values?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    pixels = torch.from_numpy(image.astype(np.float32)).unsqueeze(0)
    return pixels / 255 if pixels.max() > 1 else pixels


@mistake("image_to_tensor", see="01_data#bytes-wrap-around")
def image_to_tensor_divides_whole_numbers(image: NDArray[np.uint8]) -> Tensor:
    """Every pixel below 255 becomes 0, as with integer division (`//`) or a conversion to int
    afterwards: the image is black except for its white pixels.

    Which of the two division operators keeps the digits after the decimal point?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    return torch.from_numpy(image // 255).float().unsqueeze(0)


@mistake("image_to_tensor", see="01_data#shapes-carry-meaning")
def image_to_tensor_returns_an_array(image: NDArray[np.uint8]) -> NDArray[Any]:
    """You return a numpy array: a layer takes tensors only.

    Which function of torch makes a tensor out of an array?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    return (image.astype(np.float32) / 255)[np.newaxis]


@mistake("image_to_tensor", see="01_data#shapes-carry-meaning", craft=True)
def image_to_tensor_checks_the_type_only(image: NDArray[np.uint8]) -> Tensor:
    """Other types are refused, but not other numbers of dimensions: a colour image, (3, H, W),
    gives a result and no error.

    How many dimensions has one greyscale picture, and where does the array say how many it has?
    """
    if image.dtype != np.uint8:
        raise ValueError("image must be uint8")
    return torch.from_numpy(image.astype(np.float32) / 255).unsqueeze(0)


@mistake("image_to_tensor", see="01_data#shapes-carry-meaning", craft=True)
def image_to_tensor_checks_the_dimensions_only(image: NDArray[np.uint8]) -> Tensor:
    """Other numbers of dimensions are refused, but not other types: a float image, which may be
    scaled to 0..1 already, gives a result and no error.

    Which type must the pixels have for 255 to be white?
    """
    if image.ndim != 2:
        raise ValueError("image must be (H, W)")
    return torch.from_numpy(image.astype(np.float32) / 255).unsqueeze(0)


@mistake("image_to_tensor", see="01_data#shapes-carry-meaning", craft=True)
def image_to_tensor_takes_any_whole_numbers(image: NDArray[np.uint8]) -> Tensor:
    """Every integer dtype is accepted. An int64 image may hold values above 255 or below 0, which
    are no greys from 0 to 1 after the scaling.

    Which one integer dtype does the task name?
    """
    if not np.issubdtype(image.dtype, np.integer) or image.ndim != 2:
        raise ValueError("image must hold whole numbers and be (H, W)")
    return torch.from_numpy(image.astype(np.float32) / 255).unsqueeze(0)


@mistake("image_to_tensor", see="01_data#shapes-carry-meaning", craft=True)
def image_to_tensor_returns_the_error(image: NDArray[np.uint8]) -> Any:
    """The ValueError is returned, so the caller gets an exception object where a tensor is asked
    for, and goes on with it. Only `raise` ends the call.

    Which statement passes an exception on to the caller?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        return ValueError(f"image is {image.dtype} {image.shape}: pass uint8 of shape (H, W)")
    return torch.from_numpy(image.astype(np.float32) / 255).unsqueeze(0)


@mistake(
    "image_to_tensor",
    see="01_data#pixels-from-0-to-255-become-0-to-1",
    both=("image_to_tensor_in_0_to_255", "image_to_tensor_without_channel"),
)
def image_to_tensor_as_it_is(image: NDArray[np.uint8]) -> Tensor:
    """Only the dtype changed: the pixels still go up to 255, and (H, W) has no channel.

    Which two things does a layer expect of an image besides float32?
    """
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")
    return torch.from_numpy(image).float()


refuses_otherwise(
    "image_to_tensor",
    "01_data#shapes-carry-meaning",
    but=["_asserts", "_returns_the_error"],
)
prints_its_result("image_to_tensor", "01_data#shapes-carry-meaning")
