"""Submissions that cheat, spy, escape or break the grader; each with the verdict it has to get."""
