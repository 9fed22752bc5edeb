"""Bridges to platforms that grade by themselves: Gradescope and GitHub Classroom."""
