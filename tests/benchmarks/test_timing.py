"""Scripts that time a training: what they count, and that they run to their end."""

import importlib
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
import torch

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "benchmarks"


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> ModuleType:
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module(request.param)


def script_of(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("script", [name], indirect=True)


def run(*arguments: str) -> str:
    """Run a script on one thread and return what it prints."""
    variables = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(FOLDER / arguments[0]), "--quick", *arguments[1:]]
    done = subprocess.run(command, capture_output=True, text=True, env=variables, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_both_recipes_are_trained_and_compared(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    options = ("--seeds", "1", "--cut", "0.3", "--picture", str(path))
    told = run("time_to_accuracy.py", *options)
    for row in ("seconds to 78.00%", "epochs to 82.00%", "seconds an epoch", "peak memory"):
        assert row in told
    assert "not within (0 of 1 runs)" in told
    assert "by the reference recipe: over " in told
    assert path.read_bytes().startswith(b"\x89PNG")


def test_the_limit_is_told_with_an_account() -> None:
    told = run("time_to_accuracy.py", "--limit")
    assert "of the limit" in told
    for kind in ("convolutions", "pooling", "ReLU", "optimizer and schedule", "data", "loss"):
        assert f"│ {kind} " in told


def test_each_step_is_timed_and_each_new_digit_scored() -> None:
    told = run("speed.py", "--rounds", "1", "--passes", "1", "--seeds", "1", "--no-compile")
    assert told.count("│ the reference recipe ") == told.count("│ tried: bfloat16 ") == 2
    assert told.count("│ a batch in one call ") == 1
    assert "torch.compile" not in told


@script_of("speed")
def test_a_step_keeps_the_changes_before_it_but_what_was_only_tried(script: ModuleType) -> None:
    found = script.settings()
    assert list(found) == list(script.STEPS)
    course = found["one cycle: the course's recipe"]
    assert (course.data, course.threads, course.batch_size) == ("normalised", 1, 64)
    assert (course.memory_format, course.one_cycle) == (torch.channels_last, True)
    assert [course.in_place, course.bfloat16, course.compiled] == [False] * 3
    last = found["tried: torch.compile"]
    assert (last.compiled, last.bfloat16, last.optimizer) == (True, False, course.optimizer)


def runs_of(script: ModuleType, *accuracies: tuple[float, ...]) -> list[object]:
    """Return runs that are measured every 10 seconds, a quarter of an epoch each."""
    return [
        script.Run(
            [
                script.Point(10.0 * place, place / 4, script.Metrics(0.3, accuracy))
                for place, accuracy in enumerate(each, start=1)
            ]
        )
        for each in accuracies
    ]


@script_of("time_to_accuracy")
def test_a_target_is_reached_when_it_is_first_seen(script: ModuleType) -> None:
    runs = runs_of(script, (0.5, 0.91, 0.89), (0.5, 0.6, 0.6, 0.9))
    assert script.reached(runs, 0.9) == ["30.0 ± 14.1", "0.75 ± 0.35"]
    assert script.reached(runs, 0.91) == ["not within (1 of 2 runs)", ""]


@script_of("time_to_accuracy")
def test_a_ratio_says_whether_the_reference_got_there(script: ModuleType) -> None:
    mine = runs_of(script, (0.9,), (0.9,))
    other = runs_of(script, (0.5, 0.6, 0.9, 0.7), (0.5, 0.6, 0.7, 0.8, 0.8))
    runs = {script.OURS: mine, script.THEIRS: other}
    assert script.ratios(runs, 0.9) == [(3.0, True), (5.0, False), (4.0, False)]


@script_of("time_to_accuracy")
def test_no_ratio_stands_for_all_where_the_course_is_not_always_there(script: ModuleType) -> None:
    mine, other = runs_of(script, (0.9,), (0.8,)), runs_of(script, (0.5, 0.9), (0.5, 0.9))
    assert script.ratios({script.OURS: mine, script.THEIRS: other}, 0.9) == [(2.0, True)]


@script_of("time_to_accuracy")
def test_the_clock_stands_still_while_the_model_is_measured(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(script.time, "perf_counter", lambda: now[0])
    watch = script.Watch(targets=(2.0,), limit=35.0)

    def measure(weights: list[torch.Tensor]) -> object:
        now[0] += 1_000
        return script.Metrics(0.3, 0.9)

    monkeypatch.setattr(watch, "_measure", measure)
    weight = torch.nn.Parameter(torch.ones(1))
    weight.grad = torch.ones(1)
    optimizer = torch.optim.SGD([weight], 0.1)
    handle = watch.see(torch.zeros(1, 1, 28, 28), torch.zeros(1, dtype=torch.int64), per_epoch=8)

    def train() -> None:
        for _ in range(100):
            now[0] += 5
            optimizer.step()

    with pytest.raises(script.Enough):
        train()
    handle.remove()
    assert [(point.seconds, point.epochs) for point in watch.points] == [
        (10.0, 0.25),
        (20.0, 0.5),
        (30.0, 0.75),
        (40.0, 1.0),
    ]


@script_of("physical_limit")
def test_time_is_accounted_to_the_outermost_operation_that_has_a_kind(script: ModuleType) -> None:
    class Event:
        def __init__(self, name: str, around: "Event | None" = None) -> None:
            self.name, self.cpu_parent = name, around

    step = Event("Optimizer.step#AdamW.step")
    assert script.kind_of(Event("aten::mul_", step)) == "optimizer and schedule"
    layer = Event("autograd::engine::evaluate_function: ConvolutionBackward0")
    assert script.kind_of(Event("aten::sum", layer)) == "convolutions"
    assert script.kind_of(Event("aten::max_pool2d_with_indices")) == "pooling"
    assert script.kind_of(Event("aten::argmax")) == "other operations"
