"""The words of the engine by id, and their translation."""
