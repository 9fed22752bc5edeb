"""What several right answers to unit 3 share."""

from fashion_course.kit import Metrics


def average(rows):
    """Return metrics from rows of loss, correct images and images."""
    n = sum(size for *_, size in rows)
    if n == 0:
        raise ValueError("batches is empty: pass at least one batch")
    return Metrics(sum(a * c for a, _, c in rows) / n, sum(b for _, b, _ in rows) / n)
