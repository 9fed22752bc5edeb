"""Says a result: terminal, notebook, page."""
