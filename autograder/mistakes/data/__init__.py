"""Wrong answers to unit 1, a file an exercise."""
