"""The picture of a class on one page: points, misconceptions, crashes, likenesses, each student.

Records come one after the other and are not kept; what the page needs of each is. The page holds
all it needs, works without scripts, and nothing in it depends on the order of the records.
"""

import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from autograder.record import CheckResult, Evidence, ExerciseResult, Result, Status, Verdict
from autograder.report import terminal
from autograder.report.html import render
from autograder.report.links import Link
from fashion_course.kit.words import _

REFERENCE = ""
"""Stands for the course's own answers, where a pair of submissions is named."""

STOPPED: tuple[Verdict, ...] = ("grader error", "crashed", "timed out", "out of memory")
MOST_PAIRS, MOST_SECTIONS, BARS = 200, 8, 10
LETTERS = dict(zip(terminal.SYMBOLS, "pfnbctme", strict=True))
"""A verdict as the page's script reads it."""


class Known(NamedTuple):
    """A mistake or a slip that the course knows: its sentence, and how to find it in a text."""

    sentence: str
    pattern: re.Pattern[str]
    is_slip: bool


class Likeness(NamedTuple):
    """Two submissions, by id, that share more than chance explains, and in which exercises."""

    one: str
    other: str
    weight: float
    exercises: tuple[str, ...]


class Student(NamedTuple):
    """What the page keeps of one submission."""

    id: str
    name: str
    status: Status
    points: float
    max_points: float
    problems: tuple[str, ...]
    verdicts: Mapping[str, tuple[Verdict, bool]]  # and whether it has the star

    @property
    def share(self) -> float:
        """Its points as a part of all there are, from 0 to 1."""
        return min(1.0, max(0.0, self.points / self.max_points)) if self.max_points else 0.0


@dataclass
class Finding:
    """What some of a class misunderstood: by whom surely, by whom perhaps, where it is healed."""

    text: str
    craft: bool
    exercises: set[str] = field(default_factory=set)
    sure: set[str] = field(default_factory=set)
    perhaps: set[str] = field(default_factory=set)
    read: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        """How many it concerns, perhaps or surely."""
        return len(self.sure | self.perhaps)

    @property
    def place(self) -> str:
        """The lesson's section that was named most often for it, or ""."""
        return min(self.read, key=lambda each: (-self.read[each], each), default="")


