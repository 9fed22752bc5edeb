"""Right answers to `conv2d` in unusual styles."""

import itertools

import numpy as np
import torch
import torch.nn.functional as F

from autograder.right_answers import right


def require_shapes(images, kernels):
    if images.ndim != 4 or kernels.ndim != 4:
        raise ValueError("images and kernels must have 4 dimensions each")
    if images.shape[1] != kernels.shape[1]:
        raise ValueError("images and kernels must have the same number of channels")
    if kernels.shape[-1] < 1 or kernels.shape[-1] > min(images.shape[2:]):
        raise ValueError("kernels must fit into the image")


@right("conv2d")
def conv2d_with_six_loops(images, kernels):
    """One product at a time, in a list that is stacked at the end."""
    require_shapes(images, kernels)
    (count, channels, height, width), (maps, _, k, _) = images.shape, kernels.shape
    values = []
    for b, o in itertools.product(range(count), range(maps)):
        for y, x in itertools.product(range(height - k + 1), range(width - k + 1)):
            total = 0
            for c, i, j in itertools.product(range(channels), range(k), range(k)):
                total = total + images[b, c, y + i, x + j] * kernels[o, c, i, j]
            values.append(total)
    return torch.stack(values).reshape(count, maps, height - k + 1, width - k + 1)


@right("conv2d")
def conv2d_window_by_window(images, kernels):
    """Fills an empty tensor in place, one window of all images and kernels at a time."""
    require_shapes(images, kernels)
    k = kernels.shape[-1]
    rows, columns = images.shape[2] - k + 1, images.shape[3] - k + 1
    result = images.new_empty(len(images), len(kernels), rows, columns)
    for y in range(rows):
        for x in range(columns):
            window = images[:, None, :, y : y + k, x : x + k]
            result[:, :, y, x] = (window * kernels).sum(dim=(2, 3, 4))
    return result


@right("conv2d")
def conv2d_of_shifted_images(images, kernels):
    """Adds up k x k shifted images, each weighted by one place of the kernel."""
    require_shapes(images, kernels)
    k = kernels.shape[2]
    rows, columns = images.shape[2] - k + 1, images.shape[3] - k + 1
    return sum(
        torch.einsum(
            "bchw,oc->bohw", images[:, :, i : i + rows, j : j + columns], kernels[..., i, j]
        )
        for i in range(k)
        for j in range(k)
    )


@right("conv2d")
def conv2d_by_columns(images, kernels):
    """Turns windows into columns, and the convolution into one product of matrices."""
    require_shapes(images, kernels)
    k = kernels.shape[2]
    columns = F.unfold(images, k)
    result = kernels.flatten(1) @ columns
    return result.unflatten(2, (images.shape[2] - k + 1, images.shape[3] - k + 1))


@right("conv2d")
def conv2d_of_strided_views(images, kernels):
    """Makes the windows with as_strided, and sums with tensordot."""
    require_shapes(images, kernels)
    count, channels, height, width = images.shape
    k = kernels.shape[2]
    b, c, y, x = images.stride()
    sizes = (count, channels, height - k + 1, width - k + 1, k, k)
    windows = images.as_strided(sizes, (b, c, y, x, y, x), images.storage_offset())
    return torch.tensordot(windows, kernels, dims=([1, 4, 5], [1, 2, 3])).permute(0, 3, 1, 2)


@right("conv2d")
def conv2d_in_frequencies(images, kernels):
    """Multiplies Fourier transforms in float64; the conjugate makes it a cross-correlation."""
    require_shapes(images, kernels)
    k, size = kernels.shape[2], images.shape[2:]
    waves, patterns = torch.fft.rfft2(images.double()), torch.fft.rfft2(kernels.double(), s=size)
    mixed = (waves.unsqueeze(1) * patterns.conj()).sum(2)
    whole = torch.fft.irfft2(mixed, s=size).to(images.dtype)
    return whole[..., : size[0] - k + 1, : size[1] - k + 1]


def require_places(images, kernels):
    if images.ndim != 4 or kernels.ndim != 4 or images.shape[1] != kernels.shape[1]:
        raise ValueError("shapes")
    if kernels.shape[2] > min(images.shape[2:]):
        raise ValueError("kernels")


@right("conv2d")
def conv2d_by_indices(images, kernels):
    """Picks the windows with index tensors, which are made on the default device."""
    require_places(images, kernels)
    k = kernels.shape[2]
    rows = torch.arange(images.shape[2] - k + 1)[:, None] + torch.arange(k)
    columns = torch.arange(images.shape[3] - k + 1)[:, None] + torch.arange(k)
    windows = images[:, :, rows[:, None, :, None], columns[None, :, None, :]]
    return torch.einsum("bcyxij,ocij->boyx", windows, kernels)


@right("conv2d")
def conv2d_in_a_copy_on_the_cpu(images, kernels):
    """Fills a tensor on the CPU in float64 and hands back what was asked for."""
    require_places(images, kernels)
    k = kernels.shape[2]
    rows, columns = images.shape[2] - k + 1, images.shape[3] - k + 1
    result = torch.zeros(len(images), len(kernels), rows, columns, dtype=torch.float64)
    for y in range(rows):
        for x in range(columns):
            window = images[:, :, y : y + k, x : x + k].flatten(1)
            result[:, :, y, x] = (window.double() @ kernels.flatten(1).double().T).cpu()
    return result.to(images)


