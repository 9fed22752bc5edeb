"""Small problems for `load_checkpoint`."""

import io
import os
from pathlib import Path
from typing import Any

import torch
import torch.serialization
from torch import nn

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.instruments.bystanders import Bystanders
from autograder.worker.scenarios.instruments.files import (
    EPOCH,
    Snapshot,
    checkpoint_of,
    empty_folder,
    network,
    sgd,
    steps,
    trained,
)
from autograder.worker.scenarios.instruments.refusals import attempt
from autograder.worker.scenarios.instruments.watched import LABELS
from autograder.worker.scenarios.instruments.worlds import weights_of


@scenario()
def loaded_checkpoint(answer: Any, probe: Probe) -> None:
    """Into another model in train mode and another optimizer; then training goes on."""
    saved, its_optimizer = trained(probe.generator)
    model, optimizer = trained(probe.generator, rate=0.5)
    more = probe.generator.get_state()
    with empty_folder() as folder:
        path = folder / "model.pt"
        torch.save({**checkpoint_of(saved, its_optimizer), "further": "keys are fine"}, path)
        call = 'load_checkpoint("model.pt", model, optimizer)'
        epoch = probe.call(call, answer, str(path), model.train(), optimizer)
        probe.note(epoch=epoch, mode_after=model.training, saved=weights_of(saved))
        probe.note(model=weights_of(model))
        steps(saved, its_optimizer, probe.generator.set_state(more), 2)
        again = probe.generator.set_state(more)
        probe.call("optimizer.step()  # after loading", steps, model, optimizer, again, 2)
        probe.note(saved_later=weights_of(saved), model_later=weights_of(model))
        torch.save({**checkpoint_of(saved, its_optimizer), "epoch": EPOCH + 1}, path)
        call = 'load_checkpoint("model.pt", model, optimizer)  # after the file was replaced'
        probe.note(next_epoch=probe.call(call, answer, str(path), model, optimizer))


@scenario()
def loaded_without_an_optimizer(answer: Any, probe: Probe) -> None:
    """Into a model in eval mode, with gradients and a frozen weight; the file has an optimizer."""
    saved, its_optimizer = trained(probe.generator)
    model = trained(probe.generator)[0].eval()
    next(model.parameters()).requires_grad_(False)
    with empty_folder() as folder, Bystanders(model, but=("the mode",)) as others:
        path = folder / "model.pt"
        torch.save(checkpoint_of(saved, its_optimizer), path)
        epoch = probe.call('load_checkpoint(Path("model.pt"), model.eval())', answer, path, model)
    probe.note(epoch=epoch, mode_after=model.training, changed=others.changed)
    probe.note(saved=weights_of(saved), model=weights_of(model))


class _Loads:
    """Counts how often a state is loaded into a model, and not into a copy of it."""

    def __init__(self, model: nn.Module) -> None:
        self.model, self.count = model, 0
        model.register_load_state_dict_pre_hook(self._note)

    def __deepcopy__(self, memo: object) -> "_Loads":
        return self  # copies of the model have the hook, too

    def _note(self, module: nn.Module, *_: Any) -> None:
        self.count += module is self.model


def _note_refusals(answer: Any, probe: Probe, files: dict[str, Any]) -> None:
    """Load each file into a fresh model and optimizer; note what was said and what changed.

    A file is given as bytes, as what `torch.save` is to put into it, or as None for no file.
    """
    attempts, changed, changing = [], [], []
    for name, content in files.items():
        model = network(probe.generator)
        optimizer = sgd(model)
        steps(model, optimizer, probe.generator)
        before, loads = Snapshot(model, optimizer), _Loads(model)
        with empty_folder() as folder:
            path = folder / name
            if isinstance(content, bytes):
                path.write_bytes(content)
            elif content is not None:
                torch.save(content, path)
            call = f'load_checkpoint("{name}", model, optimizer)'
            told = attempt(probe, call, answer, str(path), model, optimizer)
        attempts.append(told if "raised" in told else {**told, "returned": "no error"})
        if before.changes() != "nothing":
            again = ", though it was loaded once more" if loads.count > 1 else ""
            changed.append(f"{before.changes()}{again} ({name})")
            changing.append(call)
    probe.note(attempts=attempts)
    probe.note(changed=", ".join(changed) or "nothing", of=changing[0] if changing else None)


