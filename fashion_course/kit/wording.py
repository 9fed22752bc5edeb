"""Small helps for sentences with numbers in them."""


def plural(word: str, count: int) -> str:
    """Return the word as it follows the count."""
    return word if count == 1 else f"{word}s"
