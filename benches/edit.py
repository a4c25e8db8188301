#!/usr/bin/env python3
"""From the save of a file to the first answer of the new code, while clients ask eighty times a second.

Two applications of the same reach, those of `compile_time -- first`: a copy of the template under its own `dev`, and the
one on axum under `systemfd` and `cargo watch`, whose listener is the socket that it is given. Each is edited so many times
(argument 1, 5 where nothing is said): the answer of one route. Eight clients ask for that route, over kept connections
and over new ones.

In: `systemfd` and `cargo-watch` in PATH. Out: a table; of each edit the least and the median of the seconds on the wall
and of the processor seconds, of the whole tree of processes and of `cargo build` alone; and every request that was refused, reset or not answered.
"""

import os
import pathlib
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILT = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "edit"
# Not in a folder that git ignores: cargo-watch would see no edit there.
SCRATCH = pathlib.Path(tempfile.gettempdir()) / "microcore-edit"
TICK = os.sysconf("SC_CLK_TCK")
PATIENCE = 600


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def replace(path, *pairs):
    text = path.read_text()
    for old, new in pairs:
        assert old in text, (path, old)
        text = text.replace(old, new, 1)
    path.write_text(text)


def ours():
    folder = SCRATCH / "microcore"
    shutil.rmtree(folder / "src", ignore_errors=True)
    shutil.copytree(ROOT / "app-template", folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("target"))
    replace(folder / "Cargo.toml", ('path = ".."', f'path = "{ROOT}"'))
    (folder / "src/domains/users/plugins/which.rs").write_text(
        'use crate::prelude::*;\n\n#[plugin]\npub struct Which {}\n\n#[plugin]\nimpl Which {\n'
        '    #[get("/which")]\n    async fn which(&self) -> &\'static str {\n        "edit 0"\n    }\n}\n'
    )
    port = free_port()
    command = ["cargo", "run", "--quiet", "--", "dev", "--port", str(port)]
    return folder, folder / "src/domains/users/plugins/which.rs", command, port


def theirs():
    folder = SCRATCH / "axum"
    shutil.copytree(ROOT / "benches/compile_time/first/axum", folder, dirs_exist_ok=True)
    (folder / "Cargo.toml.template").rename(folder / "Cargo.toml")
    replace(folder / "Cargo.toml", ("[dependencies]\n", '[dependencies]\nlistenfd = "1"\n'))
    replace(
        folder / "src/main.rs",
        (
            "let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port))).await?;",
            "let listener = match listenfd::ListenFd::from_env().take_tcp_listener(0)? {\n"
            "        Some(given) => {\n            given.set_nonblocking(true)?;\n"
            "            tokio::net::TcpListener::from_std(given)?\n        }\n"
            "        None => tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port))).await?,\n    };",
        ),
        ('.route("/health", get(health))', '.route("/health", get(health)).route("/which", get(which))'),
        ("async fn migrate(", 'async fn which() -> Json<&\'static str> {\n    Json("edit 0")\n}\n\nasync fn migrate('),
    )
    port = free_port()
    command = ["systemfd", "--no-pid", "-s", f"http::127.0.0.1:{port}", "--", "cargo", "watch", "-q", "-w", "src", "-x", "run --quiet"]
    return folder, folder / "src/main.rs", command, port


def processor(root):
    """The seconds of a process and of all that it has started, those that have ended and were waited for included."""
    parents, ticks = {}, {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(") ", 1)[1].split()
        except OSError:
            continue
        process = int(stat.parent.name)
        parents[process], ticks[process] = int(fields[1]), sum(map(int, fields[11:15]))

    def is_of_it(process):
        while process > 1 and process != root:
            process = parents.get(process, 0)
        return process == root

    return sum(ticks[process] for process in ticks if is_of_it(process)) / TICK


class Clients:
    """Eight of them; every second one keeps its connection."""

    def __init__(self, port):
        self.port, self.done, self.answered, self.failed = port, threading.Event(), 0, []
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self.work, args=(number % 2 == 0,)) for number in range(8)]
        for thread in self.threads:
            thread.start()

    def work(self, keeps):
        connection = None
        while not self.done.is_set():
            try:
                connection = connection or socket.create_connection(("127.0.0.1", self.port), timeout=120)
                _, last = ask(connection)
                with self.lock:
                    self.answered += 1
                if last or not keeps:
                    connection.close()
                    connection = None
                # Eighty requests a second: what they cost is not what is measured.
                time.sleep(0.1)
            except OSError as error:
                with self.lock:
                    self.failed.append(f"{type(error).__name__}: {error}")
                connection = None
                time.sleep(0.01)

    def end(self):
        self.done.set()
        for thread in self.threads:
            thread.join()


