"""Levels of isolation: who runs the worker, and where."""
