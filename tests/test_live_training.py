"""Live training: it sees what happens, changes nothing, and leaves a picture however it ends."""

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
from torch.utils.data import DataLoader

from autograder.reference import reference_answer
from fashion_course.kit import Epoch, LiveTraining, Loaders, Metrics, live
from fashion_course.kit.dataset import TensorImages
from fashion_course.kit.watching import MOST_POINTS, Batch, Record, Tally

fit, train_epoch, evaluate = map(reference_answer, ("fit", "train_epoch", "evaluate"))
TRAIN, VALIDATION = 22, 10  # images, in batches of 8, 8, 6 and of 8, 2


def images(count, seed):
    generator = torch.Generator().manual_seed(seed)
    pixels = torch.rand(count, 1, 6, 6, generator=generator)
    return TensorImages(pixels, torch.randint(3, (count,), generator=generator))


def loaders_of(train=TRAIN):
    shuffling = torch.Generator().manual_seed(1)
    return Loaders(
        DataLoader(images(train, 0), 8, shuffle=True, generator=shuffling),
        DataLoader(images(VALIDATION, 1), 8),
        DataLoader(images(1, 2), 8),
    )


def model_and_optimizer():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(36, 8), nn.Dropout(), nn.Linear(8, 3))
    return model, torch.optim.SGD(model.parameters(), lr=0.5, momentum=0.9)


def train(epochs=2, loss_fn=None, batches=None, fit=fit):
    """Run `fit` watched; return what it returned and the `LiveTraining`."""
    batches = batches or loaders_of()
    model, optimizer = model_and_optimizer()
    with LiveTraining(batches, epochs) as shown:
        watched = shown.watch(loss_fn or nn.CrossEntropyLoss())
        history = fit(model, batches, watched, optimizer, epochs)
    return history, shown


def flat(history):
    return [
        number
        for epoch in history
        for number in (epoch.epoch, *epoch.train, *epoch.validation)
        if not math.isnan(number)
    ]


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
    monkeypatch.setattr(live, "LEAST", 0.0)
    monkeypatch.setattr(live, "SHARE", math.inf)  # it is always time for another picture
    monkeypatch.setattr("IPython.display.display", taken.display)
    return taken


# What it sees


def test_it_sees_what_fit_returns():
    history, shown = train(epochs=3)
    assert flat(shown.history) == pytest.approx(flat(history), abs=1e-6)
    assert shown.history[2].epoch == 3


@pytest.mark.parametrize(
    "loss_fn",
    [
        nn.CrossEntropyLoss(reduction="sum"),
        functools.partial(F.cross_entropy, reduction="sum"),
        lambda logits, labels: F.cross_entropy(logits, labels),
        nn.CrossEntropyLoss(),
    ],
    ids=["sum", "partial sum", "function", "mean"],
)
def test_a_loss_is_told_per_image(loss_fn):
    def fit_once(model, loaders, loss_fn, optimizer, epochs):
        return [evaluate(model, loaders.validation, loss_fn)]

    _, shown = train(loss_fn=loss_fn, fit=fit_once)
    model, _ = model_and_optimizer()
    wanted = evaluate(model, loaders_of().validation, nn.CrossEntropyLoss())
    (seen,) = shown.history
    assert (seen.epoch, *seen.validation) == pytest.approx((0, *wanted), abs=1e-6)
    assert math.isnan(seen.train.loss)


def test_a_validation_that_forgot_no_grad_is_validation():
    def careless(model, batches, loss_fn):
        model.eval()
        with torch.no_grad():
            for pixels, labels in batches:
                with torch.enable_grad():
                    loss_fn(model(pixels), labels).item()

    def fit_and_measure(model, loaders, loss_fn, optimizer, epochs):
        history = []
        for number in range(1, epochs + 1):
            trained = train_epoch(model, loaders.train, loss_fn, optimizer)
            careless(model, loaders.validation, loss_fn)
            validated = evaluate(model, loaders.validation, nn.CrossEntropyLoss())
            history.append(Epoch(number, trained, validated))
        return history

    history, shown = train(epochs=3, fit=fit_and_measure)
    assert flat(shown.history) == pytest.approx(flat(history), abs=1e-6)


