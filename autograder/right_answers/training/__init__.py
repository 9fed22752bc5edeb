"""Right answers to unit 3, a file an exercise."""
