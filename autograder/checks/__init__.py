"""The checks: each is one claim about an answer, with its points. A file a unit."""