def log_after(model, pixels, labels, loss_fn, optimizer):
    """Compute the loss again, with and without a graph, after the step."""
    loss_fn(model(pixels), labels).backward()
    optimizer.step()
    with torch.no_grad():
        loss_fn(model(pixels), labels).item()
    loss_fn(model(pixels), labels).item()


def log_before(model, pixels, labels, loss_fn, optimizer):
    """Compute the loss before the step, without a graph."""
    with torch.no_grad():
        loss_fn(model(pixels), labels).item()
    loss_fn(model(pixels), labels).backward()
    optimizer.step()


def two_heads(model, pixels, labels, loss_fn, optimizer):
    """Add two losses of one batch up."""
    (loss_fn(model(pixels), labels) + 0.3 * loss_fn(model(pixels), labels)).backward()
    optimizer.step()


@pytest.mark.parametrize("step", [log_after, log_before, two_heads])
def test_a_loss_that_is_computed_twice_for_a_batch_counts_once(step):
    def fit_strangely(model, loaders, loss_fn, optimizer, epochs):
        for _ in range(epochs):
            for pixels, labels in loaders.train:
                step(model, pixels, labels, loss_fn, optimizer)
            evaluate(model, loaders.validation, loss_fn)

    _, shown = train(epochs=3, fit=fit_strangely)
    assert [epoch.epoch for epoch in shown.history] == [1, 2, 3]
    assert [len(curve) for _, curve in shown._record.curves()] == [3, 3, 3]
    assert not any(math.isnan(number) for epoch in shown.history for number in epoch.validation)


def test_batches_that_share_one_step_are_training():
    def fit_in_big_steps(model, loaders, loss_fn, optimizer, epochs):
        for _ in range(epochs):
            sum(loss_fn(model(pixels), labels) for pixels, labels in loaders.train).backward()
            optimizer.step()
            evaluate(model, loaders.validation, loss_fn)

    _, shown = train(fit=fit_in_big_steps)
    assert [len(curve) for _, curve in shown._record.curves()] == [3, 3]
    assert [epoch.epoch for epoch in shown.history] == [1, 2]


def test_training_alone_and_validation_alone_are_seen():
    def only_train(model, loaders, loss_fn, optimizer, epochs):
        return [train_epoch(model, loaders.train, loss_fn, optimizer) for _ in range(epochs)]

    trained, shown = train(epochs=3, fit=only_train)
    assert [epoch.epoch for epoch in shown.history] == [1, 2, 3]
    assert [epoch.train.loss for epoch in shown.history] == pytest.approx(
        [metrics.loss for metrics in trained], abs=1e-6
    )
    assert all(math.isnan(epoch.validation.accuracy) for epoch in shown.history)


def test_one_batch_again_and_again_is_training():
    batch = next(iter(loaders_of().train))

    def by_heart(model, loaders, loss_fn, optimizer, epochs):
        for _ in range(epochs):
            train_epoch(model, loaders.train, loss_fn, optimizer)

    _, shown = train(epochs=4, batches=Loaders([batch], [], []), fit=by_heart)
    assert [epoch.epoch for epoch in shown.history] == [1, 2, 3, 4]


class Endless:
    """Loaders without a length."""

    def __init__(self, batches):
        self.batches = batches

    def __iter__(self):
        return iter(self.batches)


@pytest.mark.parametrize("told", [True, False])
def test_loaders_may_have_no_length(notebook, told):
    whole = loaders_of()
    batches = Loaders(Endless(whole.train), Endless(whole.validation), whole.test)
    model, optimizer = model_and_optimizer()
    with LiveTraining(batches if told else None, 2) as shown:
        history = fit(model, batches, shown.watch(nn.CrossEntropyLoss()), optimizer, 2)
    assert flat(shown.history) == pytest.approx(flat(history), abs=1e-6)
    assert notebook.words.startswith("Learning curves over 2 epochs")


