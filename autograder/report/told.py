"""Something to show, in both forms: text for a terminal, HTML for a notebook."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Told:
    """Something that a notebook shows as HTML and a terminal as text.

    Attributes:
        text: plain, lines of any length.
        html: the same as an element or several, everything foreign in it escaped.
    """

    text: str
    html: str

    def __repr__(self) -> str:
        """Return it as text."""
        return self.text

    def _repr_html_(self) -> str:
        return self.html
