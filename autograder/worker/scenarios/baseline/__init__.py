"""Small problems for unit 2, a file an exercise."""
