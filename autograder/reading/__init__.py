"""A student's Python as text: files, cells, statements. Nothing of it is run here."""
