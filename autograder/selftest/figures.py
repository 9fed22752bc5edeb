"""What a self-test found: figures beside their targets."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from rich.table import Table

from autograder.claims.registry import all_checks, checks_of
from autograder.course.catalogue import Exercise
from autograder.judge.effects import Effect, is_fresh
from autograder.mistakes import Mistake, mistakes_of
from autograder.record import ExerciseResult, Verdict
from autograder.report.terminal import lines_of
from autograder.right_answers import right_answers_of

REFUSED: frozenset[Verdict] = frozenset({"failed", "crashed"})
"""How a check refuses a wrong answer; no other verdict says anything against it."""
LEAST_NAMED = 0.97
"""Of the mistakes; some do the same as others, so a message can't tell them apart."""


class Outcome(NamedTuple):
    """What one stored answer got under one seed."""

    verdict: Verdict  # of the exercise
    verdicts: tuple[Verdict, ...]  # of its checks, in order, craft last
    craft: tuple[Verdict, ...]  # of the checks of craft alone; none before the core holds
    named: frozenset[str]  # the mistakes that its messages named
    told: str  # where the first check did not pass: which one, and what it said
    effect: Effect = Effect()  # of a mistake


def outcome(result: ExerciseResult, crafts: int) -> Outcome:
    """Return what a self-test keeps of a result of an exercise with so many checks of craft."""
    missed = next((check for check in result.every_check if check.verdict != "passed"), None)
    told = " ".join([missed.verdict, missed.sentence, *lines_of(missed)[:1]]) if missed else ""
    named = frozenset(name for check in result.every_check for name in check.mistakes)
    craft: tuple[Verdict, ...] = tuple(check.verdict for check in result.craft)
    verdicts: list[Verdict] = [check.verdict for check in result.every_check]
    verdicts += ["blocked"] * (crafts - len(craft))
    return Outcome(result.verdict, tuple(verdicts), craft, named, told)


def is_refused(mistake: Mistake, seen: Outcome) -> bool:
    """Say whether a mistake of the core did not pass, and one of craft passed without its star."""
    if not mistake.craft:
        return seen.verdict in REFUSED
    return seen.verdict == "passed" and bool(REFUSED & set(seen.craft))


def is_accepted(name: str, short: frozenset[str], seen: Outcome) -> bool:
    """Say whether a right answer passed, and earned the star, unless it is `short` on purpose."""
    return seen.verdict == "passed" and (name in short or set(seen.craft) <= {"passed"})


def the_reference(exercise: str) -> str:
    """Return the name of a reference answer among the right answers."""
    return f"the reference {exercise}"


def is_named(mistake: Mistake, seen: Outcome) -> bool:
    """Say whether the messages named the mistake, or both of those that it is made of."""
    return mistake.id in seen.named or (bool(mistake.both) and set(mistake.both) <= seen.named)


Outcomes = Mapping[str, Mapping[int, Outcome]]
"""The id of a mistake, or the name of a right answer, and a seed to what that answer got."""


class Figures(NamedTuple):
    """How many there are of each kind, and which missed their target: its name to how."""

    exercises: int
    checks: int
    judged: int  # of the checks: all but the milestone, which would train
    mistakes: int
    right_answers: int
    not_refused: dict[str, str]
    not_named: dict[str, str]
    not_accepted: dict[str, str]
    idle: dict[str, str]  # checks that refuse no mistake
    flips: dict[str, str]  # answers whose verdicts differ between seeds
    stale: dict[str, str]  # mistakes of which something else is stored

    @property
    def met(self) -> bool:
        """Say whether every target is met."""
        strict = (self.not_refused, self.not_accepted, self.idle, self.flips, self.stale)
        return not any(strict) and len(self.not_named) <= (1 - LEAST_NAMED) * self.mistakes


def figures(exercises: Sequence[Exercise], seen: Outcomes) -> Figures:
    """Return the figures of a self-test of some exercises."""
    names = {exercise.name for exercise in exercises}
    rights = (each for name in names for each in right_answers_of(name))
    short = frozenset(each.name for each in rights if not each.craft)
    wrong = {mistake.id: mistake for exercise in exercises for mistake in mistakes_of(exercise)}
    right = [name for name in seen if name not in wrong]
    first = {name: next(iter(each.values())) for name, each in seen.items()}
    return Figures(
        exercises=len(exercises),
        checks=sum(check.exercise in names for check in all_checks().values()),
        judged=sum(len(checks_of(exercise, full=False)) for exercise in exercises),
        mistakes=len(wrong),
        right_answers=len(right),
        not_refused=_missed(wrong, seen, lambda name, one: not is_refused(wrong[name], one)),
        not_named=_missed(wrong, seen, lambda name, one: not is_named(wrong[name], one)),
        not_accepted=_missed(right, seen, lambda name, one: not is_accepted(name, short, one)),
        idle={name: how for exercise in exercises for name, how in _idle(exercise, seen).items()},
        flips=_missed(seen, seen, lambda name, one: one.verdicts != first[name].verdicts),
        stale={
            name: "does not do what is stored of it: run `python docs/make_matrix.py`"
            for name in wrong
            if not is_fresh(name, [one.effect for one in seen[name].values()])
        },
    )


def _missed(
    names: Iterable[str], seen: Outcomes, misses: Callable[[str, Outcome], bool]
) -> dict[str, str]:
    """Return which answers miss a target, and under which seed they do so first."""
    found: dict[str, str] = {}
    for name in names:
        for seed, one in seen[name].items():
            if misses(name, one):
                found.setdefault(name, f"seed {seed}, {one.told or one.verdict}")
    return found


def _idle(exercise: Exercise, seen: Outcomes) -> dict[str, str]:
    """Return which checks of an exercise refuse no mistake, and under which seed first."""
    found: dict[str, str] = {}
    wrong = [seen[mistake.id] for mistake in mistakes_of(exercise)]
    for place, check in enumerate(checks_of(exercise, full=False)):
        for seed in seen[the_reference(exercise.name)]:
            if not any(each[seed].verdicts[place] in REFUSED for each in wrong):
                found.setdefault(check.name, f"seed {seed}, {check.sentence}")
    return found


def table(found: Figures, seeds: int) -> Table:
    """Return the figures beside their targets."""
    shown = Table("what", "count", "target", title=f"The grader, graded under {seeds} seeds")

    def share(missed: Mapping[str, str], total: int) -> str:
        return f"{total - len(missed)} of {total} ({1 - len(missed) / max(1, total):.1%})"

    rows = [
        ("exercises", str(found.exercises), ""),
        ("checks", str(found.checks), ""),
        ("checks that refuse a mistake", share(found.idle, found.judged), "100 %"),
        ("mistakes", str(found.mistakes), ">= 120"),
        ("right answers, the references included", str(found.right_answers), ">= 100"),
        ("mistakes refused (craft: told)", share(found.not_refused, found.mistakes), "100 %"),
        ("mistakes named", share(found.not_named, found.mistakes), f">= {100 * LEAST_NAMED:.0f} %"),
        ("right answers accepted", share(found.not_accepted, found.right_answers), "100 %"),
        ("verdict flips", str(len(found.flips)), "0"),
        ("effects as stored", share(found.stale, found.mistakes), "100 %"),
    ]
    for row in rows:
        shown.add_row(*row)
    return shown
