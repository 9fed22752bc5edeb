"""The untrusted side: all that runs beside a student's code. It knows no expected value."""
