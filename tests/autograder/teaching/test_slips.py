"""A slip is told first, where a check failed, with the student's own line and before any guess."""

from pathlib import PurePosixPath

import pytest

from autograder.course.catalogue import find_exercise
from autograder.grading.one import Grading
from autograder.judge.exam import Exam
from autograder.reading.answer import Answer
from autograder.reading.submission import assemble
from autograder.runners.inline import InlineRunner
from autograder.slips import slips_in
from tests.support.answers import whole
from tests.support.submissions import alive, loaded

MODEL = """
class FashionMNISTModelV1(nn.Module):
    def __init__(self, in_features=784, hidden_units=10, classes=10):
        {init}
        self.hidden = nn.Linear(in_features, hidden_units)
        self.output = nn.Linear(hidden_units, classes)

    def forward(self, images):
        {forward}
"""
LOOP = "for images, labels in batches:\n    {line}\nreturn Metrics(0.0, 0.0)"
TOTAL = "total = 0\nfor images, labels in batches:\n    {line}\nreturn Metrics(total, 0.0)"


def v1(init="super().__init__()", forward="return self.output(self.hidden(images))"):
    return MODEL.format(init=init, forward=forward)


TOLD = {
    "method_not_called": [
        ("train_batch", "loss = loss_fn(model(images), labels)\nloss.backward()\noptimizer.step"),
        ("train_epoch", LOOP.format(line="optimizer.zero_grad")),
        ("evaluate", "model.eval\nreturn Metrics(0.0, 0.0)"),
    ],
    "result_dropped": [
        ("train_epoch", LOOP.format(line="images.to(device)")),
        ("predict", "for x, y in batches:\n    x.to(device)\nreturn model(x)"),
        ("image_to_tensor", "tensor = torch.from_numpy(image)\ntensor.unsqueeze(0)\nreturn tensor"),
        ("cross_entropy", "logits.clamp(min=0)\nreturn logits.mean()"),
    ],
    "none_kept": [
        ("split", "order = list(range(9))\norder = random.shuffle(order)\nreturn order"),
        ("fit", "history = []\nhistory = history.append(1)\nreturn history"),
        ("split", "order = [1, 2]\nreturn Subset(dataset, random.shuffle(order))"),
        ("split", "rng = random.Random(seed)\norder = rng.shuffle([1, 2])\nreturn order"),
    ],
    "return_in_loop": [
        ("train_epoch", TOTAL.format(line="total += 1\n    return Metrics(total, 0.0)")),
        ("evaluate", LOOP.format(line="with torch.no_grad():\n        return Metrics(0.0, 0.0)")),
        ("predict", "for x, y in batches:\n    parts = [x]\n    return torch.cat(parts)"),
    ],
    "sum_not_added": [
        ("train_epoch", TOTAL.format(line="total = len(labels)")),
        ("evaluate", "a, b = 0, 0.0\nfor x, y in batches:\n    b = loss_fn(x, y)\nreturn a, b"),
        (
            "channel_stats",
            "n = 0\nfor x, y in dataset:\n    n = x.numel()\nreturn n, n",
        ),
    ],
    "made_anew_in_loop": [
        ("fit", "for e in range(epochs):\n    h = []\n    h.append(e)\nreturn h"),
        ("predict", "for x, y in batches:\n    parts = []\n    parts.append(x)\nreturn parts"),
        ("train_epoch", "for x, y in batches:\n    n = 0\n    n += len(y)\nreturn Metrics(n, n)"),
        ("fit", "for e in range(9):\n    h = []\n    if e > 1:\n        h.append(e)\nreturn h"),
    ],
    "refuses_only_both": [
        ("image_to_tensor", "if image.dtype != np.uint8 and image.ndim != 2:\n    raise TypeError"),
        ("image_to_tensor", "if image.ndim != 2 and image.dtype != 'uint8':\n    raise TypeError"),
        ("accuracy", "if labels.ndim != 1 and len(labels) != len(logits):\n    raise ValueError"),
        (
            "image_to_tensor",
            "if not image.dtype == np.uint8 and len(image.shape) != 2:\n    raise ValueError",
        ),
    ],
    "text_raised": [
        ("image_to_tensor", "if image.ndim != 2:\n    raise 'no'\nreturn image"),
        ("split", "raise f'{seed} is no seed'"),
        ("fit", "if epochs < 0:\n    raise ('negative', epochs)\nreturn []"),
    ],
    "error_returned": [
        (
            "image_to_tensor",
            "if image.ndim != 2:\n    return ValueError('bad')\nreturn image",
        ),
        (
            "load_checkpoint",
            "try:\n    torch.load(path)\nexcept FileNotFoundError as error:\n    return error\n"
            "return 1",
        ),
        ("fit", "if epochs < 0:\n    return ValueError('negative')\nreturn []"),
        ("accuracy", "return RuntimeError('x')"),
    ],
    "compared_with_nan": [
        ("accuracy", "if logits == float('nan'):\n    return 0.0\nreturn 1.0"),
        ("build_transform", "if std == math.nan:\n    raise ValueError\nreturn v2.Compose([])"),
        ("build_transform", "if std is np.nan:\n    raise ValueError\nreturn v2.Compose([])"),
    ],
    "arguments_exchanged": [
        ("train_epoch", "return train_batch(model, batches, images, loss_fn, optimizer)"),
        ("resume_training", "save_checkpoint(model, path, optimizer, 1)\nreturn []"),
        ("fit", "from fashion_course import training\nreturn training.evaluate(loss_fn, model)"),
    ],
    "part_for_the_whole": [
        ("train_cnn", "fit(model, loaders.train, loss_fn, optimizer, 5)\nreturn model"),
    ],
    "method_overwritten": [
        ("save_checkpoint", "model.state_dict = model.state_dict()\ntorch.save({}, path)"),
        ("train_batch", "model.train = True\nreturn 1.0"),
        ("seed_everything", "torch.manual_seed = seed"),
    ],
    "plus_on_the_wrong_side": [
        ("evaluate", LOOP.format(line="seen =+ len(labels) * 1.0")),
        ("confusion_matrix", "for i in range(3):\n    matrix[i, i] =+ 1\nreturn matrix"),
    ],
    "added_after_loop": [
        (
            "confusion_matrix",
            "matrix = torch.zeros(3, 3)\nfor a, b in zip(labels, predictions):\n"
            "    pair = a, b\nmatrix[a, b] += 1\nreturn matrix",
        ),
    ],
    "loop_left": [
        ("fit", "for epoch in range(epochs):\n    if epoch > 1:\n        break\nreturn []"),
    ],
    "self_forgotten": [
        ("FashionMNISTModelV1", v1(forward="return output(self.hidden(images))")),
        ("FashionMNISTModelV1", v1(forward="return self.output(hidden(images))")),
        ("FashionMNISTModelV1", v1(forward="x = hidden(images)\n        return self.output(x)")),
    ],
    "method_misspelt": [
        ("FashionMNISTModelV1", v1().replace("__init__(self", "_init_(self")),
        ("FashionMNISTModelV1", v1().replace("__init__(self", "__int__(self")),
        ("FashionMNISTModelV1", v1().replace("forward", "foward")),
    ],
    "trailing_comma": [
        ("conv_output_size", "result = size - kernel_size,\nreturn result"),
        ("accuracy", "return (logits.argmax(1) == labels).float().mean().item(),"),
        ("channel_stats", "mean = 0.5,\nreturn mean, 1.0"),
    ],
    "layer_made_of_data": [
        ("FashionMNISTModelV1", v1(forward="return self.output(nn.ReLU(self.hidden(images)))")),
        ("FashionMNISTModelV1", v1(forward="x = nn.Flatten(images)\n        return x")),
        ("FashionMNISTModelV1", v1(forward="x = self.hidden(images)\n        return nn.ReLU(x)")),
    ],
    "loss_made_of_data": [
        ("train_batch", "loss = nn.CrossEntropyLoss(model(images), labels)\nreturn loss.item()"),
        ("cross_entropy", "return nn.NLLLoss(logits, labels)"),
        ("evaluate", LOOP.format(line="nn.CrossEntropyLoss(model(images), labels).item()")),
    ],
    "compose_without_list": [
        ("build_transform", "return v2.Compose(v2.ToImage(), v2.ToDtype(torch.float32))"),
        ("build_transform", "steps = v2.Compose(a(), b(), c())\nreturn steps"),
        ("build_transform", "from torchvision.transforms.v2 import Compose\nreturn Compose(a, b)"),
    ],
    "pair_not_unpacked": [
        ("channel_stats", "t = 0\nfor image in dataset:\n    t += image.mean()\nreturn t, t"),
        ("channel_stats", "m = torch.stack([x.mean() for x in dataset])\nreturn m, m"),
        ("predict", "return torch.cat([torch.softmax(model(x), 1) for x in batches])"),
    ],
    "seed_as_generator": [
        ("split", "return random_split(dataset, [1, 2], generator=seed)"),
        ("make_loaders", "return DataLoader(train, shuffle=True, generator=seed)"),
        ("split", "return torch.randperm(9, generator=42)"),
    ],
    "read_twice": [
        (
            "channel_stats",
            "xs = (x for x, y in dataset)\na = sum(xs)\nb = sum(x.std() for x in xs)\nreturn a, b",
        ),
        ("split", "n = iter(dataset)\na = list(n)\nb = list(n)\nreturn a, b"),
        ("count_parameters", "ps = model.parameters()\na = list(ps)\nb = sum(ps)\nreturn a + b"),
    ],
    "global_read": [
        ("train_batch", "return loss_fn(model(images.to(device)), labels).item()"),
        ("train_epoch", "for images, labels in train_dataloader:\n    pass\nreturn Metrics(0, 0)"),
        ("evaluate", "for x, y in test_loader:\n    model(x)\nreturn Metrics(0, 0)"),
    ],
}
ROWS = [(name, *row) for name, rows in TOLD.items() for row in rows]


