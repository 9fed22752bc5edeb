"""Code that raises the exceptions that answers meet, by the explanation that each should get."""

import io
import math
import random
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, random_split
from torchvision.transforms import v2

from autograder.course.reference import reference_answer
from fashion_course.kit import Metrics
from tests.support.submissions import loaded

F = nn.functional
IMAGES, LOGITS, LABELS = torch.zeros(8, 1, 28, 28), torch.zeros(8, 10), torch.zeros(8).long()


def weights():
    return torch.ones(3, requires_grad=True)


def backward_twice():
    loss = weights().exp().sum()
    loss.backward()
    loss.backward()


def in_place():
    y = weights().exp().exp()
    y += 1
    y.sum().backward()


def inference_tensor():
    with torch.inference_mode():
        x = torch.ones(3)
    (x * weights()).sum().backward()


def not_initialised():
    class Model(nn.Module):
        def __init__(self):
            self.layer = nn.Linear(1, 1)

    Model()


def one_step_too_many():
    optimizer = torch.optim.SGD([weights()], 0.1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.1, 1)
    for step in (optimizer.step, schedule.step, schedule.step):
        step()


def no_forward():
    class Model(nn.Module):
        def foward(self, images):
            return images

    Model()(IMAGES)


def self_as_size():
    class Model(nn.Module):
        def __init__(in_features=784):  # noqa: N805
            super().__init__()
            in_features.layer = nn.Linear(in_features, 10)

    Model()


def no_self():
    class Best:
        def restore():
            pass

    Best().restore()


def one_argument_too_many():
    class Model(nn.Module):
        def forward(images):  # noqa: N805
            return images

    Model()(IMAGES)


def make_folder(path):
    return loaded("def f(path):\n    path.mkdir(parents=True, exist_ok=True)\n", "f")(path)


def no_self_for_super():
    type("Model", (nn.Module,), {"__init__": lambda *sizes: super().__init__()})()


def recursion(n=0):
    return recursion(n + 1)


def typed_in():
    before, sys.stdin = sys.stdin, io.StringIO()
    try:
        return input("learning rate? ")
    finally:
        sys.stdin = before


def read_before_assigned():
    for _ in []:
        found = 1
    return found


ARRAY, BATCH = np.zeros((2, 3), np.uint8), (IMAGES, LABELS)


def in_place_on_bytes():
    image = ARRAY.copy()
    image /= 255


def in_place_on_bytes_of_torch():
    image = torch.zeros(2, dtype=torch.uint8)
    image /= 255


def parameter_replaced():
    nn.Linear(1, 1).weight = torch.zeros(1, 1)


def loaded_again(content):
    file = io.BytesIO()
    torch.save(content, file)
    file.seek(0)
    torch.load(file, weights_only=True)


def cut_off():
    file = io.BytesIO()
    torch.save(IMAGES, file)
    torch.load(io.BytesIO(file.getvalue()[:300]), weights_only=True)


def sgd(*parameters):
    return torch.optim.SGD(parameters or nn.Linear(1, 1).parameters(), 0.1)


def context_not_called():
    with torch.no_grad:
        pass


def no_context():
    with 3:
        pass


def text_raised():
    raise "a text"  # noqa: B016


def tuple_changed():
    pair = (1, 2)
    pair[0] = 3


def named_tuple_changed():
    Metrics(1.0, 1.0).loss = 2.0


def answer_runs(line):
    """Run a line as an answer's own, so that it stands in the exception."""
    names = "import torch\nfrom torch import nn\nfrom torchvision.transforms import v2\n"
    return lambda: loaded(f"{names}def f(model, batch):\n    {line}\n", "f")(
        nn.Sequential(nn.Flatten()), BATCH
    )


