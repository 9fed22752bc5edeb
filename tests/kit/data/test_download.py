"""Downloading: several mirrors, broken transfers, full disks; whole files or none."""

import errno
import gzip
import os
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from fashion_course.kit.data import download
from fashion_course.kit.data.download import (
    MIRROR_VARIABLE,
    SECOND_MIRROR,
    OnBytes,
    default_mirrors,
    fetch,
)
from fashion_course.kit.data.files import DataError
from fashion_course.kit.data.search import FOLDER_VARIABLE, check_folder
from tests.conftest import FakeData

Answer = tuple[int, bytes, int]  # status, body, length that the header announces
Get = Callable[..., Path]


class Mirror:
    """A web server on this machine; `answer(name, n)` is what the n-th request for a file gets."""

    def __init__(self, answer: Callable[[str, int], Answer]) -> None:
        self.asked: list[str] = []
        mirror = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                name = self.path.rpartition("/")[2]
                mirror.asked.append(name)
                status, body, length = answer(name, mirror.asked.count(name))
                self.send_response(status)
                self.send_header("Content-Length", str(length))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/data"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Mirror]]:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    mirrors: list[Mirror] = []

    def start(answer: Callable[[str, int], Answer]) -> Mirror:
        mirrors.append(Mirror(answer))
        return mirrors[-1]

    yield start
    for mirror in mirrors:
        mirror.close()


@pytest.fixture
def closed() -> Iterator[str]:
    """The address of a port that is taken, so nobody else can, and at which nobody answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/"


@pytest.fixture
def good(serve: Callable[..., Mirror], fake_data: FakeData) -> Mirror:
    return serve(lambda name, _: whole(fake_data.packed[name]))


def whole(body: bytes) -> Answer:
    return 200, body, len(body)


def names(fake_data: FakeData) -> list[str]:
    return [file.name for file in fake_data.files]


@pytest.fixture(autouse=True)
def full(fake_data: FakeData, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the small stand-in count as the whole data set."""
    monkeypatch.setattr("fashion_course.kit.data.files.FULL", fake_data.files)


@pytest.fixture
def get(monkeypatch: pytest.MonkeyPatch) -> Get:
    """A `fetch` that asks these mirrors."""

    def fetch_from(
        target: Path | None, *mirrors: Mirror | str, progress: OnBytes = lambda *_: None
    ) -> Path:
        addresses = [mirror if isinstance(mirror, str) else mirror.address for mirror in mirrors]
        monkeypatch.setattr(download, "default_mirrors", lambda: addresses)
        return fetch(target, progress)

    return fetch_from


def assert_whole(target: Path, fake_data: FakeData) -> None:
    assert check_folder("", target, fake_data.files).problem == ""
    assert sorted(path.name for path in target.iterdir()) == sorted(names(fake_data))


def test_four_files_arrive_and_are_not_fetched_again(
    get: Get, good: Mirror, fake_data: FakeData, tmp_path: Path
) -> None:
    target = tmp_path / "new" / "folder"
    assert get(target, good) == target
    assert_whole(target, fake_data)
    get(target, good)
    assert good.asked == names(fake_data)


def test_only_what_is_missing_or_damaged_is_fetched(
    get: Get, good: Mirror, fake_data: FakeData, tmp_path: Path
) -> None:
    fake_data.write(tmp_path)
    first, second, *_ = names(fake_data)
    (tmp_path / first).unlink()
    (tmp_path / second).write_bytes(fake_data.packed[second][:-30])
    get(tmp_path, good)
    assert good.asked == [first, second]
    assert_whole(tmp_path, fake_data)


def test_a_mirror_without_the_file_is_left_for_the_next_and_asked_no_more(
    get: Get,
    serve: Callable[..., Mirror],
    good: Mirror,
    closed: str,
    fake_data: FakeData,
    tmp_path: Path,
) -> None:
    empty = serve(lambda *_: (404, b"", 0))
    get(tmp_path, closed, "no address at all", empty, good)
    assert_whole(tmp_path, fake_data)
    assert empty.asked == names(fake_data)[:1]


