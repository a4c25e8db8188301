#!/usr/bin/env python3
"""What rust-analyzer makes of `app-template`, asked the way an editor asks.

    tests/editor/lsp_check.py               the checks; ends with 1 when one fails
    tests/editor/lsp_check.py --new-file    also: what happens to a plugin file that is added meanwhile
    tests/editor/lsp_check.py --verbose     also: full answers, and the server's own log

The server is `$RUST_ANALYZER`, else `rust-analyzer` from the PATH; without one that starts, the script says so and
ends with 0. Nothing here waits for a fixed time: the server says when it is ready (`experimental/serverStatus`), and
where it says nothing, the question is repeated until the answer is there or a limit is reached.
"""

import argparse
import json
import os
import pathlib
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "app-template"
USERS = "src/domains/users"
ROUTE_TAKEN = "MC0307"

SETTINGS = {
    # The template is a workspace of its own.
    "linkedProjects": [str(ROOT / "Cargo.toml"), str(TEMPLATE / "Cargo.toml")],
    "procMacro": {"enable": True, "attributes": {"enable": True}},
    "cargo": {"buildScripts": {"enable": True}, "autoreload": True},
    "check": {"workspace": False},
    "checkOnSave": True,
    "files": {"watcher": "client"},
}

CAPABILITIES = {
    "general": {"positionEncodings": ["utf-16"]},
    "window": {"workDoneProgress": True},
    "workspace": {
        "configuration": True,
        "didChangeWatchedFiles": {"dynamicRegistration": True},
        "workspaceFolders": True,
    },
    "textDocument": {
        "hover": {"contentFormat": ["markdown"]},
        "definition": {"linkSupport": True},
        "completion": {"completionItem": {"labelDetailsSupport": True}},
        "diagnostic": {"relatedDocumentSupport": False},
        "publishDiagnostics": {},
    },
    "experimental": {"serverStatusNotification": True},
}


