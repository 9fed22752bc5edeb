"""The figures of the capstone: the full recipe is the reference, each edit takes one thing away."""

import csv
import importlib.util
import math
from pathlib import Path
from types import ModuleType

import pytest
import torch
from torch import nn

from autograder.course.reference import reference_answer
from fashion_course.kit import FashionMNIST, fashion_mnist
from fashion_course.kit.runs.recipe import Recipe
from fashion_course.kit.runs.train import Prepared, loaders_of, prepare

ROOT = Path(__file__).resolve().parents[2]
SHORTER = ((r"epochs = \d+", "epochs = 1"),)


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("capstone", ROOT / "benchmarks" / "capstone.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def few(split: str, quick: bool = True) -> FashionMNIST:
    images = fashion_mnist(split, quick=True)
    return FashionMNIST(images.images[:100], images.labels[:100], source="a few", is_subset=quick)


@pytest.fixture(scope="module")
def data() -> Prepared:
    return prepare(few("train"), few("test"), reference_answer, Recipe())


def ignore(model: nn.Module) -> None:
    """Watch nothing."""


def test_the_full_recipe_is_the_reference_to_the_last_bit(
    bench: ModuleType, data: Prepared
) -> None:
    # No edit of the number of passes: a recipe of twelve passes is compared as a whole.
    trained = bench.train_run(bench.edited((bench.WATCHED,)), data, 3, "cpu")
    loaders = loaders_of(data, reference_answer, Recipe())
    expected = reference_answer("train_capstone")(loaders, 3).state_dict()
    assert trained.model.state_dict().keys() == expected.keys()
    for name, tensor in trained.model.state_dict().items():
        assert torch.equal(tensor, expected[name]), name
    assert trained.passes <= 20


@pytest.fixture(scope="module")
def kept(bench: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the figures of a whole short ablation."""
    path: Path = tmp_path_factory.mktemp("capstone") / "kept.csv"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bench, "fashion_mnist", few)
        given = ["--ablation", "--seeds", "1", "--threads", "1", "--device", "cpu"]
        assert bench.main([*given, "--keep", str(path)], SHORTER) == 0
    return path


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_an_ablation_measures_each_part_on_validation_images_alone(
    bench: ModuleType, kept: Path
) -> None:
    assert [row["run"] for row in lines(kept)] == [*bench.UNTRAINED, bench.FULL, *bench.LEFT_OUT]
    assert {row["scored_on"] for row in lines(kept)} == {"validation"}
    assert len({row["code"] for row in lines(kept)}) >= len(bench.LEFT_OUT)


def model_without(bench: ModuleType, data: Prepared, name: str) -> nn.Module:
    """Return the model that is trained without a part of the recipe."""
    return bench.train_run(
        bench.edited((*bench.LEFT_OUT[name], *SHORTER, bench.WATCHED)), data, 0, "cpu"
    ).model


def test_what_is_left_out_is_gone(bench: ModuleType, data: Prepared, kept: Path) -> None:
    sizes = {row["run"]: int(row["parameters"]) for row in lines(kept)}
    assert sizes["half of the width"] < 0.4 * sizes[bench.FULL]
    assert sizes["residual sums"] == sizes["augmentation"] == sizes[bench.FULL] <= bench.BUDGET
    kinds = [type(layer) for layer in model_without(bench, data, "batch norm").modules()]
    assert nn.Conv2d in kinds
    assert nn.BatchNorm2d not in kinds


def test_the_edits_that_change_no_size_change_the_code_they_name(bench: ModuleType) -> None:
    full = bench.edited(())
    for name, gone in {
        "augmentation": "augment(images, generator), labels",
        "residual sums": "maps + self.",
        "one cycle": "= OneCycleLR(",
    }.items():
        assert gone in full
        assert gone not in bench.edited(bench.LEFT_OUT[name]), name
    assert "label_smoothing=0.0" in bench.edited(bench.LEFT_OUT["label smoothing"])


def test_an_edit_that_meets_nothing_is_an_error(bench: ModuleType) -> None:
    with pytest.raises(ValueError, match="mend LEFT_OUT"):
        bench.edited((("what nobody wrote", ""),))


def test_kept_runs_are_not_trained_again(
    bench: ModuleType, kept: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    before = kept.read_text("utf-8")
    monkeypatch.setattr(bench, "fashion_mnist", few)
    monkeypatch.setattr(bench, "train_run", lambda *_: pytest.fail("trained again"))
    given = ["--ablation", "--seeds", "1", "--device", "cpu", "--keep", str(kept)]
    assert bench.main(given, SHORTER) == 0
    assert kept.read_text("utf-8") == before
    assert "without augmentation" in capsys.readouterr().out


def test_runs_of_another_recipe_do_not_count(bench: ModuleType, data: Prepared, kept: Path) -> None:
    assert bench.Bench(data, "cpu", 1, kept, SHORTER).rows()
    other = ((r"epochs = \d+", "epochs = 2"),)
    assert not bench.Bench(data, "cpu", 1, kept, other).rows()


def row(bench: ModuleType, seed: int, accuracy: float, parameters: int = 400_000) -> object:
    costs = (parameters, 1_000_000, 12.0, 800.0, "cpu", 2)
    return bench.Row("code", 57_000, bench.FULL, "test", seed, accuracy, 0.2, *costs)


@pytest.mark.parametrize(
    ("accuracies", "parameters", "reached"),
    [
        ((0.941, 0.939, 0.9401), 400_000, True),
        ((0.941, 0.938, 0.9401), 400_000, False),
        ((0.95, 0.95, 0.95), 500_001, False),
        ((0.95, 0.95), 400_000, None),
    ],
)
def test_the_target_is_a_mean_of_three_seeds_within_the_budget(
    bench: ModuleType, accuracies: tuple[float, ...], parameters: int, reached: bool | None
) -> None:
    from rich.console import Console

    rows = [row(bench, seed, each, parameters) for seed, each in enumerate(accuracies)]
    assert bench.show_test(rows, Console(quiet=True)) is reached


def test_a_missed_target_is_an_error_on_the_real_data_alone(
    bench: ModuleType, data: Prepared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for is_subset, status in ((False, 1), (True, 0)):
        monkeypatch.setattr(bench, "fashion_mnist", lambda split, quick, s=is_subset: few(split, s))
        given = ["--seeds", "3", "--device", "cpu", "--keep", str(tmp_path / "kept.csv")]
        assert bench.main(given, SHORTER) == status
    tested = [row["scored_on"] for row in lines(tmp_path / "kept.csv")]
    assert tested.count("test") == 3  # opened once a seed


def test_an_interval_is_that_of_student(bench: ModuleType) -> None:
    assert bench.half_width([0.0, 2.0]) == pytest.approx(12.706)
    assert bench.half_width([1.0, 2.0, 3.0]) == pytest.approx(4.303 / math.sqrt(3))
    assert bench.half_width([1.0]) == math.inf


def test_without_flips_are_the_same_weights_that_look_at_each_image_once(
    bench: ModuleType,
) -> None:
    torch.manual_seed(0)
    model = reference_answer("FashionMNISTModelV3")().eval()
    plain, images = bench.without_flips(model).eval(), torch.rand(3, 1, 28, 28)
    with torch.no_grad():
        both = (plain(images) + plain(images.flip(3))) / 2
        assert torch.allclose(model(images), both, atol=1e-5)
        assert not torch.allclose(model(images), plain(images), atol=1e-3)
