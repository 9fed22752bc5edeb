"""Small problems for unit 6, a file an exercise."""
