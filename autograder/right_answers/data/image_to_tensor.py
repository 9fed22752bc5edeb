"""Right answers to `image_to_tensor` in unusual styles."""

import numpy as np
import torch
from torchvision.transforms import functional as classic
from torchvision.transforms import v2

from autograder.right_answers import right
from autograder.right_answers.data.shared import BadInput


def require_a_picture(image):
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("image must be uint8 (H, W)")


@right("image_to_tensor")
def image_to_tensor_by_torch_alone(image):
    """Converts with torch; the tensor shares the array's memory until `float` copies it."""
    require_a_picture(image)
    return torch.from_numpy(image).float().unsqueeze(0) / 255


@right("image_to_tensor")
def image_to_tensor_in_float64_until_the_end(image):
    """Divides in float64 and indexes with None."""
    require_a_picture(image)
    return torch.tensor((image / 255.0)[None, :, :], dtype=torch.float32)


@right("image_to_tensor")
def image_to_tensor_with_to_image(image):
    """Returns torchvision's own kind of tensor, a subclass."""
    require_a_picture(image)
    return v2.functional.to_dtype(v2.functional.to_image(image), torch.float32, scale=True)


@right("image_to_tensor")
def image_to_tensor_with_the_classic_function(image):
    """Uses torchvision's first version."""
    require_a_picture(image)
    return classic.to_tensor(image)


@right("image_to_tensor")
def image_to_tensor_through_lists(image):
    """Goes through Python lists and multiplies instead of dividing."""
    if str(image.dtype) != "uint8":
        raise ValueError(f"image is {image.dtype}")
    if len(image.shape) != 2:
        raise ValueError(f"image has shape {image.shape}")
    return torch.tensor([[[pixel * (1 / 255) for pixel in row] for row in image.tolist()]])


@right("image_to_tensor")
def image_to_tensor_in_place_on_a_copy(image, scale=255):
    """Works in place, but on its own copy; a view of the channel axis; an extra default."""
    require_a_picture(image)
    pixels = torch.as_tensor(image.copy()).to(torch.get_default_dtype())
    pixels /= scale
    return pixels.view(1, *image.shape)


def insist_on_a_picture(image):
    if not isinstance(image, np.ndarray) or image.dtype.name != "uint8" or image.ndim != 2:
        raise BadInput("pass a uint8 array (H, W)")


@right("image_to_tensor")
def image_to_tensor_by_table(image):
    """Looks every grey up in a table that is made once."""
    insist_on_a_picture(image)
    table = torch.arange(256, dtype=torch.float32) / 255
    return table[torch.from_numpy(image.astype(np.int64))].unsqueeze(0)


@right("image_to_tensor")
@torch.no_grad()
def image_to_tensor_lying_otherwise_in_memory(image):
    """Returns a tensor that is not contiguous."""
    insist_on_a_picture(image)
    return torch.tensor((image / np.float32(255)).T.copy(), dtype=torch.float32).T.unsqueeze(0)


@right("image_to_tensor")
def image_to_tensor_into_its_own_tensor(image):
    """Fills a new tensor row by row, and divides it in place."""
    insist_on_a_picture(image)
    tensor = torch.empty(1, *image.shape)
    for place, row in enumerate(image):
        tensor[0, place] = torch.tensor(row.tolist())
    return tensor.div_(255)


@right("image_to_tensor", craft=False)
def image_to_tensor_in_short(image):
    """The core alone, in one line."""
    return torch.tensor(image / 255, dtype=torch.float32).unsqueeze(0)


@right("image_to_tensor", craft=False)
def image_to_tensor_step_by_step(image):
    """A newcomer's way: a name for each step, `reshape` for the channel."""
    height, width = image.shape
    tensor = torch.from_numpy(image)
    tensor = tensor.type(torch.float32)
    tensor = tensor / 255.0
    return tensor.reshape(1, height, width)


@right("image_to_tensor", craft=False)
def image_to_tensor_with_a_transform(image):
    """Leaves everything to a transform of torchvision."""
    turn = v2.Compose([v2.ToImage(), v2.ToDtype(torch.float32, scale=True)])
    return turn(image)
