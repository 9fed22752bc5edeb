"""Training by several processes that `torchrun` started, one for each GPU or part of a CPU.

Each has the whole model and a share of every batch. Gradients are averaged over the whole batch
before each step, so that all processes take the step that one alone would take.
"""

import contextlib
import os
from collections.abc import Iterator
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel
from torch.optim import Optimizer
from torch.optim.optimizer import register_optimizer_step_pre_hook

from fashion_course.kit.types import Epoch, Loaders, Metrics
from fashion_course.kit.words import _


class ApartError(Exception):
    """The processes have trained different models."""


def is_first() -> bool:
    """Say whether this process is the one that prints and writes, as it is without torchrun."""
    return os.environ.get("RANK", "0") == "0"


def is_launched() -> bool:
    """Say whether torchrun started this process."""
    return {"RANK", "WORLD_SIZE", "LOCAL_RANK"} <= os.environ.keys()


def require_place(device: str) -> None:
    """See that each process that torchrun started has a device of its own.

    Raises:
        ValueError: it has not.
    """
    if not is_launched() or device == "cpu":
        return
    if device == "mps":
        raise ValueError(_("device is mps: torchrun needs cuda or cpu; pass --device cpu"))
    count = torch.cuda.device_count()
    if int(os.environ["LOCAL_RANK"]) >= count:
        told = _("torchrun started too many processes here: pass --nproc-per-node {count}")
        raise ValueError(told.format(count=count))


def processes() -> int:
    """Return how many processes train together."""
    return dist.get_world_size() if dist.is_initialized() else 1


@contextlib.contextmanager
def joined(device: str) -> Iterator[None]:
    """Join the processes that torchrun started, if it did; all but the first print nothing."""
    if not is_launched():
        yield
        return
    if device == "cuda":
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    dist.init_process_group("nccl" if device == "cuda" else "gloo")
    try:
        with open(os.devnull, "w") as nowhere, contextlib.ExitStack() as stack:
            if not is_first():
                stack.enter_context(contextlib.redirect_stdout(nowhere))
            yield
    finally:
        dist.destroy_process_group()


class Share:
    """A loader that gives this process its share of every batch: of two, every second image.

    All draw the same batches, in the order in which one process alone would.

    Attributes:
        weight: the share of the last batch that it gave.
        seen: how many images it gave in the last pass.
    """

    def __init__(self, whole: Any, rank: int, size: int) -> None:
        self._whole, self._rank, self._size = whole, rank, size
        self.weight, self.seen = 1 / size, 1

    def __getattr__(self, name: str) -> Any:
        return getattr(self._whole, name)

    def __len__(self) -> int:
        return len(self._whole)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        self.seen = 0
        for images, labels in self._whole:
            mine = slice(self._rank, None, self._size)
            count = len(labels[mine])
            self.weight, self.seen = count / len(labels), self.seen + count
            # All have to keep step: without a share it computes one image, with a weight of 0.
            mine = mine if count else slice(0, 1)
            yield images[mine], labels[mine]


def shared(loaders: Loaders) -> Loaders:
    """Return the loaders; among several processes those that give this one its share."""
    if not dist.is_initialized():
        return loaders
    shares: Any = (Share(each, dist.get_rank(), dist.get_world_size()) for each in loaders)
    return Loaders(*shares)


def parallel(model: nn.Module, train: Any) -> nn.Module:
    """Return a model whose backward passes average gradients, by the weights of a `Share`."""
    if not dist.is_initialized():
        return model

    def average(
        _state: object,
        bucket: dist.GradBucket,  # type: ignore[name-defined]  # torch's own stubs lack it
    ) -> torch.futures.Future[Tensor]:
        # DistributedDataParallel would count all shares alike, and those of the last batch differ.
        sent = dist.all_reduce(bucket.buffer().mul_(train.weight), async_op=True)
        done: torch.futures.Future[Tensor] = sent.get_future().then(lambda sums: sums.value()[0])
        return done

    made = DistributedDataParallel(model)
    made.register_comm_hook(None, average)
    return made


@contextlib.contextmanager
def averaged_steps(train: Any) -> Iterator[None]:
    """Average gradients before each step of any optimizer, for a model that others make."""

    def average(optimizer: Optimizer, *_rest: object) -> None:
        groups = optimizer.param_groups
        found = [each.grad for group in groups for each in group["params"]]
        gradients = [each for each in found if each is not None]
        flat = torch.cat([each.flatten() for each in gradients]).mul_(train.weight)
        dist.all_reduce(flat)
        parts = flat.split([each.numel() for each in gradients])
        for each, mean in zip(gradients, parts, strict=True):
            each.copy_(mean.view_as(each))

    if not dist.is_initialized():
        yield
        return
    hook = register_optimizer_step_pre_hook(average)
    try:
        yield
    finally:
        hook.remove()


def require_one_model(model: nn.Module) -> None:
    """See that all processes hold the same weights.

    Raises:
        ApartError: they do not.
    """
    if dist.is_initialized():
        own = torch.cat([each.detach().flatten() for each in model.parameters()])
        first = own.clone()
        dist.broadcast(first, 0)
        gap = (own - first).abs().max()
        dist.all_reduce(gap, dist.ReduceOp.MAX)
        if gap > 0:
            told = _(
                "the processes have trained different models: this recipe draws or steps in a way "
                "that they can't share. Train without torchrun."
            )
            raise ApartError(told)


def over_all(epoch: Epoch, loaders: Loaders, device: str) -> Epoch:
    """Return what one process saw in an epoch as averages over the images of all."""
    if not dist.is_initialized():
        return epoch
    means = []
    for loader, seen in zip(loaders, epoch[1:], strict=False):
        count = loader.seen  # type: ignore[attr-defined]  # it is a Share
        sums = torch.tensor([*seen, 1.0], device=device) * count
        dist.all_reduce(sums)
        means.append(Metrics(*(sums[:2] / sums[2]).tolist()))
    return Epoch(epoch.epoch, *means)
