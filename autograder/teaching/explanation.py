"""What an exception means in this course: the form of an entry."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Explanation:
    """What an exception means here, and a question that leads on.

    Attributes:
        pattern: of the exception's type and text, matched from the beginning.
        means: in words; `{0}` is a group of the pattern.
        question: the same way.
        many: whether many different mistakes end in it, so that one which does is only a guess.
    """

    pattern: str
    means: str
    question: str
    many: bool = False
