"""Live training: it changes nothing, and leaves a picture however it ends."""

import functools
import gc
import io
import math
import weakref
from textwrap import dedent

import pytest
import torch
import torch.nn.functional as F
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
from torch import nn

from fashion_course.kit import LiveTraining, Metrics
from fashion_course.kit.live import training as live
from tests.support.live_runs import (
    NO_LOADERS,
    evaluate,
    fit,
    loaders_of,
    model_and_optimizer,
    train,
    train_epoch,
)


class Notebook:
    """Takes what a kernel would display, and how often it was replaced."""

    def __init__(self):
        self.shown, self.updates = [], 0

    def display(self, data, *, metadata, raw, display_id):
        assert raw
        assert display_id is True
        self.shown.append((data, metadata))
        return self

    def update(self, data, *, metadata, raw):
        assert raw
        self.updates += 1
        self.shown[-1] = data, metadata

    @property
    def words(self):
        ((data, _),) = self.shown
        return data["text/plain"]


@pytest.fixture
def notebook(monkeypatch):
    taken = Notebook()
    monkeypatch.setattr(live, "in_notebook", lambda: True)
    monkeypatch.setattr(live.NotebookView, "pause", 0.0)
    monkeypatch.setattr(live, "SHARE", math.inf)  # it is always time for another picture
    monkeypatch.setattr("IPython.display.display", taken.display)
    return taken


# What it does not change


@pytest.mark.parametrize("place", ["notebook", "terminal"])
def test_weights_losses_and_random_numbers_are_the_same_to_the_last_bit(place, request):
    if place == "notebook":
        request.getfixturevalue("notebook")
    runs = []
    for watched in (True, False):
        loaders, (model, optimizer) = loaders_of(), model_and_optimizer()
        with LiveTraining(loaders, 2) as shown:
            loss_fn = shown.watch(nn.CrossEntropyLoss()) if watched else nn.CrossEntropyLoss()
            history = fit(model, loaders, loss_fn, optimizer, 2)
        weights = [tensor.tolist() for tensor in model.state_dict().values()]
        runs.append((history, weights, torch.get_rng_state().tolist()))
    assert runs[0] == runs[1]


def test_no_graph_is_kept_alive():
    model, _ = model_and_optimizer()
    with LiveTraining(NO_LOADERS, 1) as shown:
        watched = shown.watch(nn.CrossEntropyLoss())
        pixels, labels = next(iter(loaders_of().train))
        logits = model(pixels)
        loss = watched(logits, labels)
        loss.backward()
        kept = [weakref.ref(logits), weakref.ref(loss)]
        del logits, loss
        gc.collect()
        assert [ref() for ref in kept] == [None, None]


def test_a_watched_loss_is_used_like_the_original():
    original = nn.CrossEntropyLoss(weight=torch.ones(3), label_smoothing=0.1)
    watched = LiveTraining(NO_LOADERS, 1).watch(original)
    assert (watched.reduction, watched.label_smoothing) == ("mean", 0.1)
    assert watched.to(torch.float64) is watched
    assert original.weight.dtype == torch.float64
    logits, labels = torch.rand(4, 3).double(), torch.tensor([0, 1, 2, 0])
    assert watched(input=logits, target=labels) == original(logits, labels)
    with pytest.raises(AttributeError, match="no_such"):
        watched.no_such  # noqa: B018


# How it ends


class Stopping(nn.CrossEntropyLoss):
    """Raises at the n-th call."""

    def __init__(self, error, after):
        super().__init__()
        self.error, self.left = error, after

    def forward(self, logits, labels):
        self.left -= 1
        if self.left == 0:
            raise self.error
        return super().forward(logits, labels)


def stop(error, after):
    """Train until the loss function raises; return the `LiveTraining`."""
    shown = LiveTraining(loaders_of(), 4)

    def run():
        with shown:
            model, optimizer = model_and_optimizer()
            fit(model, loaders_of(), shown.watch(Stopping(error, after)), optimizer, 4)

    with pytest.raises(type(error)):
        run()
    return shown