class ClassPage:
    """Collects the records of a class, then makes the page.

    Args:
        known: mistakes and slips by their id.
    """

    def __init__(self, known: Mapping[str, Known]) -> None:
        self._known = known
        self._slips = {name: each for name, each in known.items() if each.is_slip}
        self.students: dict[str, Student] = {}
        self._shares = defaultdict[str, list[float]](list)  # of the points, by exercise
        self._orders = set[tuple[tuple[str, str], ...]]()  # units and exercises of a record
        self._findings: dict[tuple[str, bool], Finding] = {}
        self._stops = defaultdict[tuple[Verdict, str, str], set[str]](set)
        self._levels, self._graders = Counter[str](), Counter[str]()
        self._bytes = defaultdict[str, set[str]](set)
        self._evidence: dict[str, dict[str, Evidence]] = {}  # of those who were graded in full

    def add(self, student: str, name: str, record: Result) -> None:
        """Take in the record of one submission.

        Args:
            student: the id in the gradebook.
            name: of the student, or "".
            record: of what was handed in.
        """
        read = record.exercises if record.status != "refused" else ()
        verdicts = {each.name: (each.verdict, each.star) for each in read}
        points = (record.points, record.max_points, record.problems, verdicts)
        self.students[student] = Student(student, name or student, record.status, *points)
        if record.status == "refused":
            return
        parts = f" ({', '.join(record.isolation_parts)})" if record.isolation_parts else ""
        self._levels[record.isolation + parts] += 1
        self._graders[record.grader_version] += 1
        if record.full:
            self._evidence[student] = record.evidence
        if any(each.verdict != "not attempted" for each in record.exercises):
            self._bytes[record.submission_sha256].add(student)
        self._orders.add(tuple((each.unit, each.name) for each in record.exercises))
        for result in record.exercises:
            share = result.points / result.max_points if result.max_points else 0.0
            self._shares[result.name].append(share)
            self._explain(student, result)
            if result.verdict in STOPPED:
                self._stops[result.verdict, result.name, _why(result)].add(student)

    def add_without_record(self, student: str, name: str, status: Status, why: str) -> None:
        """Take in a row of the gradebook that has no record: nothing was read."""
        problems = (why,) if why else ()
        self.students[student] = Student(student, name or student, status, 0, 0, problems, {})

    def _explain(self, student: str, result: ExerciseResult) -> None:
        again = {_("The same as for: {sentence}.", sentence=c.sentence) for c in result.every_check}
        explained = False
        for check in result.every_check:
            text, craft = check.said("explanation"), check in result.craft
            if check.verdict in ("passed", "blocked", "not attempted") or not text or text in again:
                continue
            explained |= not craft
            for key, told, sure in self._misunderstood(check, text):
                self._note(key, told, craft, sure, student, result, check)
        failed = next((each for each in result.checks if each.verdict == "failed"), None)
        if failed is not None and not explained:
            told = _("Does not hold, and no known mistake fits: {claim}", claim=failed.sentence)
            self._note(failed.name, told, False, True, student, result, failed)

    def _misunderstood(self, check: CheckResult, text: str) -> Iterator[tuple[str, str, bool]]:
        """Yield the key of each thing a text explains, its sentence, and whether it is sure."""
        mistakes = [name for name in check.mistakes if name in self._known]
        named = [name for name in mistakes if self._known[name].sentence in text]
        slips = self._slips.items() if "`: " in text else ()  # each follows the line at fault
        found = [name for name, each in slips if each.pattern.search(text)]
        for name in named:
            told = self._known[name].sentence
            guess = _("The behaviour of your code fits this mistake: {mistake}", mistake=told)
            yield name, told, len(check.mistakes) == 1 and guess not in text
        for name in found:
            yield name, self._known[name].sentence, True
        if not named and not found:
            told = re.sub(r"`[^`]*`|\b\d[\d.,]*\b", "…", text)
            yield told, told, True

    def _note(
        self, key: str, told: str, craft: bool, sure: bool,
        student: str, result: ExerciseResult, check: CheckResult,
    ) -> None:  # fmt: skip
        finding = self._findings.setdefault((key, craft), Finding(told, craft))
        finding.exercises.add(result.name)
        (finding.sure if sure else finding.perhaps).add(student)
        if place := check.said("read"):
            finding.read[place] += 1

    def exercises(self) -> frozenset[str]:
        """Return the names of the exercises that were graded."""
        return frozenset(self._shares)

    def places(self) -> list[str]:
        """Return the sections of lessons that the page names."""
        return sorted({each.place for each in self._findings.values()} - {""})

    def html(
        self,
        pairs: Sequence[Likeness] | None = None,
        links: Mapping[str, Link] | None = None,
    ) -> str:
        """Return the page.

        Args:
            pairs: which are alike, the strongest evidence first; None where nobody compared them.
            links: a place in a lesson to where it can be read from the page.
        """
        students = sorted(self.students.values(), key=lambda each: (each.name.lower(), each.id))
        findings = sorted(self._findings.values(), key=_by_count)
        units = self._units()
        names = [name for unit in units.values() for name in unit]
        return render(
            "class.html",
            **{"students": students, "by_id": self.students, "LETTERS": LETTERS},
            **{"place_of": {name: place for place, name in enumerate(names)}, "units": units},
            **{"counts": Counter(each.status for each in students), "looks": _looks(students)},
            numbers=_numbers([each for each in students if each.status != "refused"]),
            bars=_bars([each for each in students if each.status != "refused"]),
            rates=self._rates(),
            **{"findings": [each for each in findings if not each.craft], "links": links or {}},
            craft=[each for each in findings if each.craft],
            sections=_sections(findings),
            stops=sorted(self._stops.items(), key=lambda each: (-len(each[1]), each[0])),
            evidence=self._shown_evidence(students),
            untrained=sum(not each for each in self._evidence.values()),
            same=sorted(sorted(each) for each in self._bytes.values() if len(each) > 1),
            pairs=None if pairs is None else pairs[:MOST_PAIRS],
            left=max(0, len(pairs or ()) - MOST_PAIRS),
            **{"levels": sorted(self._levels.items()), "graders": sorted(self._graders.items())},
        )

    def _shown_evidence(self, students: Sequence[Student]) -> list[tuple[str, str, Evidence]]:
        """Return whose training showed what; first those of which something is remarked."""
        found = [(each.id, self._evidence.get(each.id, {})) for each in students]
        shown = [(student, name, each) for student, some in found for name, each in some.items()]
        return sorted(shown, key=lambda each: not each[2].remarks)

    def _units(self) -> dict[str, list[str]]:
        """Return the exercises of each unit, in the order of the longest record."""
        units: dict[str, dict[str, None]] = {}
        for order in sorted(self._orders, key=lambda each: (-len(each), each)):
            for unit, name in order:
                units.setdefault(unit, {})[name] = None
        return {unit: list(names) for unit, names in units.items()}

    def _rates(self) -> list[tuple[str, str, int, int, int, int, float]]:
        """Return for each exercise, the hardest first: unit, tried, passed, stars, all, points."""
        rows = []
        for unit, names in self._units().items():
            for name in names:
                each = self._shares[name]
                found = [s.verdicts[name] for s in self.students.values() if name in s.verdicts]
                tried = sum(verdict != "not attempted" for verdict, _star in found)
                passed = sum(verdict == "passed" for verdict, _star in found)
                stars = sum(star for _verdict, star in found)
                rows.append((name, unit, tried, passed, stars, len(each), statistics.fmean(each)))
        return sorted(rows, key=lambda row: row[3] / row[5])


