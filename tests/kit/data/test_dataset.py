"""FashionMNIST as a dataset, and datasets as tensors."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch.utils.data import DataLoader, Subset
from torchvision.transforms import v2

from fashion_course.kit import DataError, FashionMNIST, as_tensors, fashion_mnist
from fashion_course.kit.data.files import read_array
from tests.conftest import FakeData

TO_TENSOR = v2.Compose([v2.ToImage(), v2.ToDtype(torch.float32, scale=True), v2.ToPureTensor()])


@pytest.fixture
def full(fake_data: FakeData, bare_computer: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("fashion_course.kit.data.files.FULL", fake_data.files)
    return fake_data.write(bare_computer / "cache")


@pytest.mark.parametrize(("split", "count"), [("train", 30), ("test", 20)])
def test_each_split_holds_its_own_files(
    full: Path, fake_data: FakeData, split: str, count: int
) -> None:
    data = fashion_mnist(split)
    images, labels = list(fake_data.files)[:2] if split == "train" else list(fake_data.files)[2:]
    assert data.images.shape == (count, 28, 28)
    assert (data.images.dtype, data.labels.dtype) == (torch.uint8, torch.int64)
    assert np.array_equal(data.images.numpy(), read_array(full, images))
    assert data.labels.tolist() == list(read_array(full, labels))
    assert (len(data), data.source, data.is_subset) == (count, "the course cache", False)


@pytest.mark.usefixtures("full")
def test_an_item_is_a_picture_and_an_int_like_torchvisions() -> None:
    image, label = fashion_mnist("train")[3]
    assert isinstance(image, Image.Image)
    assert (image.mode, image.size) == ("L", (28, 28))
    assert type(label) is int
    assert np.array_equal(np.asarray(image), fashion_mnist("train").images[3].numpy())


@pytest.mark.usefixtures("full")
def test_the_transform_is_applied_to_the_picture() -> None:
    data = fashion_mnist("train", transform=TO_TENSOR)
    image, _ = data[0]
    assert torch.allclose(image, data.images[:1] / 255)


@pytest.mark.usefixtures("full")
def test_a_dataset_ends_where_it_ends() -> None:
    data = fashion_mnist("test")
    assert len(list(data)) == 20
    with pytest.raises(IndexError):
        data[20]


@pytest.mark.usefixtures("full")
def test_changing_one_dataset_changes_no_other() -> None:
    first = fashion_mnist("test")
    first.images.zero_()
    first.labels.zero_()
    again = fashion_mnist("test")
    assert again.images.any()
    assert again.labels.any()


@pytest.mark.usefixtures("bare_computer")
def test_the_notice_about_the_subset_is_printed_once(capsys: pytest.CaptureFixture[str]) -> None:
    fashion_mnist("train")
    assert "FashionMNIST is not on this computer" in capsys.readouterr().out
    assert fashion_mnist("test").is_subset
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_quick_gives_the_balanced_subset_silently(capsys: pytest.CaptureFixture[str]) -> None:
    train, test = fashion_mnist("train", quick=True), fashion_mnist("test", quick=True)
    assert train.labels.bincount().tolist() == [500] * 10
    assert test.labels.bincount().tolist() == [100] * 10
    assert train.is_subset
    assert capsys.readouterr().out == ""


def test_an_unknown_split_is_refused() -> None:
    with pytest.raises(ValueError, match=r"split is 'validation': pass .train. or .test."):
        fashion_mnist("validation")


@pytest.mark.usefixtures("bare_computer")
def test_a_named_folder_that_is_wrong_is_never_replaced_by_the_subset() -> None:
    with pytest.raises(DataError, match="is not a folder"):
        fashion_mnist("train", folder="no/such/folder")


def test_images_and_labels_must_pair_up() -> None:
    with pytest.raises(ValueError, match="are 3 and 2"):
        FashionMNIST(torch.zeros(3, 28, 28, dtype=torch.uint8), torch.zeros(2).long())


def test_its_repr_says_what_it_is_and_where_from() -> None:
    assert "5,000 images from the subset" in repr(fashion_mnist("train", quick=True))


@pytest.mark.usefixtures("full")
def test_tensors_are_the_transformed_items_in_order() -> None:
    data = fashion_mnist("train", transform=TO_TENSOR)
    ready = as_tensors(data)
    assert len(ready) == 30
    assert (ready.images.dtype, ready.labels.dtype) == (torch.float32, torch.int64)
    for index, (image, label) in enumerate(data):
        found, found_label = ready[index]
        assert torch.equal(found, image)
        assert found.shape == (1, 28, 28)
        assert found_label == label


@pytest.mark.usefixtures("full")
def test_each_item_is_transformed_once() -> None:
    calls = []

    def transform(image: Image.Image) -> torch.Tensor:
        calls.append(image)
        tensor: torch.Tensor = TO_TENSOR(image)
        return tensor

    ready = as_tensors(fashion_mnist("test", transform))
    for _ in range(2):
        list(DataLoader(ready, batch_size=8))
    assert len(calls) == 20


@pytest.mark.usefixtures("full")
def test_batches_of_tensors_are_the_batches_of_the_dataset() -> None:
    data = Subset(fashion_mnist("train", transform=TO_TENSOR), [5, 0, 29, 7, 1])
    wanted = DataLoader(data, batch_size=2)
    for ready in (as_tensors(data), Subset(as_tensors(data.dataset), data.indices)):
        found = list(DataLoader(ready, batch_size=2))
        assert [len(labels) for _, labels in found] == [2, 2, 1]
        for (images, labels), (images_wanted, labels_wanted) in zip(found, wanted, strict=True):
            assert torch.equal(images, images_wanted)
            assert torch.equal(labels, labels_wanted)
            assert labels.dtype == torch.int64


def test_what_cannot_become_one_tensor_is_refused() -> None:
    pair = [(torch.zeros(1, 28, 28), 0), (torch.zeros(1, 28, 27), 1)]
    with pytest.raises(ValueError, match=r"dataset\[1\] gives torch.float32 \(1, 28, 27\)"):
        as_tensors(pair)
    with pytest.raises(ValueError, match=r"dataset\[0\] gives .*Image.*: give .* transf"):
        as_tensors(fashion_mnist("test", quick=True))
    with pytest.raises(ValueError, match=r"gives torch\.uint8 \(1, 2, 2\)"):
        as_tensors([(torch.zeros(1, 2, 2, dtype=torch.uint8), 0)])
    with pytest.raises(ValueError, match="dataset is empty"):
        as_tensors([])
