"""What several right answers to unit 1 share."""


class BadInput(ValueError):
    """An own kind of ValueError."""
