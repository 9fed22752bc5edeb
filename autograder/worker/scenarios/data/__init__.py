"""Small problems for unit 1, a file an exercise."""
