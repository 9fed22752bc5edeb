"""Proves that a checkpoint is all it takes: a fresh process computes the logits from it.

python -m fashion_course.kit.reload CHECKPOINT LOGITS.npy
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from fashion_course.kit.data.dataset import fashion_mnist
from fashion_course.kit.runs.restoring import restore
from fashion_course.kit.runs.scoring import logits_of, normalised


def logits_in_a_fresh_process(checkpoint: Path, quick: bool) -> Tensor:
    """Return the logits of the test images, float32 `(N, 10)`, that a new Python computes.

    Args:
        checkpoint: with its `run.json` beside it.
        quick: on the shipped subset.

    Raises:
        RuntimeError: the process failed; the message is what it said.
    """
    with tempfile.TemporaryDirectory(prefix="fashion-course-") as folder:
        file = Path(folder) / "logits.npy"
        command = [sys.executable, "-m", __name__, str(checkpoint), str(file)]
        told = subprocess.run(
            [*command, *(["--quick"] if quick else [])], capture_output=True, text=True, check=False
        )
        if told.returncode != 0:
            raise RuntimeError(f"a fresh process could not load {checkpoint}:\n{told.stderr}")
        return torch.from_numpy(np.load(file))


def _main(checkpoint: str, out: str, *options: str) -> None:
    restored = restore(Path(checkpoint))
    test = fashion_mnist("test", quick="--quick" in options)
    images = normalised(test, restored.mean, restored.std)
    np.save(out, logits_of(restored.model, images).numpy())


if __name__ == "__main__":
    _main(*sys.argv[1:])
