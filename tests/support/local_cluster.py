"""A Dask cluster on this machine: a scheduler, and workers that are processes of their own.

`python -m tests.support.local_cluster light` prints its address, and ends when its input does.
"""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIGHT = "tests.support.light_bench"


@contextlib.contextmanager
def local_cluster(kind: str = "light", workers: int = 2) -> Iterator[str]:
    """Give the address of a scheduler with so many workers; "light": their judges are light."""
    call = [sys.executable, "-m", "tests.support.local_cluster", kind, str(workers)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(call, cwd=ROOT, text=True, **pipes) as cluster:
        try:
            yield cluster.stdout.readline().strip()
        finally:
            cluster.stdin.close()


def main(kind: str, workers: str) -> None:
    import dask
    from dask.distributed import LocalCluster

    preload = [LIGHT] if kind == "light" else []
    with (
        dask.config.set({"distributed.worker.preload": preload}),
        LocalCluster(
            n_workers=int(workers), threads_per_worker=1, processes=True, dashboard_address=":0"
        ) as cluster,
    ):
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
