"""`_("…")`: what the course says, in the reader's language, by gettext.

English is the source; a message's id is its English text. FASHION_COURSE_LANGUAGE chooses another
language, FASHION_COURSE_LOCALE the folder that holds it. `python docs/make_template.py`
prints the template for translators.
"""

import gettext
import os
from functools import lru_cache
from pathlib import Path

DOMAIN = "fashion_course"
ENGLISH = gettext.NullTranslations()


def _(message: str, /, **values: object) -> str:
    """Return a message in the reader's language, with the values put in its braces.

    Args:
        message: English text, written where it is said, so that Babel finds it.
        values: for `{name}` in the message; without any, braces stay as they are.
    """
    if message:  # of an empty one gettext returns the head of its catalogue
        message = _translation().gettext(message)
    return message.format(**values) if values else message


def ngettext(one: str, many: str, count: int, /, **values: object) -> str:
    """Return one of two messages, as the reader's language counts, with the values in its braces.

    Args:
        one: English text for a count of 1.
        many: for any other count.
        count: `{count}` in the message.
        values: for `{name}` in the message.
    """
    return _translation().ngettext(one, many, count).format(count=count, **values)


def _translation() -> gettext.NullTranslations:
    language = os.environ.get("FASHION_COURSE_LANGUAGE", "")
    return _read(language, os.environ.get("FASHION_COURSE_LOCALE")) if language else ENGLISH


@lru_cache(maxsize=8)
def _read(language: str, folder: str | None) -> gettext.NullTranslations:
    place = folder or str(Path(__file__).parents[2] / "autograder" / "locale")
    return gettext.translation(DOMAIN, place, languages=[language], fallback=True)
