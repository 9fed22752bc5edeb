"""The page of attacks is what its command would write."""

from docs.make_attacks import COMMAND, PAGE, page


def test_the_page_of_attacks_is_fresh() -> None:
    assert PAGE.read_text("utf-8") == page(), f"run `{COMMAND}`"
