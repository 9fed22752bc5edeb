"""Small problems for unit 3, a file an exercise."""
