"""What is seen of a training: gradients that pile up, and passes that end too early."""

import itertools

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from autograder.worker.scenarios.instruments.training_spy import (
    CountingSampler,
    Enough,
    GradientSpy,
)


def keep(model, optimizer):
    """Leave the gradients."""


def fade(model, optimizer):
    for weight in model.parameters():
        if weight.grad is not None:
            weight.grad.mul_(0.5)


def fill(model, optimizer):
    optimizer.zero_grad(set_to_none=False)


def piles_up(before, after, batches_a_step, kind):
    model = nn.Linear(4, 3)
    optimizer = kind(model.parameters(), lr=0.01)
    with GradientSpy() as spy:
        for _ in range(4):
            before(model, optimizer)
            for _ in range(batches_a_step):
                F.cross_entropy(model(torch.randn(5, 4)), torch.arange(5) % 3).backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            after(model, optimizer)
    return spy.piled_up


FORGET = [lambda m, o: o.zero_grad(), lambda m, o: m.zero_grad(), fill, fade]


@pytest.mark.parametrize("kind", [torch.optim.SGD, torch.optim.AdamW])
@pytest.mark.parametrize("batches_a_step", [1, 3])
@pytest.mark.parametrize("forget", FORGET)
def test_gradients_that_are_forgotten_do_not_pile_up(forget, batches_a_step, kind):
    assert not piles_up(forget, keep, batches_a_step, kind)
    assert not piles_up(keep, forget, batches_a_step, kind)


@pytest.mark.parametrize("kind", [torch.optim.SGD, torch.optim.AdamW])
@pytest.mark.parametrize("batches_a_step", [1, 3])
def test_gradients_that_are_kept_pile_up(batches_a_step, kind):
    assert piles_up(keep, keep, batches_a_step, kind)


def test_gradients_that_are_put_in_place_do_not_pile_up():
    model = nn.Linear(4, 3)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    with GradientSpy() as spy:
        for _ in range(3):
            loss = F.cross_entropy(model(torch.randn(5, 4)), torch.arange(5) % 3)
            slopes = torch.autograd.grad(loss, list(model.parameters()))
            for weight, slope in zip(model.parameters(), slopes, strict=True):
                weight.grad = slope
            optimizer.step()
    assert not spy.piled_up


def test_a_spy_leaves_nothing_behind():
    model = nn.Linear(4, 3)
    with GradientSpy():
        model(torch.randn(5, 4)).sum().backward()
    assert not model.weight._post_accumulate_grad_hooks


@pytest.fixture
def counted():
    images = TensorDataset(torch.arange(10))
    own = torch.Generator().manual_seed(3)
    sampler = CountingSampler(images, own)
    return sampler, DataLoader(images, batch_size=4, sampler=sampler, generator=own)


def test_a_pass_that_is_left_early_has_taken_fewer(counted):
    sampler, loader = counted
    for _ in range(2):
        list(itertools.islice(loader, 1))
    assert sampler.passes == [4, 4]


def test_after_a_whole_pass_all_is_known(counted):
    sampler, loader = counted
    seen = torch.cat([images for (images,) in loader])
    assert sorted(seen.tolist()) == list(range(10))
    assert sampler.passes == [10]
    with pytest.raises(Enough):
        list(loader)


def test_the_images_come_in_the_order_of_a_loader_that_shuffles(counted):
    _, loader = counted
    plain = DataLoader(loader.dataset, 4, shuffle=True, generator=torch.Generator().manual_seed(3))
    for (mine,), (theirs,) in zip(loader, plain, strict=True):
        assert torch.equal(mine, theirs)
