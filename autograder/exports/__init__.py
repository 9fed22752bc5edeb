"""Bridges to other platforms: Gradescope, GitHub Classroom, Moodle and Canvas."""