@pytest.mark.parametrize(("slip", "exercise", "text"), ROWS, ids=[row[0] for row in ROWS])
def test_a_slip_is_told_with_its_line(slip, exercise, text):
    text = whole(text, exercise)
    found = slips_in(Answer(find_exercise(exercise), text=text))
    assert slip in [each.slip.id for each in found]
    for each in found:
        assert each.told.startswith(f"Line {each.line}, `{each.quote[:40]}")


def graded(exercise, text):
    """Grade a live answer whose text is known."""
    text = whole(text, exercise)
    submission = alive({exercise: loaded(text, exercise)}, text)
    return Grading(submission, InlineRunner(), Exam(3)).exercise(exercise)


def test_a_slip_stands_first_and_asks_its_own_question():
    result = graded(*TOLD["method_not_called"][0])
    first = next(check for check in result.checks if check.verdict != "passed")
    assert "This names `optimizer.step` and does not call it" in first.said("explanation")
    assert first.said("hint") == "What makes Python run a function, rather than only mention it?"


def test_a_slip_is_told_once_and_no_guess_beside_it():
    text = "if image.dtype != np.uint8 and image.ndim != 2:\n    raise ValueError('uint8')\n"
    result = graded("image_to_tensor", f"{text}return torch.from_numpy(image / 255).float()[None]")
    told = [check.said("explanation") for check in result.every_check]
    assert sum("With `and` this refuses only" in text for text in told) <= 1
    assert not any("The behaviour of your code fits" in text for text in told)


