"""Sentences of mistakes name what was seen, and no cause that the source does not have."""

import pytest

from tests.autograder.teaching.test_witness import told

SAVE = """
def save_checkpoint(path, model, optimizer=None, epoch=0):
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".draft")
    kept = None if optimizer is None else optimizer.state_dict()
    {first}
    torch.save({{"model": model.state_dict(), "optimizer": kept, "epoch": epoch}}, {to})
    {last}
"""


def test_a_file_with_a_draft_is_not_said_to_be_written_straight():
    draft = {"first": "path.unlink(missing_ok=True)", "to": "draft", "last": "draft.replace(path)"}
    said, named = told("save_checkpoint", SAVE.format(**draft))
    assert "save_checkpoint_removes_the_old_file_before_it_writes" in named
    assert "straight under the name" not in said
    straight = {"first": "pass", "to": "path", "last": "pass"}
    said, named = told("save_checkpoint", SAVE.format(**straight))
    assert "save_checkpoint_writes_in_place" in named
    assert "is removed" not in said


@pytest.mark.parametrize(
    ("sizes", "named"),
    [
        (("784, 10", "10, 10"), "V0WithFixedSizes"),
        (("784, hidden_units", "hidden_units, classes"), "V0WithFixedInFeatures"),
    ],
)
def test_sizes_that_are_typed_in_are_told_from_one_of_them(sizes, named):
    text = f"""
    class FashionMNISTModelV0(nn.Module):
        def __init__(self, in_features=784, hidden_units=10, classes=10):
            super().__init__()
            self.one, self.two = nn.Linear({sizes[0]}), nn.Linear({sizes[1]})

        def forward(self, images):
            return self.two(self.one(images.flatten(1)))
    """
    assert named in told("FashionMNISTModelV0", text)[1]


TABLE = """
def confusion_matrix(labels, predictions, classes):
    size = {size}
    counts = torch.bincount(labels * size + predictions, minlength=size * size)
    return counts.reshape(size, size)
"""


def test_ten_rows_are_told_where_a_ten_is_in_the_source():
    assert "10 rows" in told("confusion_matrix", TABLE.format(size=10))[0]
    assert "10 rows" not in told("confusion_matrix", TABLE.format(size="2 * classes"))[0]


def test_results_in_the_wrong_order_are_told_with_both_causes():
    text = """
    def precision_recall(matrix):
        right = matrix.diagonal()
        down, along = matrix.sum(0).clamp(min=1), matrix.sum(1).clamp(min=1)
        return right / along, right / down
    """
    said, named = told("precision_recall", text)
    assert "precision_recall_exchanged" in named
    assert "or when recall is returned first" in said


def test_values_are_said_to_be_added_up_where_nothing_asks_for_their_number():
    text = """
    def count_parameters(model):
        return int(sum(p.sum() for p in model.parameters() if p.requires_grad))
    """
    assert "values of the weights" in told("count_parameters", text)[0]
    counted = text.replace("p.sum()", "p.numel()").replace(" if p.requires_grad", "")
    assert "values of the weights" not in told("count_parameters", counted)[0]
