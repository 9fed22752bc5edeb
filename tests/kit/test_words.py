"""Messages in the reader's language: one sentence, or one of two as the language counts."""

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from torch import nn

from fashion_course.kit import Epoch, Metrics, alt_text, plot_curves, shape_lens
from fashion_course.kit.words import DOMAIN, _, ngettext


@pytest.fixture
def polish(tmp_path, monkeypatch):
    """A few messages in a language that counts in three ways."""
    catalog = Catalog(locale="pl", domain=DOMAIN, charset="utf-8")
    catalog.add("total", "razem")
    catalog.add(
        ("{count} image", "{count:,} images"),
        ("{count} obraz", "{count} obrazy", "{count} obrazów"),
    )
    many = "Learning curves over {count} epochs: {curves}."
    catalog.add(
        (many.replace("epochs", "epoch"), many), ("{count} epoka", "{count} epoki", "{count} epok")
    )
    folder = tmp_path / "pl" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / f"{DOMAIN}.mo").open("wb") as file:
        write_mo(file, catalog)
    monkeypatch.setenv("FASHION_COURSE_LOCALE", str(tmp_path))
    monkeypatch.setenv("FASHION_COURSE_LANGUAGE", "pl")


def images(count):
    return ngettext("{count} image", "{count:,} images", count)


def test_without_a_language_messages_are_english(monkeypatch):
    monkeypatch.delenv("FASHION_COURSE_LANGUAGE", raising=False)
    assert [images(count) for count in (0, 1, 2_000)] == ["0 images", "1 image", "2,000 images"]
    assert _("{layer} and {braces}", layer=1, braces="{2}") == "1 and {2}"
    assert _("a {brace}") == "a {brace}"
    assert _("") == ""


@pytest.mark.usefixtures("polish")
def test_a_language_counts_in_its_own_way():
    assert [images(count) for count in (1, 3, 5)] == ["1 obraz", "3 obrazy", "5 obrazów"]
    assert _("") == ""
    assert _("a sentence that nobody translated") == "a sentence that nobody translated"


@pytest.mark.usefixtures("polish")
def test_a_translation_reaches_the_lens_and_the_pictures():
    model = nn.Sequential(nn.Flatten(), nn.Linear(4, 2))
    assert "razem" in repr(shape_lens(model, (3, 1, 2, 2)))
    assert "razem" in shape_lens(model, (3, 1, 2, 2))._repr_html_()
    history = [Epoch(number, Metrics(1.0, 0.5), Metrics(1.0, 0.5)) for number in (1, 2)]
    assert alt_text(plot_curves(history)) == "2 epoki"
