"""A language in which every message is English between brackets."""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from fashion_course.kit.words import DOMAIN


def write_pseudo(folder: Path, messages: Catalog) -> dict[str, str]:
    """Write the language "eo" of a template into a folder; return the variables that choose it."""
    made = Catalog(locale="eo", domain=DOMAIN, charset="utf-8")
    for message in messages:
        if isinstance(message.id, tuple):
            made.add(message.id, tuple(f"⟦{text}⟧" for text in message.id))
        elif message.id:
            made.add(message.id, f"⟦{message.id}⟧")
    place = folder / "eo" / "LC_MESSAGES"
    place.mkdir(parents=True)
    with (place / f"{DOMAIN}.mo").open("wb") as file:
        write_mo(file, made)
    return {"FASHION_COURSE_LANGUAGE": "eo", "FASHION_COURSE_LOCALE": str(folder)}