@pytest.mark.parametrize("error", [KeyboardInterrupt(), RuntimeError("out of cheese")])
def test_an_exception_passes_and_leaves_a_picture(notebook, error):
    shown = stop(error, after=8)  # 3 + 2 batches of epoch 1, 2 of epoch 2
    assert [epoch.epoch for epoch in shown.history] == [1]
    assert notebook.words.startswith(
        f"{type(error).__name__} in epoch 2 of 4, batch 2 of 3. Learning curves over 1 epoch"
    )
    assert len(notebook.shown) == 1


def test_training_that_stops_while_it_is_validated_keeps_its_training_half(capsys):
    (epoch,) = stop(KeyboardInterrupt(), after=5).history
    assert not math.isnan(epoch.train.loss)
    assert math.isnan(epoch.validation.loss)
    said = capsys.readouterr().out.splitlines()
    assert said[-1] == "KeyboardInterrupt in epoch 1 of 4, batch 3 of 3"
    assert "validation" not in said[0]


def test_a_loss_that_was_not_watched_is_told(notebook, capsys):
    with LiveTraining(loaders_of(), 1):
        pass
    assert "pass live.watch(loss_fn) to fit" in notebook.words
    assert capsys.readouterr() == ("", "")


def test_training_on_other_images_than_those_of_the_loaders_is_shown(notebook):
    batch = next(iter(loaders_of().train))
    model, optimizer = model_and_optimizer()
    with LiveTraining(NO_LOADERS, 2) as shown:
        train_epoch(model, [batch] * 2, shown.watch(nn.CrossEntropyLoss()), optimizer)
    assert [epoch.epoch for epoch in shown.history] == [1, 2]


def test_no_epochs_are_refused():
    with pytest.raises(ValueError, match="epochs is 0: pass how many there will be, at least 1"):
        LiveTraining(loaders_of(), 0)


# What it shows


def test_a_notebook_gets_one_picture_that_is_replaced(notebook, capsys):
    history, _ = train(epochs=2)
    assert len(notebook.shown) == 1
    assert notebook.updates == 2 * (3 + 2)  # after each call of the loss, and at the end
    ((data, metadata),) = notebook.shown
    assert {"image/png", "text/html", "text/plain"} == data.keys()
    assert metadata["image/png"]["alt"] == data["text/plain"]
    first, last = (f"{epoch.validation.loss:.3g}" for epoch in (history[0], history[-1]))
    assert f"validation loss from {first} to {last}" in data["text/plain"]
    assert capsys.readouterr() == ("", "")


def test_the_picture_shows_the_epochs_and_what_is_in_between(notebook, monkeypatch):
    pictures = []
    ending = live.NotebookView.end
    monkeypatch.setattr(
        live.NotebookView, "end", lambda *given: (pictures.append(given[0]), ending(*given))
    )
    history, _ = train(epochs=2)
    (picture,) = pictures
    left, right = picture._axes
    *running, trained, validated = left.lines
    places = [place for line in running for place in line.get_xdata()]
    assert places == pytest.approx([1 / 3, 2 / 3, 1, 4 / 3, 5 / 3, 2])
    assert list(trained.get_ydata()) == pytest.approx([epoch.train.loss for epoch in history])
    assert list(validated.get_xdata()) == [1, 2]
    assert running[0].get_ydata()[-1] == pytest.approx(history[0].train.loss)
    assert left.get_xlim()[1] >= 2
    assert [text.get_text() for text in right.texts] == ["train", "validation"]


def test_a_loss_that_becomes_nan_is_drawn(notebook):
    def diverge(logits, labels):
        return F.cross_entropy(logits, labels) * math.inf

    train(
        loss_fn=diverge,
        fit=lambda model, loaders, loss, *_: evaluate(model, loaders.validation, loss),
    )
    assert "validation loss from inf to inf" in notebook.words


def test_it_draws_seldom_enough_to_cost_little(notebook, monkeypatch):
    now, drawn, cost = 0, [], 0

    def draw(*_):
        nonlocal now
        drawn.append(now)
        now += cost

    monkeypatch.setattr(live.time, "perf_counter", lambda: now)
    monkeypatch.setattr(live, "SHARE", 0.02)
    monkeypatch.setattr(live.NotebookView, "pause", 0.5)
    monkeypatch.setattr(live.NotebookView, "_draw", draw)
    with LiveTraining(loaders_of(), 1) as shown:
        loss_fn = shown.watch(nn.CrossEntropyLoss())
        for now, cost in ((1, 0.3), (16.2, 0.3), (16.4, 0.001), (16.8, 0), (17, 0)):  # noqa: B007
            loss_fn(torch.zeros(2, 3), torch.zeros(2, dtype=torch.long))
    # 0.3 seconds for a picture are 2 % of 15; a cheap one still waits for half a second.
    assert drawn == [1, 16.4, 17, 17]  # the last one at the end


