"""Attacks that want to talk to somebody: row 13."""

from tests.hostile.attack import PLACES, attack

# Row 13: no network.


@attack(13, off="network")
def calls_a_server_by_tcp():
    import socket

    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family) as call:
                call.settimeout(1)
                call.connect((host, PLACES["tcp"]))
                call.sendall(PLACES["token"].encode())
                return "tcp"
        except OSError:
            pass


@attack(13, off="network")
def calls_a_server_by_udp():
    """A datagram is gone once it is sent; only the server knows whether it came."""
    import socket

    for kind in (socket.SOCK_DGRAM, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK):
        try:
            with socket.socket(socket.AF_INET, kind) as call:
                call.sendto(PLACES["token"].encode(), ("127.0.0.1", PLACES["udp"]))
        except OSError:
            pass


@attack(13, off="network")
def calls_an_abstract_socket():
    import socket

    try:
        with socket.socket(socket.AF_UNIX) as call:
            call.connect("\0" + PLACES["abstract"])
            call.sendall(b"hello")
            return "abstract"
    except OSError:
        pass


@attack(13, off="network")
def calls_a_socket_in_a_folder():
    """As Docker's, or the session bus."""
    import socket

    try:
        with socket.socket(socket.AF_UNIX) as call:
            call.connect(PLACES["unix"])
            call.sendall(b"hello")
            return "unix"
    except OSError:
        pass


@attack(13, off="network")
def sends_a_datagram_to_a_socket():
    import socket

    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as call:
            call.sendto(b"hello", "\0" + PLACES["abstract_datagram"])
            return "abstract datagram"
    except OSError:
        pass


@attack(13, off="network")
def opens_a_raw_socket():
    import socket

    found = []
    for told, family, kind in (
        ("packet", 17, socket.SOCK_RAW),
        ("raw", socket.AF_INET, socket.SOCK_RAW),
        ("vsock", 40, socket.SOCK_STREAM),
    ):
        try:
            with socket.socket(family, kind, 1 if told == "raw" else 0) as call:
                if told == "raw":
                    call.sendto(b"\x08\0\xf7\xff\0\0\0\0", ("127.0.0.1", 0))
                if told == "packet":
                    call.bind(("lo", 0))
                    continue  # of its own loopback: nobody else's words are there
            found.append(told)
        except OSError:
            pass
    return [each for each in found if each != "raw"]


@attack(13, off="network")
def waits_for_a_caller():
    """A server of its own would be reachable from outside; the harness calls the port."""
    import socket

    try:
        with socket.socket() as server:
            server.bind(("127.0.0.1", PLACES["callback"]))
            server.listen()
            server.settimeout(1.0)
            caller, _ = server.accept()
            caller.sendall(b"hello")
            return "a caller came"
    except OSError:
        pass


@attack(13, off="network")
def asks_a_ring_for_a_socket():
    """io_uring opens sockets without the system call that a filter may forbid."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    room = ctypes.create_string_buffer(120)
    ring = libc.syscall(425, 4, room)  # io_uring_setup
    return "" if ring < 0 else "a ring"


@attack(13, off="network")
def shares_memory_with_the_host():
    """Segments and queues of System V have a namespace of their own; the harness left one."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    if libc.shmget(PLACES["shm"], 64, 0) >= 0:
        return "shared memory"
