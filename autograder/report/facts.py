"""What is told of a check, in order; terminal and page dress it and decide nothing."""

from autograder.record import CheckResult
from fashion_course.kit.words import _


def facts_of(check: CheckResult) -> list[tuple[str, str]]:
    """Return (kind, text) of all that a student reads of a check: the mistake before its trace."""
    waits = check.verdict == "blocked"  # its message is a sentence, not what a program said
    told = [
        ("explanation", check.explanation),
        ("explanation" if waits else "message", check.message),
        ("call", check.call),
        ("actual", check.actual),
        ("expected", check.expected),
        ("hint", check.question or check.hint),
        ("read", check.see),
    ]
    return [(kind, text) for kind, text in told if text]


def labels() -> dict[str, str]:
    """Return the word before a text, by its kind; kinds without one speak for themselves."""
    facts = {"call": _("call:"), "actual": _("actual:"), "expected": _("expected:")}
    return facts | {"hint": _("hint:"), "read": _("read:")}
