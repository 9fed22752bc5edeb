"""Derives files from `solutions/`."""
