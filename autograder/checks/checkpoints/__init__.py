"""The claims about unit 6, a file an exercise."""