def library(without_std):
    """Where the source of `std` would be.

    The path is given even where nothing is there: a rust-analyzer that has to look for itself runs `rustup component
    add rust-src`, and a check is not to change a toolchain.
    """
    if without_std:
        return str(ROOT / "no-rust-src")
    sysroot = subprocess.run(["rustc", "--print", "sysroot"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    return str(pathlib.Path(sysroot) / "lib/rustlib/src/rust/library")


class Server:
    """The server process and one conversation with it."""

    def __init__(self, binary, verbose):
        self.verbose = verbose
        self.process = subprocess.Popen(
            [binary],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if verbose else subprocess.DEVNULL,
        )
        self.incoming = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.last_id = 0
        self.answers = {}
        self.quiescent = False
        self.health = None
        self.became_busy = 0
        self.published = {}
        self.progress = {}
        self.flychecks = 0

    def _read(self):
        out = self.process.stdout
        while True:
            length = 0
            while line := out.readline():
                if line == b"\r\n":
                    break
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            if not length:
                self.incoming.put(None)
                return
            self.incoming.put(json.loads(out.read(length)))

    def _send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        try:
            self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
            self.process.stdin.flush()
        except BrokenPipeError:
            raise SystemExit("the server has ended")

    def _take(self, deadline):
        """Handles one message; says whether there was one."""
        try:
            message = self.incoming.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            return False
        if message is None:
            raise SystemExit("the server has ended")
        method, params = message.get("method"), message.get("params") or {}
        if method is None:
            self.answers[message["id"]] = message
        elif "id" in message:
            result = None
            if method == "workspace/configuration":
                result = [SETTINGS for _ in params["items"]]
            self._send({"id": message["id"], "result": result})
        elif method == "experimental/serverStatus":
            if self.quiescent and not params["quiescent"]:
                self.became_busy += 1
            self.quiescent, self.health = params["quiescent"], params
        elif method == "$/progress":
            value = params["value"]
            token = str(params["token"])
            if value["kind"] == "end":
                self.progress.pop(token, None)
                if "flycheck" in token:
                    self.flychecks += 1
            elif "title" in value:
                self.progress[token] = value["title"]
        elif method == "textDocument/publishDiagnostics":
            self.published[path_of(params["uri"])] = params["diagnostics"]
        return True

    def wait(self, until, limit):
        deadline = time.monotonic() + limit
        while not until():
            if not self._take(deadline):
                return until()
        return True

    def ready(self, limit=600):
        """Waits for the workspace, the build scripts, the proc macros and the index."""
        if not self.wait(lambda: self.quiescent, limit):
            raise SystemExit(f"not ready after {limit} s: {sorted(self.progress.values())}, {self.health}")

    def notify(self, method, params):
        self._send({"method": method, "params": params})

    def request(self, method, params, limit=120):
        deadline = time.monotonic() + limit
        while True:
            self.last_id += 1
            mine = self.last_id
            self._send({"id": mine, "method": method, "params": params})
            if not self.wait(lambda: mine in self.answers, deadline - time.monotonic()):
                raise SystemExit(f"no answer to {method} within {limit} s")
            answer = self.answers.pop(mine)
            code = answer.get("error", {}).get("code")
            # Content modified, server cancelled: the world changed meanwhile, ask again.
            if code in (-32801, -32802) and time.monotonic() < deadline:
                continue
            if code is not None:
                return {"error": answer["error"]}
            return answer.get("result")

    def until(self, question, good, limit):
        """Repeats a question until its answer is good; the messages between two questions are the clock."""
        deadline = time.monotonic() + limit
        while True:
            answer = question()
            if good(answer) or time.monotonic() > deadline:
                return answer
            self.wait(lambda: False, 0.1)

    def end(self):
        try:
            self.request("shutdown", None, 20)
            self.notify("exit", None)
            self.process.wait(20)
        except (SystemExit, subprocess.TimeoutExpired, OSError):
            self.process.kill()


def uri(path):
    return pathlib.Path(path).as_uri()


def path_of(address):
    return pathlib.Path(urllib.request.url2pathname(urllib.parse.urlparse(address).path))


def shown(path):
    path = pathlib.Path(path)
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name


class Document:
    """A file, open in the editor."""

    def __init__(self, server, path):
        self.server, self.path, self.version = server, path, 1
        self.text = path.read_text()
        server.notify(
            "textDocument/didOpen",
            {"textDocument": {"uri": uri(path), "languageId": "rust", "version": 1, "text": self.text}},
        )

    def id(self):
        return {"uri": uri(self.path)}

    def at(self, before, name=""):
        """The place inside of `name` after the first `before`."""
        offset = self.text.index(before + name) + len(before) + (1 if name else 0)
        lines = self.text[:offset].split("\n")
        return {"line": len(lines) - 1, "character": len(lines[-1].encode("utf-16-le")) // 2}

    def change(self, text):
        self.version += 1
        self.text = text
        self.server.notify(
            "textDocument/didChange",
            {"textDocument": {**self.id(), "version": self.version}, "contentChanges": [{"text": text}]},
        )

    def save(self):
        self.server.notify("textDocument/didSave", {"textDocument": self.id()})

    def close(self):
        self.server.notify("textDocument/didClose", {"textDocument": self.id()})

    def ask(self, method, place, **more):
        return self.server.request(f"textDocument/{method}", {"textDocument": self.id(), "position": place, **more})

    def hover(self, place):
        answer = self.ask("hover", place)
        if not answer or "contents" not in answer:
            return ""
        return answer["contents"]["value"]

    def definition(self, place):
        """Each target as (path, its first line)."""
        targets = []
        for link in self.ask("definition", place) or []:
            path = path_of(link["targetUri"])
            line = link["targetSelectionRange"]["start"]["line"]
            targets.append((path, line + 1, path.read_text().split("\n")[line].strip()))
        return targets

    def completions(self, place):
        answer = self.ask("completion", place) or []
        items = answer if isinstance(answer, list) else answer.get("items", [])
        return [item["label"] for item in items]

    def diagnostics(self):
        """The server's own, not the compiler's."""
        answer = self.server.request("textDocument/diagnostic", {"textDocument": self.id()}) or {}
        return answer.get("items", [])


def codes(diagnostics):
    return [str(item.get("code")) for item in diagnostics]


class Report:
    """The table."""

    def __init__(self, verbose):
        self.verbose, self.rows, self.failed = verbose, [], False

    def row(self, item, hover, definition, good):
        self.failed |= not good
        self.rows.append((item, hover, definition, "ok" if good else "FAILED"))

    def symbol(self, item, document, place, in_hover, file, line, needs_std=False):
        """`line` is a part of the line that the definition is on.

        What `needs_std` is in the argument of a macro of `std`: where the server can't load that, it is no failure of
        ours, and the table says so.
        """
        hover, targets = document.hover(place), document.definition(place)
        if self.verbose:
            print(f"--- {item}\n{hover}\n{targets}", file=sys.stderr)
        hover_good = in_hover in hover
        good = [target for target in targets if shown(target[0]) == file and line in target[2]]
        places = list(dict.fromkeys(f"{shown(path)}:{number}" for path, number, _ in targets))
        found = ", ".join(places[:2]) + (f" and {len(places) - 2} more" if len(places) > 2 else "")
        lines = [line for line in hover.split("\n") if in_hover in line] or hover.split("\n")
        passed = hover_good and bool(good)
        self.row(item, lines[0][:60] if hover else "nothing", found or "nothing", passed or needs_std)
        if needs_std and not passed:
            self.rows[-1] = (*self.rows[-1][:3], "no (needs std)")

    def print(self):
        titles = ("item", "hover", "definition", "result")
        widths = [max(len(row[column]) for row in [titles, *self.rows]) for column in range(4)]
        for row in [titles, tuple("-" * width for width in widths), *self.rows]:
            print(" | ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def check_files(server, report):
    """Every file of the folders is a module of the crate, and the server has nothing against the code in it."""
    files = sorted([*TEMPLATE.glob("src/domains/*/*/*.rs"), *TEMPLATE.glob("src/tools/*.rs")])
    unlinked, others = [], {}
    for path in [*files, TEMPLATE / "src/lib.rs", TEMPLATE / "src/main.rs"]:
        document = Document(server, path)
        found = document.diagnostics()
        document.close()
        for item in found:
            if item.get("code") == "unlinked-file":
                unlinked.append(path)
            else:
                others.setdefault(str(item.get("code")), []).append((path, item))
            print(f"    {shown(path)}:{item['range']['start']['line'] + 1}: {item.get('code')}: {item['message'].splitlines()[0]}")
    report.row(f"{len(files)} files belong to the crate", "", f"{len(unlinked)} unlinked-file", not unlinked)
    macros = [item for code, items in others.items() if "macro" in code for item in items]
    report.row("every macro expands", "", f"{len(macros)} macro errors", not macros)
    rest = sum(len(items) for items in others.values()) - len(macros)
    report.row("other diagnostics of the server", "", f"{rest}", not rest)

    # The controls. A mistake must be reported, else the absence of reports says nothing.
    document = Document(server, TEMPLATE / USERS / "plugins/create_user.rs")
    saved = document.text
    document.change(saved.replace("UserId { id })", "UserId { id, wrong: 1 })"))
    found = document.diagnostics()
    document.change(saved)
    document.close()
    report.row("control: a field that is not there", "", ", ".join(codes(found)) or "nothing", bool(found))

    # A file in no list must be reported, else the absence of reports says nothing.
    loose = TEMPLATE / "src/lsp_probe_loose.rs"
    loose.write_text("pub fn loose() {}\n")
    try:
        changed(server, loose, 1)
        document = Document(server, loose)
        found = server.until(document.diagnostics, lambda found: "unlinked-file" in codes(found), 20)
        document.close()
        report.row("control: a file in no list", "", ", ".join(codes(found)) or "nothing", "unlinked-file" in codes(found))
    finally:
        loose.unlink()
        changed(server, loose, 3)


def check_symbols(server, report):
    create = Document(server, TEMPLATE / USERS / "plugins/create_user.rs")
    welcome = Document(server, TEMPLATE / "src/domains/mail/plugins/welcome_email.rs")
    health = Document(server, TEMPLATE / "src/domains/system/plugins/health.rs")
    main = Document(server, TEMPLATE / "src/main.rs")
    created, lib = f"app-template/{USERS}/events/user_created.rs", "app-template/src/lib.rs"
    own = shown(create.path)
    symbol = report.symbol
    symbol("`Db`, the tool's alias, in a field", create, create.at("{ db: ", "Db"), "Db", lib, "app!")
    symbol("`Db` in the constructor", create, create.at("new(db: ", "Db"), "Db", lib, "app!")
    symbol(
        "`query_scalar`, a tool's method", create, create.at(".", "query_scalar"), "fn query_scalar",
        "microcore-tools/src/db/database.rs", "fn query_scalar",
    )
    symbol("`publish`", create, create.at("bus.", "publish"), "fn publish", "microcore-tools/src/bus/mod.rs", "fn publish")
    symbol("`execute`, the handler, where it is written", create, create.at("async fn ", "execute"), "fn execute", own, "fn execute")
    symbol("`execute`, called in a test", create, create.at("plugin.", "execute"), "fn execute", own, "fn execute")
    symbol("`UserCreated`, through the prelude", create, create.at("publish(", "UserCreated"), "struct UserCreated", created, "struct UserCreated")
    symbol("`UserCreated`, imported, in another domain", welcome, welcome.at("events::", "UserCreated"), "struct UserCreated", created, "struct UserCreated")
    symbol("`UserCreated` in `#[on(…)]`", welcome, welcome.at("#[on(", "UserCreated"), "struct UserCreated", created, "struct UserCreated")
    symbol("`UserCreated`, a parameter's type", welcome, welcome.at("event: &", "UserCreated"), "struct UserCreated", created, "struct UserCreated")
    symbol("`email`, within `format!`", welcome, welcome.at("event.", "email"), "email", created, "email", needs_std=True)
    symbol("`email`, a field of the body", create, create.at("email: body.", "email"), "email", own, "pub email")
    symbol("`now`, a method of an own tool", health, health.at("clock.", "now"), "fn now", "app-template/src/tools/clock.rs", "fn now")
    symbol("`Clock`, an own tool's alias", health, health.at("clock: ", "Clock"), "= Clock", "app-template/src/tools/clock.rs", "#[tool]")
    # Generated code has no line of its own: the definition is the macro's call.
    symbol("`App`, generated", main, main.at("app::", "App"), "struct App", lib, "app!")
    symbol("`App::main`, generated", main, main.at("App::", "main"), "fn main", lib, "app!")


    for document in (create, welcome, health, main):
        document.close()


def check_completion(server, report):
    create = Document(server, TEMPLATE / USERS / "plugins/create_user.rs")
    saved = create.text
    body = "let id: i64 = self.db"
    for title, typed in [("complete code, after `self.db.`", None), ("`self.db.;` typed", ";"), ("`self.db.` half typed", "")]:
        if typed is None:
            found = create.completions(create.at("self.db\n            ."))
        else:
            create.change(saved.replace(body, f"self.db.{typed}\n        {body}"))
            found = create.completions(create.at("self.db."))
            create.change(saved)
        wanted = ["query_one", "query_scalar", "execute"]
        names = [re.split(r"\W", label)[0] for label in found]
        there = [name for name in wanted if name in names]
        report.row(f"completion, {title}", f"{len(found)} entries", ", ".join(there) or "nothing", there == wanted)


def check_mistake(server, report):
    """Two handlers of one route, which only the wiring can see: saved, reported, and undone."""
    path = TEMPLATE / USERS / "plugins/delete_user.rs"
    document = Document(server, path)
    saved = document.text
    text = saved.replace('#[delete("/users/{id}"', '#[get("/users/{id}"')
    assert text != saved
    try:
        path.write_text(text)
        document.change(text)
        changed(server, path, 2)
        document.save()
        # The mistake is two files' at once: wherever it is reported, it is reported.
        others = [Document(server, TEMPLATE / name) for name in ("src/lib.rs", f"{USERS}/plugins/get_user.rs")]
        told = lambda path, found: [(path, item) for item in found if ROUTE_TAKEN in item["message"]]
        native = [hit for each in (document, *others) for hit in told(each.path, each.diagnostics())]
        from_check = lambda: [hit for path, found in server.published.items() for hit in told(path, found)]
        server.wait(from_check, 60)
        for title, found in [("server itself", native), ("check on save", from_check())]:
            words = " ".join(found[0][1]["message"].split())[:60] if found else "nothing"
            places = [f"{shown(path)}:{item['range']['start']['line'] + 1}" for path, item in found]
            report.row(f"a route taken twice: {title}", words, ", ".join(dict.fromkeys(places)) or "nothing", bool(found))
        for other in others:
            other.close()
    finally:
        path.write_text(saved)
        document.change(saved)
        changed(server, path, 2)
        document.save()
        document.close()


def changed(server, path, kind):
    server.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri(path), "type": kind}]})


