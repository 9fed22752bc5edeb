"""The attacks, by what they want."""
