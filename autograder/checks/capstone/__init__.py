"""The claims about unit 7, a file an exercise."""