@scenario()
def loaded_from_nowhere(answer: Any, probe: Probe) -> None:
    """There is no such file."""
    _note_refusals(answer, probe, {"missing.pt": None})


@scenario()
def loaded_from_damaged_files(answer: Any, probe: Probe) -> None:
    """Empty, text, zeros, cut in half, and weights in place of a checkpoint."""
    model, optimizer = trained(probe.generator)
    whole = io.BytesIO()
    torch.save(checkpoint_of(model, optimizer), whole)
    files = {
        "empty.pt": b"",
        "text.pt": b"hello\n",
        "zeros.pt": bytes(4_000),
        "cut_in_half.pt": whole.getvalue()[: len(whole.getvalue()) // 2],
        "weights_alone.pt": model.state_dict(),
    }
    _note_refusals(answer, probe, files)


@scenario()
def loaded_weights_that_do_not_fit(answer: Any, probe: Probe) -> None:
    """Another shape in the last layer, one that could be spread, a weight too few or too many."""
    model, optimizer = trained(probe.generator)
    fewer, more = model.state_dict(), model.state_dict()
    del fewer["3.bias"]
    narrow = {**model.state_dict(), "3.bias": torch.ones(1)}
    more["4.weight"] = torch.ones(2)
    fitting = checkpoint_of(model, optimizer)
    files = {
        "another_shape.pt": checkpoint_of(network(probe.generator, LABELS + 3), optimizer),
        "one_number_for_ten.pt": {**fitting, "model": narrow},
        "weight_missing.pt": {**fitting, "model": fewer},
        "weight_left_over.pt": {**fitting, "model": more},
    }
    _note_refusals(answer, probe, files)


@scenario()
def loaded_optimizers_that_do_not_fit(answer: Any, probe: Probe) -> None:
    """The weights fit; the optimizer was not saved, or had fewer parameters."""
    model, _ = trained(probe.generator)
    part = torch.optim.SGD(list(model.parameters())[:2], lr=0.1, momentum=0.9)
    files = {
        "no_optimizer.pt": checkpoint_of(model),
        "fewer_weights.pt": checkpoint_of(model, part),
    }
    _note_refusals(answer, probe, files)


class _Bomb:
    """Makes a folder when it is unpickled without care."""

    def __init__(self, folder: Path) -> None:
        self.folder = str(folder)

    def __reduce__(self) -> Any:
        return os.mkdir, (self.folder,)


@scenario()
def loaded_file_with_code(answer: Any, probe: Probe) -> None:
    """A file that runs code when it is loaded without care; the code makes a folder."""
    model, optimizer = trained(probe.generator)
    with empty_folder() as folder:
        trap = folder / "trap"
        content = {**checkpoint_of(model, optimizer), "surprise": _Bomb(trap)}
        _note_refusals(answer, probe, {"code_inside.pt": content})
        probe.note(code_ran=trap.exists())


@scenario()
def loaded_file_from_a_gpu(answer: Any, probe: Probe) -> None:
    """A file whose tensors lay on a GPU that this computer may not have."""
    saved, its_optimizer = trained(probe.generator)
    model = network(probe.generator)
    with empty_folder() as folder:
        path = folder / "model.pt"
        tag = torch.serialization.location_tag
        torch.serialization.location_tag = lambda storage: "cuda:0"
        try:
            torch.save(checkpoint_of(saved, its_optimizer), path)
        finally:
            torch.serialization.location_tag = tag
        call = 'load_checkpoint("from_a_gpu.pt", model)'
        probe.note(attempt=attempt(probe, call, answer, str(path), model))


@scenario()
def loaded_onto_a_device(answer: Any, probe: Probe) -> None:
    """Onto the `meta` device, which holds shapes only; an error there says nothing."""
    saved, model = network(probe.generator), network(probe.generator)
    with empty_folder() as folder:
        path = folder / "model.pt"
        torch.save(checkpoint_of(saved), path)
        call = 'load_checkpoint("model.pt", model, device="meta")'
        told = attempt(probe, call, answer, str(path), model, device="meta")
    devices = [] if "raised" in told else sorted({p.device.type for p in model.parameters()})
    probe.note(devices=devices)
