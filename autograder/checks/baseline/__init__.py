"""The claims about unit 2, a file an exercise."""
