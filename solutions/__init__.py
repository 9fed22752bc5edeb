"""The reference answers: one importable module a unit, and the source of all that is derived."""
