"""Pictures that describe themselves."""