def _fit(images, kernels):
    if images.dim() != 4 or kernels.dim() != 4:
        raise ValueError("pass four dimensions each")
    if images.shape[1] != kernels.shape[1]:
        raise ValueError("the channels differ")
    if kernels.shape[-1] > min(images.shape[2:]) or kernels.shape[-1] < 1:
        raise ValueError("the kernel does not fit")


@right("conv2d")
def conv2d_over_the_kernel(images, kernels):
    """Loops over the places in the kernel and adds up shifted images."""
    _fit(images, kernels)
    k = kernels.shape[-1]
    rows, columns = images.shape[2] - k + 1, images.shape[3] - k + 1
    result = 0
    for i, j in itertools.product(range(k), repeat=2):
        shifted = images[:, :, i : i + rows, j : j + columns]
        result = result + torch.einsum("bchw,oc->bohw", shifted, kernels[:, :, i, j])
    return result


@right("conv2d")
def conv2d_over_the_places(images, kernels):
    """Four loops and a table that is filled, with the dtype of the images."""
    _fit(images, kernels)
    k = kernels.size(2)
    rows, columns = images.size(2) - k + 1, images.size(3) - k + 1
    result = images.new_zeros(len(images), len(kernels), rows, columns)
    for b, o, y, x in np.ndindex(*result.shape):
        result[b, o, y, x] = (images[b, :, y : y + k, x : x + k] * kernels[o]).sum()
    return result


@right("conv2d")
def conv2d_by_unfold(images, kernels):
    """`F.unfold` and one matrix product."""
    _fit(images, kernels)
    k = kernels.shape[-1]
    columns = F.unfold(images, kernel_size=k)
    maps = kernels.flatten(1) @ columns
    return maps.view(images.shape[0], -1, images.shape[2] - k + 1, images.shape[3] - k + 1)


@right("conv2d")
def conv2d_with_as_strided(images, kernels):
    """Windows by strides, `tensordot` for the sum."""
    _fit(images, kernels)
    k = kernels.shape[-1]
    images = images.contiguous()
    b, c, h, w = images.shape
    sb, sc, sh, sw = images.stride()
    shape, stride = (b, c, h - k + 1, w - k + 1, k, k), (sb, sc, sh, sw, sh, sw)
    windows = images.as_strided(shape, stride)
    return torch.tensordot(windows, kernels, dims=([1, 4, 5], [1, 2, 3])).permute(0, 3, 1, 2)


@right("conv2d")
def conv2d_by_fourier(images, kernels):
    """Multiplies in the frequency domain, where a correlation has the kernel conjugated."""
    _fit(images, kernels)
    h, w = images.shape[2:]
    k = kernels.shape[-1]
    product = torch.einsum(
        "bcyx,ocyx->boyx", torch.fft.rfft2(images), torch.fft.rfft2(kernels, s=(h, w)).conj()
    )
    return torch.fft.irfft2(product, s=(h, w))[:, :, : h - k + 1, : w - k + 1]


class _Correlation(torch.autograd.Function):
    @staticmethod
    def forward(ctx, images, kernels):
        ctx.save_for_backward(images, kernels)
        return conv2d_over_the_kernel(images, kernels)

    @staticmethod
    def backward(ctx, upstream):
        images, kernels = ctx.saved_tensors
        k = kernels.shape[-1]
        padded = F.pad(upstream, (k - 1,) * 4)
        to_images = conv2d_over_the_kernel(padded, kernels.flip(2, 3).transpose(0, 1))
        rows, columns = upstream.shape[2:]
        to_kernels = torch.empty_like(kernels)
        for i, j in itertools.product(range(k), repeat=2):
            window = images[:, :, i : i + rows, j : j + columns]
            to_kernels[:, :, i, j] = torch.einsum("boyx,bcyx->oc", upstream, window)
        return to_images, to_kernels


@right("conv2d")
def conv2d_with_its_own_backward(images, kernels):
    """An autograd function with a backward of its own."""
    _fit(images, kernels)
    return _Correlation.apply(images, kernels)


@right("conv2d", craft=False)
def conv2d_short(images, kernels):
    """Has the core alone."""
    k = kernels.shape[-1]
    windows = images.unfold(2, k, 1).unfold(3, k, 1)
    return torch.einsum("bcyxij,ocij->boyx", windows, kernels)


@right("conv2d", craft=False)
def conv2d_of_a_newcomer(images, kernels):
    """Six loops in all, and a table of zeros with torch's own dtype."""
    B, C, H, W = images.shape  # noqa: N806
    O, _, k, _ = kernels.shape  # noqa: E741, N806
    out = torch.zeros(B, O, H - k + 1, W - k + 1)
    for b in range(B):
        for o in range(O):
            for y in range(H - k + 1):
                for x in range(W - k + 1):
                    for c in range(C):
                        patch = images[b, c, y : y + k, x : x + k]
                        out[b, o, y, x] += torch.sum(patch * kernels[o, c])
    return out


@right("conv2d", craft=False)
def conv2d_place_by_place(images, kernels):
    """Two loops over the places of the result, which are stacked at the end."""
    k = kernels.shape[2]
    rows = []
    for y in range(images.shape[2] - k + 1):
        row = []
        for x in range(images.shape[3] - k + 1):
            window = images[:, :, y : y + k, x : x + k].unsqueeze(1)
            row.append((window * kernels).sum(dim=(2, 3, 4)))
        rows.append(torch.stack(row, dim=-1))
    return torch.stack(rows, dim=2)