MORE = {
    "too-many-axes": lambda: LOGITS.permute(2, 0, 1),
    "axes-of-an-array": lambda: ARRAY.transpose(2, 0, 1),
    "too-many-indices": [lambda: LOGITS[0, 0, 0], lambda: ARRAY[0, 0, 0]],
    "no-dimension": [lambda: list(torch.tensor(1.0)), lambda: len(torch.tensor(1.0))],
    "numbers-to-cat": [lambda: torch.cat([1.0]), lambda: torch.stack([2.0])],
    "numbers-as-tensors-to-cat": lambda: torch.cat([torch.tensor(1.0), torch.tensor(2.0)]),
    "arrays-differ": lambda: ARRAY + np.zeros((4, 5)),
    "shape-of-an-array": lambda: ARRAY.reshape(4, 5),
    "rows-differ": lambda: torch.tensor([[1], [1, 2]]),
    "negative-stride": lambda: torch.from_numpy(ARRAY[::-1]),
    "bytes-in-place": [in_place_on_bytes, in_place_on_bytes_of_torch],
    "whole-number-wanted": [
        lambda: torch.randperm(4.0),
        lambda: range(4.0),
        lambda: list(LOGITS)[:1.5],
        lambda: list(LOGITS)[1.0],
        lambda: torch.zeros(2.5),
        lambda: random_split(range(10), [8.5, 1.5]),
        lambda: nn.Linear(784.0, 10),
    ],
    "not-a-generator": [
        lambda: random_split(range(10), [5, 5], generator=3),
        lambda: list(DataLoader(range(10), shuffle=True, generator=3)),
    ],
    "bytes-to-normalise": lambda: v2.Normalize([0.1], [0.2])(IMAGES[0].byte()),
    "std-of-zero": lambda: v2.Normalize([0.1], [0.0])(IMAGES[0]),
    "normalise-by-numbers": answer_runs("return v2.Normalize(0.1, 0.2)"),
    "function-of-a-number": [
        answer_runs("return sum(batch[0].numel())"),
        answer_runs("return v2.Normalize(list(0.1), list(0.2))"),
    ],
    "number-of-something": [lambda: int(filter(None, [])), lambda: float([1.0])],
    "cat-of-no-list": [lambda: torch.cat(x for x in [LOGITS]), lambda: torch.stack(LOGITS)],
    "matmul-of-a-line": answer_runs("return batch[0][0, 0] @ batch[0][0, 0, 1:]"),
    "compose-of-one": lambda: v2.Compose(v2.ToImage()),
    "compose-of-several": lambda: v2.Compose(v2.ToImage(), v2.ToImage()),
    "not-an-array": lambda: torch.from_numpy([1]),
    "bool-arithmetic": [lambda: (LOGITS > 0) - (LOGITS > 0), lambda: -(LOGITS > 0)],
    "dataset-is-empty": lambda: DataLoader([], shuffle=True),
    "batch-size": lambda: DataLoader([1], batch_size=0),
    "weights-to-optimizer": [lambda: torch.optim.SGD(LOGITS, 0.1), lambda: sgd(1.0)],
    "model-to-optimizer": answer_runs("return torch.optim.SGD(model, 0.1)"),
    "parameter-replaced": parameter_replaced,
    "state-of-a-checkpoint": lambda: nn.Linear(1, 1).load_state_dict({"model": {}, "epoch": 1}),
    "state-missing": lambda: nn.Linear(1, 1).load_state_dict({"weight": torch.zeros(1, 1)}),
    "state-unexpected": lambda: nn.Flatten().load_state_dict({"weight": torch.zeros(1, 1)}),
    "state-shapes": lambda: nn.Linear(2, 2).load_state_dict(nn.Linear(3, 2).state_dict()),
    "state-is-a-method": lambda: nn.Linear(1, 1).load_state_dict(nn.Linear(1, 1).state_dict),
    "state-is-none": [
        lambda: nn.Linear(1, 1).load_state_dict("model.pt"),
        lambda: nn.Linear(1, 1).load_state_dict(None),
    ],
    "state-of-the-optimizer": [
        lambda: sgd().load_state_dict({"state": {}, "param_groups": []}),
        lambda: sgd().load_state_dict(sgd(nn.Parameter(LOGITS)).state_dict()),
    ],
    "state-of-numpy": lambda: loaded_again({"numpy": np.random.get_state()}),
    "weights-only-class": [
        lambda: loaded_again(nn.Linear(1, 1)),
        lambda: loaded_again({"path": Path("x")}),
    ],
    "cannot-pickle": lambda: loaded_again({"transform": lambda: 0}),
    "damaged-file": [cut_off, lambda: torch.load(io.BytesIO(), weights_only=True)],
    "method-attribute": lambda: LOGITS.sum.item(),
    "method-as-value": [lambda: LOGITS.sum / 3, lambda: 3 + LOGITS.sum, lambda: float(LOGITS.sum)],
    "method-as-list": [lambda: LOGITS.size[0], lambda: list(LOGITS.tolist)],
    "function-as-list": lambda: list(make_folder),
    "pair-to-a-model": answer_runs("return model(batch)"),
    "tuple-attribute": lambda: BATCH.mean(),
    "list-attribute": lambda: [LOGITS].mean(),
    "max-attribute": lambda: LOGITS.max(1).float(),
    "array-attribute": [
        lambda: ARRAY.unsqueeze(0),
        answer_runs("return model(batch[0]).numpy().unsqueeze(0)"),
    ],
    "array-to-a-model": answer_runs("return model(batch[0].numpy())"),
    "named-tuple-changed": named_tuple_changed,
    "context-not-called": context_not_called,
    "no-context": no_context,
    "not-an-exception": text_raised,
    "tuple-changed": tuple_changed,
    "ran-out": lambda: next(iter([])),
    "two-kinds": [lambda: "a" + 1, lambda: [1] + 1, lambda: {} / 1, lambda: 1 + "a"],
    "two-kinds-compared": lambda: "a" < 1,
    "caret": [lambda: 1.5 ^ 2, lambda: LOGITS ^ 2, lambda: 2 ^ 1.5],
    "root-of-a-negative": answer_runs("import math\n    return math.sqrt(-1)"),
    "save-to-no-file": lambda: torch.save("model.pt", {}),
    "own-path": lambda: Path("no_such_folder", "no_such_file").read_text(),
    "missing-folder": lambda: torch.save({}, "/no_such_folder/model.pt"),
    "file-where-a-folder": lambda: make_folder(Path(__file__)),
    "folder-is-there": lambda: Path(tempfile.gettempdir()).mkdir(),
    "folder-for-a-file": [
        lambda: Path(tempfile.gettempdir()).read_bytes(),
        lambda: torch.save({}, tempfile.gettempdir()),
    ],
    "file-for-a-folder": lambda: Path(__file__, "model.pt").read_bytes(),
    "spent-batches": lambda: reference_answer("train_epoch")(nn.Flatten(), iter(()), None, None),
    "own-refusal": answer_runs("raise ValueError(f'{batch} is no batch')"),
}
TORCH = {
    "matmul-shapes": [
        lambda: nn.Linear(490, 10)(torch.zeros(2, 640)),
        lambda: nn.Linear(784, 10)(torch.zeros(3136)),
    ],
    "wants-4d": lambda: nn.Conv2d(1, 2, 3)(torch.zeros(5, 784)),
    "conv-channels": lambda: nn.Conv2d(3, 2, 3)(IMAGES),
    "kernel-too-large": lambda: nn.Conv2d(1, 1, 3)(torch.zeros(1, 1, 2, 2)),
    "pool-too-small": lambda: nn.MaxPool2d(2)(torch.zeros(1, 1, 1, 1)),
    "shape-reshape": lambda: torch.zeros(10).reshape(3, 4),
    "view-not-contiguous": lambda: torch.zeros(3, 4).T.view(-1),
    "sizes-differ": lambda: torch.zeros(3) + torch.zeros(4),
    "stack-of-other-sizes": lambda: torch.stack([LOGITS, LOGITS[:6]]),
    "cat-of-other-sizes": lambda: torch.cat([LOGITS, LOGITS[:, :9]]),
    "missing-dimension": lambda: LABELS.argmax(1),
    "index-out-of-bounds": lambda: LOGITS[:, 10],
    "empty-reduction": [lambda: LABELS[:0].max(), lambda: LOGITS[:0].argmax(0)],
    "batch-sizes-differ": lambda: F.cross_entropy(LOGITS[:3], LABELS),
    "logits-in-one-row": lambda: F.cross_entropy(LOGITS.flatten(), LABELS),
    "labels-in-a-column": lambda: F.cross_entropy(LOGITS, LABELS[:, None]),
    "loss-of-3d": lambda: F.cross_entropy(torch.zeros(8, 10, 28), LABELS),
    "classes-in-place-of-logits": lambda: F.cross_entropy(LOGITS.argmax(1), LABELS),
    "labels-not-long": [
        lambda: F.cross_entropy(LOGITS, LABELS.int()),
        lambda: F.cross_entropy(LOGITS, LABELS.float()),
    ],
    "logits-not-float": lambda: F.cross_entropy(LABELS, LOGITS),
    "whole-numbers": [lambda: LOGITS.long().softmax(1), lambda: LABELS.mean()],
    "class-out-of-range": lambda: F.cross_entropy(LOGITS, LABELS + 10),
    "dtypes-differ": [
        lambda: nn.Linear(2, 2)(torch.zeros(1, 2).double()),
        lambda: nn.Conv2d(1, 2, 3)(IMAGES.double()),
    ],
    "in-place": in_place,
    "leaf-in-place": lambda: weights().add_(1),
    "backward-twice": backward_twice,
    "no-graph": lambda: torch.ones(2).sum().backward(),
    "grad-not-scalar": lambda: weights().exp().backward(),
    "numpy-needs-grad": lambda: weights().numpy(),
    "inference-tensor": inference_tensor,
    "several-numbers": [lambda: LOGITS.item(), lambda: float(LOGITS)],
    "ambiguous-truth": lambda: bool(LABELS == LABELS),
    "devices-differ": lambda: nn.Linear(2, 2)(torch.zeros(1, 2, device="meta")),
    "no-forward": no_forward,
    "self-as-size": self_as_size,
    "not-initialised": not_initialised,
    "no-parameters": lambda: torch.optim.SGD(nn.Flatten().parameters(), 0.1),
    "layers-in-a-list": lambda: nn.Sequential([nn.Flatten()]),
    "lengths-of-a-split": lambda: random_split(range(10), [3, 6]),
    "not-a-tensor": [
        lambda: nn.Linear(2, 2)([1.0, 2.0]),
        lambda: nn.Linear(2, 2)(np.zeros(2)),
    ],
    "memory": lambda: torch.zeros(2**50),
}
PYTHON = {
    "undefined-name": lambda: undefined,  # noqa: F821
    "undefined-name-near": lambda: IMAGE,  # noqa: F821
    "read-before-assigned": read_before_assigned,
    "missing-module": lambda: __import__("no_such_library"),
    "module-of-the-course": lambda: __import__("kit"),
    "no-module-of-the-course": lambda: __import__("fashion_course.trainning"),
    "import-name": lambda: exec("from math import tau_squared"),
    "none-attribute": lambda: None.step(),
    "none-value": [
        lambda: None + 1,
        lambda: len(None),
        lambda: [*None],
        lambda: (lambda x: x[0])(None),
    ],
    "number-attribute": lambda: (0.5).backward(),
    "iterator-attribute": [
        lambda: (x for x in "ab").dataset,
        lambda: iter([]).dataset,
        lambda: zip("a", "b", strict=True).dataset,
    ],
    "module-attribute": lambda: math.no_such_function,
    "no-attribute": lambda: LOGITS.no_such_method,
    "no-self": no_self,
    "argument-twice": lambda: recursion(0, n=1),
    "too-many-arguments-of-a-method": [
        one_argument_too_many,
        lambda: nn.Flatten()(IMAGES, LABELS),
        lambda: Metrics(1.0, 2.0, 3.0),
    ],
    "too-many-arguments": lambda: (lambda a: a)(1, 2),
    "method-of-a-class": lambda: nn.Linear.eval(),
    "argument-missing": [lambda: nn.Linear(3), lambda: Metrics(1.0)],
    "compiled-as-in-keras": lambda: nn.ReLU().compile(optimizer="adam"),
    "schedule-ended": one_step_too_many,
    "einsum-sizes": lambda: torch.einsum("ij,jk->ik", torch.ones(2, 3), torch.ones(4, 2)),
    "no-such-parameter": [lambda: recursion(m=1), lambda: nn.ReLU(size=3)],
    "no-self-for-super": no_self_for_super,
    "wrong-arguments": lambda: math.floor(),
    "not-callable": [lambda: LOGITS(1), lambda: random(1)],
    "recursion": recursion,
    "input": typed_in,
    "exit": lambda: sys.exit(0),
    "not-enough-values": lambda: (lambda a, b: None)(*[x for x, y in [(1,)]]),
    "too-many-values": lambda: [x for x, y in [(1, 2, 3)]],
    "missing-key": lambda: {"model": 1}["model_state_dict"],
    "list-index": [lambda: [1][1], lambda: (1,)[1]],
    "no-length": lambda: len(x for x in "ab"),
    "not-indexable": lambda: iter("ab")[0],
    "not-iterable": [
        lambda: list(3),
        lambda: torch.optim.SGD(nn.Linear(1, 1), 0.1),
        answer_runs("return sum(1 for x in 3)"),
        answer_runs("return sum(list(3))"),
    ],
    "empty-sequence": [lambda: max([]), lambda: min(())],
    "division-by-zero": lambda: 1 / 0,
    "missing-file": lambda: Path(tempfile.gettempdir(), "no_such_file").read_text(),
}
