"""A class's results as JUnit XML, which CI systems show: a suite a student, a case a check."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree

from autograder.record import CheckResult, Result
from autograder.report.gradebook import number
from autograder.report.terminal import lines_of

FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 can't hold, not even escaped."""
OUTCOMES = {
    "not attempted": "skipped",
    "blocked": "skipped",
    "grader error": "error",
}


def suite(student: str, result: Result) -> bytes:
    """Return a student's results as one element."""
    root = ElementTree.Element("testsuite", name=_plain(student))
    facts = ElementTree.SubElement(root, "properties")
    points, most = number(result.points), number(result.max_points)
    for name, value in {"status": result.status, "points": points, "max_points": most}.items():
        ElementTree.SubElement(facts, "property", name=name, value=value)
    counts = Counter[str]()
    for exercise in result.exercises:
        checks = exercise.every_check if result.craft_counts else exercise.checks
        for check in checks:
            counts["tests"] += 1
            case = ElementTree.SubElement(
                root, "testcase", classname=f"{exercise.unit}.{exercise.name}", name=check.sentence
            )
            if check.verdict != "passed":
                counts[_missed(case, check)] += 1
    for name in ("tests", "failure", "error", "skipped"):
        plural = {"failure": "failures", "error": "errors"}.get(name, name)
        root.set(plural, str(counts[name]))
    if result.problems:
        ElementTree.SubElement(root, "system-out").text = _plain("\n".join(result.problems))
    return ElementTree.tostring(root) + b"\n"


def report(suites: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the whole file in parts: that of a large class need not fit in memory."""
    yield b"<?xml version='1.0' encoding='utf-8'?>\n<testsuites name=\"fashion-course\">\n"
    yield from suites
    yield b"</testsuites>\n"


def _missed(case: ElementTree.Element, check: CheckResult) -> str:
    """Say in a case why its check did not pass; return the kind of its outcome."""
    kind = OUTCOMES.get(check.verdict, "failure")
    told = ElementTree.SubElement(case, kind, message=_plain(check.verdict))
    told.text = _plain("\n".join(lines_of(check)))
    return kind


def _plain(text: str) -> str:
    return FORBIDDEN.sub("", text)
