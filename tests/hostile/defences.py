"""What stops each attack, and how a test does without it: each attack names rows of this table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.hostile import naive, switches
from tests.hostile.batch import EARLIER

PLACES_TO_RUN = ("sandbox", "fork", "judge", "naive")
"""Where an answer runs, from the safest on."""


@dataclass(frozen=True)
class Defence:
    """What stops attacks.

    Attributes:
        what: the defence, in words.
        parts: parts of the sandbox that are left out without it; the rest is by Landlock.
        place: where an answer runs without it: in the sandbox, in a fork of the judge that has
            limits alone, in the judge itself, or in a grader that never had such a defence.
        patches: names of the judge, and of its fork, to what stands there without it.
        grade: of a naive grader: whether it gives points for a path and an exercise.
    """

    what: str
    parts: tuple[str, ...] = ()
    place: str = "fork"
    patches: Mapping[str, Any] = field(default_factory=dict)
    grade: Callable[[Any, str], bool] | None = None


def _sandbox(what: str, *parts: str) -> Defence:
    return Defence(what, parts, "sandbox")


def _naive(what: str, grade: Callable[[Any, str], bool]) -> Defence:
    return Defence(what, place="naive", grade=grade)


_NEVER = type("Never", (Exception,), {})
_WIRE = {
    "autograder.runners.process.unpack": switches.loosely,
    "autograder.runners.process.MAX_BYTES": 2**40,
    "autograder.runners.process.ValueError": _NEVER,
    "autograder.worker.serve.pack": switches.as_it_is,
}
_CLEANING = ("terminal", "html", "gradebook", "gradescope", "feedback")
_LIMITS = ("MAX_FILES", "MAX_NAMES", "MAX_FILE_BYTES", "MAX_TOTAL_BYTES", "MAX_RATIO")

DEFENCES: dict[str, Defence] = {
    # Parts of the sandbox.
    "files": _sandbox("it sees a list of files alone, as nobody, in an empty environment"),
    "network": _sandbox(
        "no network, no sockets, few calls of the kernel",
        *("network", "kernel", "outlasting", "signals"),
    ),
    "processes": _sandbox(
        "no process but its own is reached, and none of its own is left",
        *("signals", "tracing", "survivors", "programs"),
    ),
    "limits": _sandbox(
        "limits on memory, processes, disk and files",
        *("memory", "processes", "scratch", "namespaces", "file size", "open files"),
    ),
    # How the worker and the judge are set up.
    "sandbox": Defence("the sandbox as a whole"),
    "empty parent": Defence("it is forked from a parent that knows no judge"),
    "apart": Defence("it runs in a process of its own, one for each submission", place="judge"),
    "wall clock": Defence(
        "the judge's own wall clock",
        patches={"autograder.runners.process.find_scenario": switches.endless},
    ),
    "own session": Defence("a session of its own", patches={"os.setsid": lambda: None}),
    "put back": Defence(
        "functions of libraries are put back",
        patches={"autograder.worker.probe.put_back": list, "autograder.worker.held.put_back": list},
    ),
    "wire": Defence("a framed channel with limits and exact plain types", patches=_WIRE),
    "fresh mark": Defence(
        "a fresh mark begins each message",
        patches={"autograder.runners.process.secrets": switches.NO_MARK},
    ),
    "looked at": Defence(
        "an answer that reaches for the interpreter waits for a person",
        patches={"autograder.reading.submission.reaching": lambda slices: []},
    ),
    "odd values": Defence(
        "a value that can't be fails its own check alone",
        patches={
            "autograder.worker.values._thaw_tensor": switches.thaw_any,
            "autograder.judge.verdicts._odd": switches.breaks,
        },
    ),
    "no pickle": Defence(
        "no pickle crosses the boundary",
        patches={
            "autograder.worker.serve.pack": switches.pickled,
            "autograder.runners.process.unpack": switches.unpickled,
            "autograder.worker.probe.freeze": lambda value: value,
        },
    ),
    "safe loading": Defence("`weights_only=True`", patches=switches.UNSAFE_FILES),
    "lists by length": Defence(
        "a list is read by its own length",
        patches={"autograder.worker.probe.freeze": switches.walked},
    ),
    "short words": Defence(
        "what is said is cut",
        patches={
            "autograder.worker.trace.MAX_MESSAGE": 10**9,
            "autograder.worker.probe.MAX_PRINTED": 10**9,
        },
    ),
    "fresh seed": Defence(
        "fresh numbers for each grading", patches={"tests.hostile.batch.SEED": EARLIER}
    ),
    "never lent": Defence(
        "what is graded is never lent",
        patches={
            "autograder.grading.one.plan": switches.lends_all,
            "autograder.runners.process.lendable": switches.lendable_all,
        },
    ),
    # Who reads.
    "in memory": Defence(
        "an archive is read in memory, and its names are looked at first",
        patches={"autograder.reading.submission.files_of": naive.unpacked},
    ),
    "no links": Defence(
        "no links and no devices are followed",
        patches={"autograder.reading.files._on_disk": switches.followed},
    ),
    "sizes": Defence(
        "limits on the count, the size and the ratio of files",
        patches={f"autograder.reading.files.{name}": 2**60 for name in _LIMITS},
    ),
    "long answers": Defence(
        "a cap on literals: no more than 500,000 characters of code in a file",
        patches={"autograder.reading.source.MAX_TEXT": 2**60},
    ),
    "told": Defence(
        "what can't be read is told, not raised",
        patches={
            "autograder.reading.files.BROKEN": (),
            "autograder.reading.statements.UNREADABLE": (),
            "autograder.reading.cells.UNREADABLE": (),
            "autograder.reading.source.NotebookError": _NEVER,
            "autograder.reading.source.parsed": switches.parsed_bare,
        },
    ),
    "lenient": Defence(
        "odd cells and encodings are read as far as they can be",
        patches={"autograder.reading.cells.raw_cells": switches.strict_cells},
    ),
    "first of two": Defence(
        "of two files of one name the first counts",
        patches={"autograder.reading.files._take_file": switches.takes_the_last},
    ),
    "last attempt": Defence(
        "the last attempt counts", patches={"autograder.reading.cells._last_attempts": list}
    ),
    "answers in text": Defence(
        "an answer in a Markdown cell is read",
        patches={"autograder.reading.cells._answered": lambda sources: frozenset()},
    ),
    "parsed": _naive("a notebook is parsed, not run", naive.runs_the_notebook),
    "known files": _naive(
        "known files alone, as modules of a private package; an isolated interpreter",
        naive.runs_the_folder,
    ),
    # Who judges.
    "compared apart": _naive(
        "values are compared out there, with exact types, and no exit code means passed",
        naive.passes,
    ),
    "only shown": _naive("what is printed is only shown", naive.believes_words),
    "scored": Defence("the judge scores logits itself", patches=switches.BELIEVES_CLAIMS),
    "one class an image": Defence(
        "one class an image, by finite logits", patches=switches.COUNTS_TIES
    ),
    "renamed": Defence("renamed classes, faint noise", patches=switches.SAME_NAMES),
    "own seed": Defence(
        "the judge alone knows the new names, and the worker has another seed",
        patches={"autograder.judge.milestone.Milestone.seed": switches.SEED_OF_ALL},
    ),
    "no labels": Defence("the worker has no labels of the test", patches=switches.WITH_LABELS),
    # Who reports.
    "escaped": Defence("escaped in pages", patches=switches.UNESCAPED),
    "stripped": Defence(
        "control characters are stripped",
        patches={
            **{f"autograder.report.{room}.clean": str for room in _CLEANING},
            "autograder.report.html._clean_lines": str,
            "autograder.reading.files.shown": str,
            "autograder.reading.choosing.shown": str,
        },
    ),
    "defused": Defence(
        "formulas are defused", patches={"autograder.report.gradebook.defused": str}
    ),
}
"""Name to defence."""

ALWAYS_OFF = ("user", "files", "environment")
"""Parts that go with each part of the sandbox: they stop most attacks beside what is meant."""


def place_of(names: tuple[str, ...]) -> str:
    """Return where an answer runs without all these defences."""
    return max((DEFENCES[name].place for name in names), key=PLACES_TO_RUN.index)


def patches_of(names: tuple[str, ...]) -> dict[str, Any]:
    """Return what is patched to do without all these defences."""
    return {target: new for name in names for target, new in DEFENCES[name].patches.items()}
