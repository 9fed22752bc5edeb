"""Several processes take the steps that one would take, and write one run."""

import contextlib
import json
import os
import subprocess
import sys

import pytest
import torch

from fashion_course.kit.runs.distributed import Share, joined, require_place
from tests.support.shared_runs import results


def torchrun(*arguments):
    """Start two processes, as `torchrun` does."""
    starter = (sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2")
    return subprocess.run(
        [*starter, "-m", *map(str, arguments)],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """The same trainings by one process, and as the first and the second of two see them."""
    folder = tmp_path_factory.mktemp("shared")
    done = torchrun("tests.support.shared_runs", folder)
    assert done.returncode == 0, done.stderr
    (folder / "unfinished.pt").unlink()
    first, second = (torch.load(folder / f"{name}.pt") for name in ("first", "second"))
    return results(folder), first, second


@pytest.mark.parametrize("name", ["one left", "no half", "train_cnn", "resumed"])
def test_two_processes_come_to_the_weights_of_one(name, runs):
    alone, first, second = (each[name] for each in runs)
    torch.testing.assert_close(first["weights"], alone["weights"], rtol=0, atol=1e-8)
    assert torch.equal(first["weights"], second["weights"])


@pytest.mark.parametrize("name", ["no half", "train_cnn", "resumed"])
def test_the_history_is_of_all_images(name, runs):
    alone, first, _ = (torch.tensor(each[name]["history"]) for each in runs)
    torch.testing.assert_close(first, alone, rtol=0, atol=1e-6)


def test_batch_norm_sees_a_share_so_that_v3_differs_but_is_one_model(runs):
    alone, first, second = (each["v3"]["weights"] for each in runs)
    assert torch.isfinite(first).all()
    assert not torch.allclose(first, alone, rtol=0, atol=1e-8)
    assert torch.equal(first, second)


def test_a_recipe_that_steps_by_hand_is_refused_by_all_processes(runs):
    alone, first, second = runs
    assert "by hand" not in alone
    assert "the processes have trained different models" in first["by hand"]
    assert first["by hand"] == second["by hand"]


def test_torchrun_leaves_one_run_and_prints_it_once(tmp_path):
    folder = tmp_path / "run"
    options = ("train", "v2", "--quick", "--epochs", 1, "--device", "cpu", "--out", folder)
    done = torchrun("fashion_course", *options)
    assert done.returncode == 0, done.stderr
    for said in ("V2 with the reference answers on cpu", "2 processes share", "epoch 1/1", "Next:"):
        assert done.stdout.count(said) == 1, done.stdout
    names = ["checkpoint.pt", "curves.png", "history.csv", "run.json"]
    assert sorted(each.name for each in folder.iterdir()) == names
    assert json.loads((folder / "run.json").read_text())["recipe"]["epochs"] == 1


class Batches:
    """A loader of batches of 5, 3 and 1 images."""

    seed = 7

    def __iter__(self):
        for count in (5, 3, 1):
            yield torch.arange(count) + 10 * count, torch.arange(count)

    def __len__(self):
        return 3


@pytest.mark.parametrize("size", [1, 2, 3])
def test_shares_make_up_every_batch(size):
    shares = [Share(Batches(), rank, size) for rank in range(size)]
    assert {len(each) for each in shares} == {3}
    weights = []
    for whole, *parts in zip(Batches(), *shares, strict=True):
        weights.append([each.weight for each in shares])
        counted = [p for p, weight in zip(parts, weights[-1], strict=True) if weight]
        for place in (0, 1):
            seen = torch.cat([part[place] for part in counted])
            assert sorted(seen.tolist()) == whole[place].tolist()
        for (images, _), weight in zip(parts, weights[-1], strict=True):
            assert len(images) == max(1, round(weight * len(whole[1])))
    assert [sum(each) for each in weights] == pytest.approx([1, 1, 1])
    assert sum(each.seen for each in shares) == 9


def test_a_share_has_what_its_loader_has():
    assert Share(Batches(), 0, 2).seed == 7
    with pytest.raises(AttributeError, match="generator"):
        Share(Batches(), 0, 2).generator  # noqa: B018


@pytest.fixture
def second_of_two(monkeypatch):
    for name, value in (("RANK", "1"), ("LOCAL_RANK", "1"), ("WORLD_SIZE", "2")):
        monkeypatch.setenv(name, value)


def test_each_process_needs_a_gpu_of_its_own(second_of_two, monkeypatch):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    require_place("cpu")
    with pytest.raises(ValueError, match="too many processes here: pass --nproc-per-node 1"):
        require_place("cuda")
    with pytest.raises(ValueError, match="device is mps: torchrun needs cuda or cpu"):
        require_place("mps")
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    require_place("cuda")


def test_without_torchrun_nothing_is_joined(monkeypatch):
    monkeypatch.delenv("RANK", raising=False)
    with joined("cuda"):
        assert not torch.distributed.is_initialized()
    require_place("mps")


def test_a_process_takes_its_gpu_is_silent_and_leaves_the_group(second_of_two, monkeypatch, capsys):
    told = []
    monkeypatch.setattr(torch.cuda, "set_device", told.append)
    monkeypatch.setattr(torch.distributed, "init_process_group", told.append)
    monkeypatch.setattr(torch.distributed, "destroy_process_group", lambda: told.append("left"))
    with contextlib.suppress(KeyError), joined("cuda"):
        print("only the first process prints")
        raise KeyError
    assert told == [1, "nccl", "left"]
    assert capsys.readouterr().out == ""