def ask(connection):
    connection.sendall(b"GET /which HTTP/1.1\r\nhost: localhost\r\n\r\n")
    reply = b""
    while b"\r\n\r\n" not in reply:
        more = connection.recv(65536)
        if not more:
            raise ConnectionError("hung up on without an answer")
        reply += more
    head, body = reply.split(b"\r\n\r\n", 1)
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    length = int(fields[b"content-length"])
    while len(body) < length:
        more = connection.recv(65536)
        if not more:
            raise ConnectionError("hung up on within an answer")
        body += more
    if not head.startswith(b"HTTP/1.1 200"):
        raise ConnectionError(f"answered with {head.split(b' ')[1].decode()}")
    return body, fields.get(b"connection") == b"close"


def answers(port, text):
    """Waits for an answer with this."""
    begun = time.monotonic()
    while time.monotonic() - begun < PATIENCE:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=120) as connection:
                if text in ask(connection)[0]:
                    return
        except OSError:
            pass
        time.sleep(0.005)
    sys.exit(f"no answer with {text!r}")


def build(folder, file, environment, edit):
    """The processor seconds that `cargo build` takes for one edit, and nothing else."""
    replace(file, (f'"edit {edit - 1}"', f'"edit {edit}"'))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(["cargo", "build", "--quiet"], cwd=folder, env=environment, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(name, make, edits, is_one_tree):
    folder, file, command, port = make()
    environment = {**os.environ, "CARGO_TARGET_DIR": str(BUILT / "target" / folder.name), "CONTROL_SOCKET": "off"}
    environment |= {"DB_PATH": str(folder / "edit.db"), "AUTH_SECRET_KEY": "a secret of at least thirty-two bytes", "LOG_LEVEL": "error"}
    # Both are built before, so that nobody waits for dependencies.
    subprocess.run(["cargo", "build", "--quiet"], cwd=folder, env=environment, check=True)
    server = subprocess.Popen(
        command, cwd=folder, env=environment, start_new_session=True, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    try:
        answers(port, b"edit 0")
        clients = Clients(port)
        walls, seconds = [], []
        for edit in range(1, edits + 1):
            before = processor(server.pid)
            begun = time.monotonic()
            replace(file, (f'"edit {edit - 1}"', f'"edit {edit}"'))
            answers(port, b"edit %d" % edit)
            walls.append(time.monotonic() - begun)
            # What the old process still does belongs to the edit, too.
            time.sleep(1)
            seconds.append(processor(server.pid) - before)
        clients.end()
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()
    builds = [build(folder, file, environment, edits + number) for number in range(1, 4)]
    # What cargo-watch ends, it does not wait for: its seconds are lost.
    tree = f"{min(seconds):.2f} / {statistics.median(seconds):.2f}" if is_one_tree else "–"
    kinds = {kind: clients.failed.count(kind) for kind in sorted(set(clients.failed))}
    print(
        f"| {name} | {min(walls):.2f} / {statistics.median(walls):.2f} | {tree} "
        f"| {min(builds):.2f} / {statistics.median(builds):.2f} | {clients.answered} | {len(clients.failed)} |",
        flush=True,
    )
    for kind, count in kinds.items():
        print(f"  {count} times {kind}", file=sys.stderr)


def main():
    edits = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    SCRATCH.mkdir(parents=True, exist_ok=True)
    print(f"{edits} edits; seconds, least / median\n")
    print("| application | wall | processor | of it `cargo build` | answers | failed |\n|---|--:|--:|--:|--:|--:|")
    measure("microcore, `dev`", ours, edits, True)
    measure("axum, systemfd, cargo-watch", theirs, edits, False)


main()
