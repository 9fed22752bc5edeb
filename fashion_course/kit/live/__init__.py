"""Training that is watched."""
