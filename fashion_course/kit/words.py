"""`_("…")`: what the course says, in the reader's language, by gettext.

English is the source; a message's id is its English text. FASHION_COURSE_LANGUAGE chooses another
language, FASHION_COURSE_LOCALE the folder that holds it. `python -m autograder.sync.template`
prints the template for translators.
"""

import gettext
import os
from functools import lru_cache
from pathlib import Path

DOMAIN = "fashion_course"


def _(message: str, /, **values: object) -> str:
    """Return a message in the reader's language, with the values put in its braces.

    Args:
        message: English text, written where it is said, so that Babel finds it.
        values: for `{name}` in the message; without any, braces stay as they are.
    """
    language = os.environ.get("FASHION_COURSE_LANGUAGE", "")
    if language and message:
        folder = os.environ.get("FASHION_COURSE_LOCALE")
        message = _translation(language, folder).gettext(message)
    return message.format(**values) if values else message


def plural(word: str, count: int) -> str:
    """Return the English word as it follows the count."""
    return word if count == 1 else f"{word}s"


@lru_cache(maxsize=8)
def _translation(language: str, folder: str | None) -> gettext.NullTranslations:
    place = folder or str(Path(__file__).parents[2] / "autograder" / "locale")
    return gettext.translation(DOMAIN, place, languages=[language], fallback=True)