def test_after_a_transfer_that_is_cut_off_the_next_mirror_is_asked(
    get: Get, serve: Callable[..., Mirror], good: Mirror, fake_data: FakeData, tmp_path: Path
) -> None:
    def cut_off(name: str, _: int) -> Answer:
        body = fake_data.packed[name]
        return 200, body[: len(body) // 2], len(body)

    get(tmp_path, serve(cut_off), good)
    assert_whole(tmp_path, fake_data)


@pytest.mark.parametrize(
    "body",
    [b"<html>Please log in to this network</html>", gzip.compress(b"\0" * 800), b"\x1f\x8bjunk"],
    ids=["a web page", "other content", "no gzip"],
)
def test_wrong_content_never_takes_the_place_of_a_file(
    get: Get,
    serve: Callable[..., Mirror],
    good: Mirror,
    fake_data: FakeData,
    tmp_path: Path,
    body: bytes,
) -> None:
    wrong = serve(lambda *_: whole(body))
    with pytest.raises(DataError, match="damaged"):
        get(tmp_path, wrong)
    assert list(tmp_path.iterdir()) == []
    get(tmp_path, wrong, good)
    assert_whole(tmp_path, fake_data)


def test_the_same_data_packed_otherwise_is_taken(
    get: Get, serve: Callable[..., Mirror], fake_data: FakeData, tmp_path: Path
) -> None:
    def repack(name: str, _: int) -> Answer:
        return whole(gzip.compress(gzip.decompress(fake_data.packed[name]), 1, mtime=1))

    get(tmp_path, serve(repack))
    assert_whole(tmp_path, fake_data)


def test_a_mirror_that_sends_without_end_is_cut_short(
    get: Get, serve: Callable[..., Mirror], tmp_path: Path
) -> None:
    endless = serve(lambda *_: whole(b"\0" * 1_000_000))
    with pytest.raises(DataError, match="far too many"):
        get(tmp_path, endless)


def test_an_interrupted_call_leaves_whole_files_only_and_the_next_mends(
    get: Get, good: Mirror, fake_data: FakeData, tmp_path: Path
) -> None:
    def interrupt(name: str, done: int, total: int) -> None:
        if name == fake_data.files.test_images.name:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        get(tmp_path, good, progress=interrupt)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names(fake_data)[:2])
    get(tmp_path, good)
    assert_whole(tmp_path, fake_data)
    assert good.asked.count(names(fake_data)[0]) == 1


def test_a_damaged_file_stays_as_it_is_until_the_whole_one_is_there(
    get: Get, serve: Callable[..., Mirror], fake_data: FakeData, tmp_path: Path
) -> None:
    fake_data.write(tmp_path)
    name = fake_data.files.train_images.name
    (tmp_path / name).write_bytes(b"damaged")
    seen = []

    def answer(asked: str, _: int) -> Answer:
        seen.append((tmp_path / name).read_bytes())
        return whole(fake_data.packed[asked])

    get(tmp_path, serve(answer))
    assert seen == [b"damaged"]
    assert_whole(tmp_path, fake_data)


def test_progress_ends_with_all_bytes_of_each_file(
    get: Get, good: Mirror, fake_data: FakeData, tmp_path: Path
) -> None:
    calls: dict[str, list[tuple[int, int]]] = {}
    get(
        tmp_path,
        good,
        progress=lambda name, done, total: calls.setdefault(name, []).append((done, total)),
    )
    assert list(calls) == names(fake_data)
    for name, seen in calls.items():
        size = len(fake_data.packed[name])
        assert seen[-1] == (size, size)
        assert all(done <= total for done, total in seen)


def test_offline_is_one_error_with_every_mirror_its_reason_and_the_remedies(
    get: Get, serve: Callable[..., Mirror], closed: str, tmp_path: Path
) -> None:
    gone = serve(lambda *_: (503, b"", 0))
    with pytest.raises(DataError) as caught:
        get(tmp_path, closed, gone)
    message = str(caught.value)
    assert f"{closed}train-images-idx3-ubyte.gz: {os.strerror(errno.ECONNREFUSED)}" in message
    assert f"{gone.address}/train-images-idx3-ubyte.gz: 503 " in message
    for remedy in (FOLDER_VARIABLE, MIRROR_VARIABLE, "dataset-fashion-mnist", "subset"):
        assert remedy in message
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("call", "code"),
    [("fsync", errno.ENOSPC), ("replace", errno.EACCES)],
)
def test_a_folder_that_cannot_be_written_is_named_and_left_clean(
    get: Get, good: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, call, refuse)
    with pytest.raises(DataError, match=f"written to {tmp_path}: {os.strerror(code)}"):
        get(tmp_path, good)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_refused_before_anything_is_asked(
    get: Get, good: Mirror, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DataError, match="Nothing can be written to"):
        get(tmp_path / "file" / "folder", good)
    assert good.asked == []


def test_by_default_the_named_folder_is_filled_else_the_cache(
    get: Get, good: Mirror, fake_data: FakeData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    monkeypatch.setattr(download, "cache_folder", lambda: tmp_path / "cache")
    assert get(None, good) == tmp_path / "cache"
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "named"))
    assert get(None, good) == tmp_path / "named"
    assert_whole(tmp_path / "named", fake_data)


def test_the_mirrors_are_yours_then_torchvisions_then_the_authors(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from torchvision.datasets import FashionMNIST

    monkeypatch.delenv(MIRROR_VARIABLE, raising=False)
    assert default_mirrors() == [*FashionMNIST.mirrors, SECOND_MIRROR]
    monkeypatch.setenv(MIRROR_VARIABLE, "http://near.example/")
    assert default_mirrors() == ["http://near.example/", *FashionMNIST.mirrors, SECOND_MIRROR]
