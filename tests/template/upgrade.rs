//! The template hands over to the next process of itself, under load and in every way that can go wrong.

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::net::UnixDatagram;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::drop_in::Project;
use crate::load::{Load, ask};
use crate::program::program;

/// The template at a path of its own, where other programs may take its place.
pub(crate) struct Place {
    folder: tempfile::TempDir,
    pub(crate) good: PathBuf,
    pub(crate) port: u16,
    log: Arc<Mutex<Vec<String>>>,
    /// Those that have been started, the last one by another of them.
    serving: Vec<u32>,
    first: Option<Child>,
}

impl Place {
    pub(crate) fn make() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // Bound and let go: nobody else takes it in the meantime.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let place = Self { folder, good: program(""), port, log: Arc::default(), serving: Vec::new(), first: None };
        place.put_back();
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The program is at its path again.
    fn put_back(&self) {
        self.put(&fs::read(&self.good).unwrap(), 0o755);
    }

    /// Something is at its path, as a deployment does it: in one step.
    fn put(&self, file: &[u8], mode: u32) {
        let new = self.path("app.new");
        fs::write(&new, file).unwrap();
        fs::set_permissions(&new, Permissions::from_mode(mode)).unwrap();
        fs::rename(new, self.path("app")).unwrap();
    }

    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.folder.path()).env("HTTP_PORT", self.port.to_string()).env("LOG_LEVEL", "info");
        command.env("CONTROL_SOCKET", self.path("control"));
        command
    }

    fn start(&mut self) {
        let command = self.command(&self.path("app"));
        self.spawn(command);
    }

    /// Starts it, and waits until it serves.
    pub(crate) fn spawn(&mut self, mut command: Command) {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let outputs: [Box<dyn Read + Send>; 2] =
            [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
        for output in outputs {
            let log = self.log.clone();
            // Read to the end: a process whose output nobody takes stands still. The next process writes there too.
            thread::spawn(move || {
                for line in BufReader::new(output).lines().map_while(Result::ok) {
                    log.lock().unwrap().push(line);
                }
            });
        }
        self.serving.push(child.id());
        self.first = Some(child);
        self.until_log_has("serves http://", self.serving.len());
    }

    /// Waits until the log has so many lines with this.
    fn until_log_has(&self, text: &str, count: usize) {
        until(|| format!("`{text}` in the log:\n{}", self.said()), || self.said().matches(text).count() >= count);
    }

    pub(crate) fn said(&self) -> String {
        self.log.lock().unwrap().join("\n")
    }

    fn upgrade(&self, options: &[&str]) -> Output {
        self.command(&self.good).arg("upgrade").args(options).output().unwrap()
    }

    /// An upgrade that works; notes the new process.
    fn upgraded(&mut self) {
        self.upgraded_with(&[]);
    }

    fn upgraded_with(&mut self, options: &[&str]) {
        let done = self.upgrade(options);
        let (said, complained) = (text(&done.stdout), text(&done.stderr));
        assert!(done.status.success(), "{complained}\n{}", self.said());
        let id = said.split("serves as process ").nth(1).and_then(|rest| rest.split(',').next()).unwrap();
        self.serving.push(id.parse().unwrap());
    }

    /// An upgrade that does not; the reason.
    fn refused(&self, options: &[&str]) -> String {
        let done = self.upgrade(options);
        assert_eq!(done.status.code(), Some(1), "{}", text(&done.stdout));
        ask(&mut None, self.port).unwrap();
        text(&done.stderr)
    }

    fn signal(name: &str, id: u32) {
        assert!(Command::new("kill").arg(format!("-{name}")).arg(id.to_string()).status().unwrap().success());
    }

    /// The first one has ended as it should.
    fn first_ended(&mut self) {
        assert_eq!(self.first.take().unwrap().wait().unwrap().code(), Some(0), "{}", self.said());
    }

    /// Stops the one that serves.
    pub(crate) fn stop(&mut self) {
        let last = *self.serving.last().unwrap();
        Self::signal("TERM", last);
        match self.first.take_if(|first| first.id() == last) {
            Some(mut first) => assert!(first.wait().unwrap().success()),
            None => until(|| "the end of the last process", || !is_there(last)),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        for id in self.serving.iter().filter(|id| is_there(**id)) {
            let _ = Command::new("kill").arg("-KILL").arg(id.to_string()).stderr(Stdio::null()).status();
        }
        if let Some(mut first) = self.first.take() {
            let _ = first.wait();
        }
    }
}

/// One that has ended and that nobody has asked about is not.
fn is_there(id: u32) -> bool {
    fs::read_to_string(format!("/proc/{id}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

fn until<T: std::fmt::Display>(what: impl Fn() -> T, holds: impl Fn() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(60), "waited in vain for {}", what());
        thread::sleep(Duration::from_millis(5));
    }
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// `MICROCORE_UPGRADES` asks for more than a few.
#[test]
fn upgrades_under_load_lose_no_request() {
    let count: usize = std::env::var("MICROCORE_UPGRADES").map_or(3, |text| text.parse().unwrap());
    let mut place = Place::make();
    place.start();
    let load = Load::start(place.port, false);
    for _ in 0..count {
        load.more(100);
        // A file in the place of one that runs: the system calls that `(deleted)`.
        place.put_back();
        // The one before may have connections still, and says so.
        until(
            || "the end of the drain",
            || {
                let before = place.serving.len().checked_sub(2);
                before.is_none_or(|before| !is_there(place.serving[before]))
            },
        );
        place.upgraded();
        load.more(100);
    }
    let answered = load.end();
    println!("{count} upgrades, {answered} answers, none lost");
    place.first_ended();
    place.stop();
    assert!(!place.path("control").exists(), "whoever stops last takes the socket away");
}

#[test]
fn what_can_not_take_over_changes_nothing() {
    let mut place = Place::make();
    place.start();
    let script = |lines: &str| format!("#!/bin/sh\n{lines}\n").into_bytes();
    for (file, mode, options, reason) in [
        (script("exit 3"), 0o755, &[][..], "it ended with exit code 3"),
        (
            script("exec sleep 600"),
            0o755,
            &["--timeout", "300ms"],
            "gives no sign of being this application after 300ms",
        ),
        (script("kill -9 $$"), 0o755, &[], "it ended with signal: 9"),
        (script(""), 0o644, &[], "can't be started: Permission denied"),
        (
            script(r#"echo '{"hello":{"application":"shop","version":"1"}}' >&0; exec sleep 600"#),
            0o755,
            &[],
            "it is another application: `shop`, not `app-template`",
        ),
        (script("echo nonsense >&0; exec sleep 600"), 0o755, &["--timeout", "300ms"], "after 300ms"),
    ] {
        place.put(&file, mode);
        let said = place.refused(options);
        assert!(said.contains(reason), "{said}");
        assert!(said.contains(&format!("`{}`", place.path("app").display())), "{said}");
    }
    fs::remove_file(place.path("app")).unwrap();
    let said = place.refused(&[]);
    assert!(said.contains("can't be started: No such file"), "{said}");
    // Its own reason is told, not only its exit code.
    place.put_back();
    fs::write(place.path(".env"), "DRAIN_TIMEOUT=soon\n").unwrap();
    let said = place.command(&place.good).arg("upgrade").env("DRAIN_TIMEOUT", "1s").output().unwrap();
    assert!(text(&said.stderr).contains("DRAIN_TIMEOUT must be"), "{}", text(&said.stderr));
    fs::remove_file(place.path(".env")).unwrap();
    assert!(is_there(place.serving[0]));
    assert!(place.refused(&["--timeout", "1ms", "--pid-file", "serves.pid"]).contains("after 1ms"));
    assert!(!place.path("serves.pid").exists());
    place.upgraded_with(&["--pid-file", "serves.pid"]);
    let noted = fs::read_to_string(place.path("serves.pid")).unwrap();
    assert_eq!(noted.trim(), place.serving[1].to_string());
    place.first_ended();
    place.stop();
}

/// A build of the template with one more migration, which may be one that the old code can't live with.
#[test]
fn a_migration_that_breaks_the_old_code_is_refused_and_can_be_allowed() {
    let project = Project::copied();
    project.write("src/domains/users/migrations/002_names.sql", "CREATE UNIQUE INDEX users_names ON users (name);\n");
    let built = project.cargo(&["build", "--quiet", "--message-format=json"]);
    let built = built.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let built: Vec<String> = built.filter_map(|line| line["executable"].as_str().map(str::to_owned)).collect();
    let breaking = fs::read(&built[0]).unwrap();
    drop(project);
    let mut place = Place::make();
    place.start();
    place.put(&breaking, 0o755);
    let said = place.refused(&[]);
    assert!(said.contains("migration `users/002_names.sql` is not applied"), "{said}");
    assert!(said.contains("--allow-breaking"), "{said}");
    assert!(is_there(place.serving[0]), "nothing has changed");
    // By the signal nobody can allow it.
    Place::signal("USR2", place.serving[0]);
    place.until_log_has("nothing was handed over: ", 2);
    place.upgraded_with(&["--allow-breaking"]);
    place.first_ended();
    ask(&mut None, place.port).unwrap();
    // It is applied now, so nothing is pending for the next one.
    place.upgraded();
    place.stop();
}

#[test]
fn while_one_drains_the_next_upgrade_is_told_for_how_long() {
    let mut place = Place::make();
    place.start();
    // A request whose body is not through when the process hands over.
    let body = r#"{"name":"Ada","email":"ada@example.com"}"#;
    let mut slow = TcpStream::connect(("127.0.0.1", place.port)).unwrap();
    let head = "POST /users HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\ncontent-length";
    write!(slow, "{head}: {}\r\n\r\n{}", body.len(), &body[..10]).unwrap();
    // The process has it: its own log line of another request says that the loop has turned.
    ask(&mut None, place.port).unwrap();
    place.upgraded();
    let said = place.refused(&[]);
    assert!(said.contains("the process before this one is draining, ") && said.contains(" s left"), "{said}");
    slow.write_all(&body.as_bytes()[10..]).unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    place.first_ended();
    until(|| "the next upgrade", || place.upgrade(&[]).status.success());
    until(|| "its line", || place.said().matches("INFO handed over: ").count() == 2);
    let said = place.said();
    let id = said.rsplit("serves as process ").next().and_then(|rest| rest.split(',').next()).unwrap();
    place.serving.push(id.parse().unwrap());
    place.stop();
}

#[test]
fn the_signal_does_what_the_command_does_and_systemd_is_told() {
    let mut place = Place::make();
    let told = UnixDatagram::bind(place.path("notify")).unwrap();
    told.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let hear = || {
        let mut room = [0; 256];
        let length = told.recv(&mut room).unwrap();
        text(&room[..length])
    };
    let mut command = place.command(&place.path("app"));
    command.env("NOTIFY_SOCKET", place.path("notify"));
    place.spawn(command);
    assert_eq!(hear(), "READY=1");
    place.put(b"#!/bin/sh\nexit 1\n", 0o755);
    Place::signal("USR2", place.serving[0]);
    assert_eq!([hear(), hear()], ["RELOADING=1", "READY=1"], "it goes on");
    place.put_back();
    Place::signal("USR2", place.serving[0]);
    assert_eq!(hear(), "RELOADING=1");
    let said = hear();
    let id = said.strip_prefix("MAINPID=").and_then(|rest| rest.strip_suffix("\nREADY=1"));
    place.serving.push(id.expect(&said).parse().unwrap());
    place.first_ended();
    ask(&mut None, place.port).unwrap();
    place.stop();
    assert_eq!(hear(), "STOPPING=1");
}

/// Only root can become somebody else.
#[test]
fn nobody_else_may_ask_for_an_upgrade() {
    let mut place = Place::make();
    if fs::metadata(place.folder.path()).unwrap().uid() != 0 {
        println!("skipped: not root");
        return;
    }
    place.start();
    // Nobody can read the program where it was built, nor go into the folder.
    fs::set_permissions(place.folder.path(), Permissions::from_mode(0o755)).unwrap();
    let as_nobody = || {
        let mut command = place.command(&place.path("app"));
        let asked = command.arg("upgrade").uid(65_534).gid(65_534).output().unwrap();
        assert_eq!(asked.status.code(), Some(1));
        text(&asked.stderr)
    };
    let said = as_nobody();
    assert!(said.contains("Permission denied"), "{said}");
    // Whoever may change the file can't change whose process it is.
    fs::set_permissions(place.path("control"), Permissions::from_mode(0o666)).unwrap();
    let said = as_nobody();
    assert!(said.contains("only the user of the process may ask for an upgrade"), "{said}");
    assert!(is_there(place.serving[0]));
    place.upgraded();
    place.first_ended();
    place.stop();
}