@pytest.mark.parametrize(
    ("logits", "labels", "hits"),
    [
        (torch.eye(3), torch.tensor([0, 1, 0]), 2),
        (torch.eye(3), torch.tensor([[1.0, 0, 0], [0, 0, 1], [0, 0, 1]]), 2),
        (torch.eye(2)[None].repeat(4, 1, 1), torch.tensor([[0, 1]] * 3 + [[1, 1]]), 3.5),
        (torch.zeros(3, 1), torch.zeros(3), math.nan),  # one class is none
        (torch.zeros(3), torch.tensor(1), math.nan),
        (None, torch.zeros(3), math.nan),
    ],
)
def test_hits_of_logits_and_labels_in_several_shapes(logits, labels, hits):
    assert Batch(torch.tensor(1.0), logits, labels).hits.item() == pytest.approx(hits, nan_ok=True)


def test_what_is_no_tensor_passes_unseen():
    shown = LiveTraining(None, 1)
    assert shown.watch(lambda logits, labels: 3)(torch.zeros(2, 3), torch.zeros(2)) == 3
    assert shown.watch(lambda: None)() is None
    assert shown.history == []


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
    with LiveTraining(None, 1) as shown:
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
    watched = LiveTraining(None, 1).watch(original)
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
    ending = live.Picture.end
    monkeypatch.setattr(
        live.Picture, "end", lambda *given: (pictures.append(given[0]), ending(*given))
    )
    history, _ = train(epochs=2)
    (picture,) = pictures
    *running, trained, validated = picture._left.lines
    places = [place for line in running for place in line.get_xdata()]
    assert places == pytest.approx([1 / 3, 2 / 3, 1, 4 / 3, 5 / 3, 2])
    assert list(trained.get_ydata()) == pytest.approx([epoch.train.loss for epoch in history])
    assert list(validated.get_xdata()) == [1, 2]
    assert running[0].get_ydata()[-1] == pytest.approx(history[0].train.loss)
    assert picture._left.get_xlim()[1] >= 2
    assert [text.get_text() for text in picture._right.texts] == ["train", "validation"]


def test_a_loss_that_becomes_nan_is_drawn(notebook):
    def diverge(logits, labels):
        return F.cross_entropy(logits, labels) * math.inf

    train(
        loss_fn=diverge,
        fit=lambda model, loaders, loss, *_: evaluate(model, loaders.validation, loss),
    )
    assert "validation loss from inf to inf" in notebook.words


def test_it_draws_seldom_enough_to_cost_little():
    now = 0.0
    pace = live.Pace(0.5, clock=lambda: now)
    assert not pace.is_due()
    now = 0.5
    assert pace.is_due()
    with pace.spending():
        now += 0.3
    now += 0.3 / live.SHARE - 0.01
    assert not pace.is_due()
    now += 0.02
    assert pace.is_due()
    with pace.spending():
        now += 0.001
    now += 0.49  # a cheap picture still waits for half a second
    assert not pace.is_due()


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


def test_a_terminal_gets_a_bar(monkeypatch):
    page = io.StringIO()
    monkeypatch.setattr(live, "EACH", 0.0)
    monkeypatch.setattr(live, "SHARE", math.inf)
    terminal = functools.partial(live.Console, file=page, force_terminal=True, width=80)
    monkeypatch.setattr(live, "Console", terminal)
    train(epochs=2)
    assert "epoch 2/2 " in page.getvalue()


def test_a_curve_has_a_bounded_number_of_points_and_its_last_one():
    record = Record(950, None)
    for _ in range(950):
        batch = Batch(torch.tensor(1.0, requires_grad=True), torch.eye(3), torch.arange(3))
        record.add(batch, is_training=True)
    ((places, curve),) = record.curves()
    assert len(places) == len(curve) <= MOST_POINTS + 1
    assert places[-1] == 1
    assert curve[-1] == Metrics(1.0, 1.0)


def test_nothing_added_up_is_nan():
    assert all(map(math.isnan, Tally().metrics()))


CELLS = (
    """
    import torch
    from torch import nn
    from fashion_course.kit import LiveTraining, Loaders, shape_lens
    from autograder.reference import reference_answer
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