def test_a_terminal_gets_a_line_for_each_epoch(capsys):
    history, _ = train(epochs=2)
    out, err = capsys.readouterr()
    assert err == ""
    assert out.splitlines() == [
        f"epoch {epoch.epoch}/2: loss {epoch.train.loss:.3f}, accuracy {epoch.train.accuracy:.1%};"
        f" validation loss {epoch.validation.loss:.3f}, accuracy {epoch.validation.accuracy:.1%}"
        .replace("%", " %")
        for epoch in history
    ]  # fmt: skip


def train_for_as_long_as_it_takes():
    (model, optimizer), batches = model_and_optimizer(), loaders_of()
    with LiveTraining(batches, None) as shown:
        return fit(model, batches, shown.watch(nn.CrossEntropyLoss()), optimizer, 2), shown


def test_where_nobody_knows_how_many_epochs_there_will_be_none_are_promised(capsys):
    history, _ = train_for_as_long_as_it_takes()
    said = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in said] == ["epoch 1", "epoch 2"]
    assert [epoch.epoch for epoch in history] == [1, 2]


def test_the_picture_of_an_unknown_number_of_epochs_grows_with_them(notebook, monkeypatch):
    ends = []
    monkeypatch.setattr(live, "draw_curves", lambda *drawn: ends.append(drawn[-1]))
    train_for_as_long_as_it_takes()
    assert sorted(set(ends)) == [1, 2]
    assert ends == sorted(ends)


def test_an_unknown_number_of_epochs_is_left_out_of_where_training_stopped():
    moment = live.Moment(2, 3, 8, Metrics(1.0, 0.5))
    assert live.where(moment, None) == "epoch 2, batch 3 of 8"


def test_a_bar_of_an_unknown_number_of_epochs_is_full_at_the_end_of_each(terminal):
    train_for_as_long_as_it_takes()
    assert "epoch 2 " in terminal.getvalue()
    assert "epoch 2/" not in terminal.getvalue()


@pytest.fixture
def terminal(monkeypatch):
    page = io.StringIO()
    monkeypatch.setattr(live.TerminalView, "pause", 0.0)
    monkeypatch.setattr(live, "SHARE", math.inf)
    console = functools.partial(live.Console, file=page, force_terminal=True, width=80)
    monkeypatch.setattr(live, "Console", console)
    return page


def test_a_terminal_gets_a_bar(terminal):
    train(epochs=2)
    assert "epoch 2/2 " in terminal.getvalue()


CELLS = (
    """
    import torch
    from torch import nn
    from fashion_course.kit import LiveTraining, Loaders, shape_lens
    from autograder.course.reference import reference_answer
    batches = [(torch.zeros(4, 1, 6, 6), torch.arange(4) % 3)] * 20
    loaders = Loaders(batches, batches[:2], [])
    model = nn.Sequential(nn.Flatten(), nn.Linear(36, 3))
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    """,
    "shape_lens(model, batches[0])",
    """
    with LiveTraining(loaders, epochs=2) as live:
        reference_answer("fit")(model, loaders, live.watch(nn.CrossEntropyLoss()), optimizer, 2)
    """,
)


def test_in_a_kernel_each_shows_itself_once_and_nothing_is_on_stderr(tmp_path):
    notebook = new_notebook(cells=[new_code_cell(dedent(cell).strip()) for cell in CELLS])
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": tmp_path}}).execute()
    setup, lens, training = (cell.outputs for cell in notebook.cells)
    assert setup == []
    assert [output.output_type for output in lens] == ["execute_result"]
    assert lens[0].data["text/html"].startswith("<table>")
    assert [output.output_type for output in training] == ["display_data"]
    assert training[0].data["text/plain"].startswith("Learning curves over 2 epochs")
    assert 'alt="Learning curves' in training[0].data["text/html"]
