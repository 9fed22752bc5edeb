"""Grades the grader."""