def test_another_failure_in_the_line_of_a_slip_is_the_same():
    text = "path = Path(path)\npath.mkdir(parents=True, exist_ok=True)\ntorch.save({}, path)"
    told = {check.name: check for check in graded("save_checkpoint", text).checks}
    first = told["save_checkpoint_writes_data_and_no_code"]
    again = told["save_checkpoint_replaces_an_older_file_whole_or_not_at_all"]
    assert "This makes a folder with the name of the file" in first.said("explanation")
    assert again.said("explanation") == f"The same as for: {first.sentence}."
    assert again.said("hint") == ""


def test_a_slip_that_stops_all_lines_explains_what_else_fails():
    text = (
        "class Block(nn.Sequential):\n    def __init__(self):\n        super().__init__(nn.ReLU())"
    )
    result = graded("conv_block", f"{text}\nreturn Block")
    failed = [check for check in result.checks if check.verdict in ("failed", "crashed")]
    assert "This returns the class `Block` itself" in failed[0].said("explanation")
    again = f"The same as for: {failed[0].sentence}."
    assert {check.said("explanation") for check in failed[1:]} == {again}
    assert {check.said("hint") for check in failed[1:]} == {""}


def test_other_failures_ask_first_about_the_line_of_the_slip():
    text = "count = 0\nfor p in model.parameters():\n    if p.requires_grad:\n"
    text += "        count = p.numel()"
    failed = [
        c for c in graded("count_parameters", f"{text}\nreturn count").checks if c.points == 0
    ]
    asked = {check.said("hint") for check in failed[1:]}
    assert asked == {"Does this still fail when the line that is named above is corrected?"}


def test_a_line_that_may_be_harmless_stands_after_the_mistake_that_fits():
    text = "unused = 3\nreturn float((logits.argmax(1) == labels).sum())"
    checks = [c for c in graded("accuracy", text).checks if c.verdict == "failed"]
    told = checks[0].said("explanation")
    assert 0 < told.index("fits this mistake") < told.index("`unused` gets a value here")
    never = "Does this still fail when the line that is named above is corrected?"
    assert never not in {check.said("hint") for check in checks}


def test_an_error_that_an_attempt_hides_is_told_once():
    """The texts of a ValueError are left out of an attempt; its line is not."""
    text = "if Path(path).suffix != '.tar':\n    raise ValueError('no tar')\nreturn 1"
    checks = graded("load_checkpoint", text).checks
    assert [c.verdict for c in checks if c.verdict in ("crashed", "failed")] == ["crashed"]


def test_of_a_right_answer_nothing_is_told():
    result = graded(
        "count_parameters",
        "unused = 3\nreturn sum(p.numel() for p in model.parameters() if p.requires_grad)",
    )
    assert result.verdict == "passed"
    assert not any(check.said("explanation") for check in result.every_check)


def test_an_answer_inside_an_if_is_not_told_to_be_missing():
    text = 'if __name__ == "__main__":\n    def accuracy(logits, labels):\n        return 1.0\n'
    read = assemble("x", {PurePosixPath("baseline.py"): text.encode()})
    result = Grading(read, InlineRunner(), Exam(3)).exercise("accuracy")
    assert "stands inside `if __name__ == '__main__':` (line 1)" in result.message