PROBE = """\
//! GET /probe answers.
use crate::prelude::*;

#[plugin]
pub struct Probe { db: Db }

#[plugin]
impl Probe {
    #[get("/probe")]
    async fn answer(&self) -> Result<NoContent> {
        self.db.execute("SELECT 1", ()).await?;
        Ok(NoContent)
    }
}
"""


def new_file(server, limit):
    """Adds a plugin while the server runs, and says after which step it belongs to the crate."""
    lib = Document(server, TEMPLATE / "src/lib.rs")
    saved = lib.text
    path = TEMPLATE / USERS / "plugins/lsp_probe.rs"
    print("\na plugin file is added while the server runs:")

    def rebuilt(method):
        server.quiescent = False
        server.request(method, None)
        server.ready()

    def edited(text):
        lib.change(text)

    def on_disk():
        os.utime(lib.path)
        changed(server, lib.path, 2)
        lib.save()

    steps = [
        ("the editor reports the new file", lambda: None),
        ("src/lib.rs touched and saved", on_disk),
        ("a comment added to src/lib.rs", lambda: edited(saved + "// \n")),
        ("a comment added within `app! {}`", lambda: edited(saved.replace("app! {}", "app! {\n    // \n}"))),
        ("command: reload workspace", lambda: rebuilt("rust-analyzer/reloadWorkspace")),
        ("command: rebuild proc macros", lambda: rebuilt("rust-analyzer/rebuildProcMacros")),
    ]
    try:
        for after, (title, step) in enumerate(steps):
            # Each step on its own: the file goes away, and the crate is read anew without it.
            path.write_text(PROBE)
            changed(server, path, 1)
            probe = Document(server, path)
            step()
            started = time.monotonic()
            found = server.until(probe.diagnostics, lambda found: "unlinked-file" not in codes(found), limit)
            linked = "unlinked-file" not in codes(found)
            hover = probe.hover(probe.at("db.", "execute"))
            took = f"after {time.monotonic() - started:.1f} s" if linked else f"within {limit} s"
            print(f"    {title}: {'linked' if linked else 'unlinked'} {took}; hover on `execute`: {'fn execute' in hover}; {codes(found)}")
            probe.close()
            edited(saved)
            path.unlink()
            changed(server, path, 3)
            rebuilt("rust-analyzer/rebuildProcMacros")
    finally:
        path.unlink(missing_ok=True)
        lib.close()


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(0)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--new-file", action="store_true")
    arguments.add_argument("--limit", type=float, default=8, help="seconds that a step of --new-file may take")
    arguments.add_argument("--without-std", action="store_true", help="as where rust-src is not installed")
    arguments.add_argument("--verbose", action="store_true")
    arguments = arguments.parse_args()

    binary = os.environ.get("RUST_ANALYZER") or shutil.which("rust-analyzer")
    if not binary:
        skip("no rust-analyzer in the PATH, and RUST_ANALYZER is not set")
    try:
        version = subprocess.run([binary, "--version"], cwd=ROOT, capture_output=True, text=True)
    except OSError as error:
        skip(f"rust-analyzer can't be started: {error}")
    if version.returncode:
        # The rustup proxy is in the PATH even where the component is not installed.
        skip(f"rust-analyzer can't be started: {version.stderr.strip()}")
    print(version.stdout.strip())

    SETTINGS["cargo"]["sysrootSrc"] = library(arguments.without_std)
    print(f"source of std: {'there' if os.path.isdir(SETTINGS['cargo']['sysrootSrc']) else 'absent'}")
    if not os.path.isdir(SETTINGS["cargo"]["sysrootSrc"]):
        print("    without it most types are unknown: `rustup component add rust-src`; expect failures below")
    # A killed run leaves no changed file behind either.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    server = Server(binary, arguments.verbose)
    try:
        started = time.monotonic()
        server.request(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": uri(ROOT),
                "workspaceFolders": [{"uri": uri(ROOT), "name": "microcore"}],
                "capabilities": CAPABILITIES,
                "initializationOptions": SETTINGS,
            },
        )
        server.notify("initialized", {})
        server.ready()
        print(f"ready after {time.monotonic() - started:.0f} s, health: {server.health['health']}")
        if server.health.get("message"):
            print(f"    {server.health['message'].splitlines()[0]}")
        report = Report(arguments.verbose)
        check_files(server, report)
        check_symbols(server, report)
        check_completion(server, report)
        check_mistake(server, report)
        report.print()
        if arguments.new_file:
            new_file(server, arguments.limit)
        sys.exit(1 if report.failed else 0)
    finally:
        server.end()


if __name__ == "__main__":
    main()
