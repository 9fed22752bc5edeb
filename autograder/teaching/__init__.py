"""Puts a failed check into words that teach."""