def _why(result: ExerciseResult) -> str:
    """Return the line that says what stopped an exercise; of an exception its first one."""
    stopped = (c.said("message") for c in result.checks if c.verdict == result.verdict)
    told = next(filter(None, stopped), "") or result.message
    return told.strip().partition("\n")[0][:200]


def _by_count(finding: Finding) -> tuple[int, int, str]:
    return -len(finding.sure), -len(finding.perhaps - finding.sure), finding.text


def _sections(findings: Sequence[Finding]) -> list[tuple[str, set[str], int]]:
    """Return the sections of lessons that would heal most: place, who needs it, of what."""
    found: dict[str, tuple[set[str], int]] = {}
    for each in findings:
        if each.place and not each.craft:
            who, count = found.get(each.place, (set(), 0))
            found[each.place] = (who | each.sure | each.perhaps, count + 1)
    rows = [(place, who, count) for place, (who, count) in found.items()]
    return sorted(rows, key=lambda row: (-len(row[1]), row[0]))[:MOST_SECTIONS]


def _looks(students: Sequence[Student]) -> list[tuple[Status, tuple[str, ...], list[str]]]:
    """Return whose points do not hold, together where the reasons are the same."""
    found = defaultdict[tuple[Status, tuple[str, ...]], list[str]](list)
    for each in students:
        if each.status != "graded":
            found[each.status, each.problems].append(each.id)
    return [(*why, who) for why, who in found.items()]


def _numbers(students: Sequence[Student]) -> list[tuple[str, str]]:
    shares = [each.share for each in students]
    if not shares:
        return []
    mean = statistics.fmean(each.points for each in students)
    most = terminal.points_of(max(each.max_points for each in students))
    told = _("mean points, of {most}", most=most)
    middle = f"{100 * statistics.median(shares):.0f} %"
    return [(terminal.points_of(mean), told), (middle, _("median"))]


def _bars(students: Sequence[Student]) -> list[tuple[str, int, int]]:
    """Return the distribution of points: the range, how many, how many of them need a look."""
    graded, look = [0] * BARS, [0] * BARS
    for each in students:
        bar = min(BARS - 1, int(each.share * BARS + 1e-9))
        graded[bar] += 1
        look[bar] += each.status == "needs a look"
    step = 100 // BARS
    names = [f"{bar * step}–{bar * step + step - 1}" for bar in range(BARS - 1)]
    return list(zip([*names, f"{100 - step}–100"], graded, look, strict=True))
