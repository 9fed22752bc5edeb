"""The course's models trained, kept and measured."""
