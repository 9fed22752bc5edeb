"""Writes docs/feedback.md: ten typical wrong answers, and what the student is told.

python docs/make_feedback.py           write the page
python docs/make_feedback.py --check   say whether it is what this command would write
"""

import sys
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

from derived import words, write_or_check

from autograder.course.catalogue import units
from autograder.grading.one import Grading
from autograder.judge.exam import Exam
from autograder.reading.submission import Source, Submission
from autograder.report.terminal import exercise_text
from autograder.runners.process import ProcessRunner

PAGE = Path(__file__).with_name("feedback.md")
SEED = 7
INTRODUCTION = f"""\
<!-- derived by `python docs/make_feedback.py` -->

# What students are told

Ten wrong answers to `train_epoch` and `evaluate` as beginners write them, and what `fashion-course
check` says about each. Every one runs, most of them learn something, and none would be found by
looking at shapes alone. All were checked with seed {SEED}; the numbers are others with another
seed, the words are not."""


class Answer(NamedTuple):
    """A wrong answer as a student hands it in."""

    title: str
    exercise: str
    source: str


ANSWERS = (
    Answer(
        "The gradients are never set to zero",
        "train_epoch",
        """
        def train_epoch(model, batches, loss_fn, optimizer, device="cpu", scheduler=None):
            model.to(device).train()
            total, correct, count = 0.0, 0, 0
            for images, labels in batches:
                images, labels = images.to(device), labels.to(device)
                logits = model(images)
                loss = loss_fn(logits, labels)
                loss.backward()
                optimizer.step()
                if scheduler:
                    scheduler.step()
                total += loss.item() * len(labels)
                correct += (logits.argmax(dim=1) == labels).sum().item()
                count += len(labels)
            if count == 0:
                raise ValueError("batches is empty: pass at least one batch")
            return Metrics(total / count, correct / count)
        """,
    ),
    Answer(
        "The gradients are erased just before they are used",
        "train_epoch",
        """
        def train_epoch(model, batches, loss_fn, optimizer, device="cpu", scheduler=None):
            model.to(device).train()
            losses, hits = [], []
            for X, y in batches:
                X, y = X.to(device), y.to(device)
                y_pred = model(X)
                loss = loss_fn(y_pred, y)
                loss.backward()
                optimizer.zero_grad()
                optimizer.step()
                if scheduler:
                    scheduler.step()
                losses += [loss.item()] * len(y)
                hits += (y_pred.argmax(1) == y).tolist()
            if not hits:
                raise ValueError("batches is empty: pass at least one batch")
            return Metrics(sum(losses) / len(losses), sum(hits) / len(hits))
        """,
    ),
    Answer(
        "Softmax before a loss that applies it itself",
        "train_epoch",
        """
        def train_epoch(model, batches, loss_fn, optimizer, device="cpu", scheduler=None):
            model.to(device).train()
            total, correct, count = 0.0, 0, 0
            for images, labels in batches:
                images, labels = images.to(device), labels.to(device)
                probabilities = torch.softmax(model(images), dim=1)
                loss = loss_fn(probabilities, labels)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                if scheduler:
                    scheduler.step()
                total += loss.item() * len(labels)
                correct += (probabilities.argmax(dim=1) == labels).sum().item()
                count += len(labels)
            if count == 0:
                raise ValueError("batches is empty: pass at least one batch")
            return Metrics(total / count, correct / count)
        """,
    ),
    Answer(
        "The small last batch counts as much as a full one",
        "train_epoch",
        """
        def train_epoch(model, batches, loss_fn, optimizer, device="cpu", scheduler=None):
            model.to(device).train()
            train_loss, train_acc, steps = 0, 0, 0
            for X, y in batches:
                X, y = X.to(device), y.to(device)
                y_pred = model(X)
                loss = loss_fn(y_pred, y)
                train_loss += loss.item()
                train_acc += accuracy(y_pred, y)
                steps += 1
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                if scheduler:
                    scheduler.step()
            if steps == 0:
                raise ValueError("batches is empty: pass at least one batch")
            return Metrics(train_loss / steps, train_acc / steps)
        """,
    ),
    Answer(
        "A return that slipped into the loop",
        "train_epoch",
        """
        def train_epoch(model, batches, loss_fn, optimizer, device="cpu", scheduler=None):
            model.to(device).train()
            total, correct, count = 0.0, 0, 0
            for images, labels in batches:
                images, labels = images.to(device), labels.to(device)
                logits = model(images)
                loss = loss_fn(logits, labels)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                if scheduler:
                    scheduler.step()
                total += loss.item() * len(labels)
                correct += (logits.argmax(dim=1) == labels).sum().item()
                count += len(labels)
                return Metrics(total / count, correct / count)
            raise ValueError("batches is empty: pass at least one batch")
        """,
    ),
    Answer(
        "Labels and logits in the wrong order",
        "train_epoch",
        """
        def train_epoch(model, batches, loss_fn, optimizer, device="cpu", scheduler=None):
            model.to(device).train()
            total, correct, count = 0.0, 0, 0
            for images, labels in batches:
                images, labels = images.to(device), labels.to(device)
                logits = model(images)
                loss = loss_fn(labels, logits)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                if scheduler:
                    scheduler.step()
                total += loss.item() * len(labels)
                correct += (logits.argmax(dim=1) == labels).sum().item()
                count += len(labels)
            if count == 0:
                raise ValueError("batches is empty: pass at least one batch")
            return Metrics(total / count, correct / count)
        """,
    ),
    Answer(
        "Evaluation with dropout still on",
        "evaluate",
        """
        def evaluate(model, batches, loss_fn, device="cpu"):
            model.to(device)
            total, correct, count = 0.0, 0, 0
            with torch.inference_mode():
                for images, labels in batches:
                    images, labels = images.to(device), labels.to(device)
                    logits = model(images)
                    total += loss_fn(logits, labels).item() * len(labels)
                    correct += (logits.argmax(dim=1) == labels).sum().item()
                    count += len(labels)
            if count == 0:
                raise ValueError("batches is empty: pass at least one batch")
            return Metrics(total / count, correct / count)
        """,
    ),
    Answer(
        "The model stays in eval mode",
        "evaluate",
        """
        def evaluate(model, batches, loss_fn, device="cpu"):
            model.to(device)
            model.eval()
            total, correct, count = 0.0, 0, 0
            with torch.inference_mode():
                for images, labels in batches:
                    images, labels = images.to(device), labels.to(device)
                    logits = model(images)
                    total += loss_fn(logits, labels).item() * len(labels)
                    correct += (logits.argmax(dim=1) == labels).sum().item()
                    count += len(labels)
            if count == 0:
                raise ValueError("batches is empty: pass at least one batch")
            return Metrics(total / count, correct / count)
        """,
    ),
    Answer(
        "The model is always left in train mode",
        "evaluate",
        """
        def evaluate(model, batches, loss_fn, device="cpu"):
            model.to(device)
            model.eval()
            total, correct, count = 0.0, 0, 0
            with torch.inference_mode():
                for images, labels in batches:
                    images, labels = images.to(device), labels.to(device)
                    logits = model(images)
                    total += loss_fn(logits, labels).item() * len(labels)
                    correct += (logits.argmax(dim=1) == labels).sum().item()
                    count += len(labels)
            model.train()
            if count == 0:
                raise ValueError("batches is empty: pass at least one batch")
            return Metrics(total / count, correct / count)
        """,
    ),
    Answer(
        "Two mistakes at once: batches are averaged, and operations are recorded",
        "evaluate",
        """
        def evaluate(model, batches, loss_fn, device="cpu"):
            was_training = model.training
            model.to(device).eval()
            losses, accuracies = [], []
            for images, labels in batches:
                images, labels = images.to(device), labels.to(device)
                logits = model(images)
                losses.append(loss_fn(logits, labels).item())
                accuracies.append((logits.argmax(dim=1) == labels).float().mean().item())
            model.train(was_training)
            if not losses:
                raise ValueError("batches is empty: pass at least one batch")
            return Metrics(sum(losses) / len(losses), sum(accuracies) / len(accuracies))
        """,
    ),
)


def submission_of(answer: Answer) -> Submission:
    """Return the reference answers of the course with this one in the place of its own."""
    sources = {}
    for unit in units():
        bodies = (
            dedent(answer.source).strip() if each.name == answer.exercise else each.solution
            for each in unit.exercises
        )
        text = "\n\n\n".join([unit.imports, *bodies]) + "\n"
        sources[unit.name] = Source(text, f"fashion_course/{unit.name}.py")
    return Submission("", sources)


def page() -> str:
    """Return the whole page as Markdown."""
    parts = [INTRODUCTION]
    runner = ProcessRunner()
    try:
        for number, answer in enumerate(ANSWERS, 1):
            result = Grading(submission_of(answer), runner, Exam(SEED)).exercise(answer.exercise)
            told = "\n".join(line.rstrip() for line in exercise_text(result).splitlines())
            parts.append(f"## {number}. {answer.title}")
            parts.append(f"```python\n{dedent(answer.source).strip()}\n```")
            parts.append(f"```\n{told}\n```")
            assert result.verdict != "passed", answer.title
    finally:
        runner.close()
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.exit(write_or_check(PAGE, page, __doc__ or "", words))
