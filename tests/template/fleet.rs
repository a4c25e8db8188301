//! Two and four processes of the template on one store of events and one database: every acknowledged event is handled
//! once by each subscriber of the fleet, also while one process is killed and another is added under load.
//!
//! Between them is a SQLite file, or Redis.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use crate::program::program;

const CLIENTS: usize = 4;

/// Which process of the fleet handled which address, in the order of handling.
pub(crate) type Journal = Arc<Mutex<Vec<(usize, String)>>>;

/// A process of the template.
pub(crate) struct Replica {
    number: usize,
    pub(crate) port: u16,
    child: Child,
    /// They end when the process has said everything.
    readers: Vec<thread::JoinHandle<()>>,
}

impl Replica {
    /// Starts it, and waits until it says that it serves.
    pub(crate) fn start(number: usize, place: &Place, journal: &Journal) -> Self {
        let mut command = Command::new(&place.program);
        command.current_dir(&place.folder).envs(place.settings()).env("HTTP_PORT", "0").env("BUS_LEASE", "2s");
        command.env("SYSTEM_FLEET_EVERY", "250ms");
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (tell, told) = mpsc::channel();
        let outputs: [Box<dyn Read + Send>; 2] =
            [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
        let readers = outputs.map(|output| {
            let (tell, journal) = (tell.clone(), journal.clone());
            thread::spawn(move || {
                for line in BufReader::new(output).lines().map_while(Result::ok) {
                    if let Some((_, rest)) = line.split_once("serves http://127.0.0.1:") {
                        let _ = tell.send(rest.split(' ').next().unwrap().parse::<u16>().unwrap());
                    }
                    if let Some((_, rest)) = line.split_once("welcome ") {
                        journal.lock().unwrap().push((number, rest.split(' ').next().unwrap().to_owned()));
                    }
                }
            })
        });
        let port = told.recv_timeout(Duration::from_secs(60)).expect("the process serves");
        Self { number, port, child, readers: readers.into() }
    }

    /// SIGKILL: nothing is ended properly.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.readers.drain(..).for_each(|reader| reader.join().unwrap());
    }

    /// SIGTERM, as a supervisor sends it; waits for the end.
    pub(crate) fn stop(mut self) {
        assert!(Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status().unwrap().success());
        assert!(self.child.wait().unwrap().success(), "it stops of its own accord");
        self.readers.drain(..).for_each(|reader| reader.join().unwrap());
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

/// Registers a user at a process; whether it was acknowledged.
fn register(connection: &mut Option<BufReader<TcpStream>>, port: u16, email: &str) -> std::io::Result<bool> {
    if connection.is_none() {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        *connection = Some(BufReader::new(stream));
    }
    let stream = connection.as_mut().unwrap();
    let body = format!(r#"{{"name":"A","email":"{email}"}}"#);
    let length = body.len();
    let head =
        format!("POST /users HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\ncontent-length: {length}");
    stream.get_mut().write_all(format!("{head}\r\n\r\n{body}").as_bytes())?;
    let (mut length, mut made) = (0, false);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        match line.trim_end() {
            "" => break,
            "HTTP/1.1 201 Created" => made = true,
            other => length = other.strip_prefix("content-length: ").map_or(length, |text| text.parse().unwrap()),
        }
    }
    stream.read_exact(&mut vec![0; length])?;
    Ok(made)
}

/// Waits for a condition; the reason to wait at all is that other processes must get somewhere.
pub(crate) fn until(what: &str, holds: impl Fn() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(2 * 60), "waited in vain for {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// Clients that register users at whatever processes there are.
struct Load {
    ports: Arc<Mutex<Vec<u16>>>,
    done: Arc<AtomicBool>,
    acknowledged: Arc<AtomicUsize>,
    clients: Vec<thread::JoinHandle<Vec<String>>>,
}

impl Load {
    fn start(name: &str, fleet: &[Replica]) -> Self {
        let ports = Arc::new(Mutex::new(fleet.iter().map(|replica| replica.port).collect::<Vec<_>>()));
        let (done, acknowledged) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let client = |client: usize| {
            let (ports, done, acknowledged) = (ports.clone(), done.clone(), acknowledged.clone());
            let name = name.to_owned();
            thread::spawn(move || {
                let (mut connections, mut mine) = (HashMap::new(), Vec::new());
                for number in 0.. {
                    if done.load(Ordering::Relaxed) {
                        break;
                    }
                    let port = {
                        let ports = ports.lock().unwrap();
                        ports[(client + number) % ports.len()]
                    };
                    let email = format!("{name}-{client}-{number}@example.com");
                    let connection = connections.entry(port).or_insert(None);
                    match register(connection, port, &email) {
                        Ok(true) => {
                            mine.push(email);
                            acknowledged.fetch_add(1, Ordering::Relaxed);
                        }
                        Ok(false) => {}
                        // It was killed: what became of the request nobody knows, and nobody was told.
                        Err(_) => *connection = None,
                    }
                }
                mine
            })
        };
        let clients = (0..CLIENTS).map(client).collect();
        Self { ports, done, acknowledged, clients }
    }

    fn more(&self, count: usize) {
        let enough = self.acknowledged.load(Ordering::Relaxed) + count;
        until("further registrations", || self.acknowledged.load(Ordering::Relaxed) >= enough);
    }

    /// What was acknowledged.
    fn stop(self) -> Vec<String> {
        self.done.store(true, Ordering::Relaxed);
        self.clients.into_iter().flat_map(|client| client.join().unwrap()).collect()
    }
}

/// What the processes share.
pub(crate) struct Place {
    pub(crate) program: PathBuf,
    pub(crate) folder: PathBuf,
    /// With a SQLite file between them there is none.
    redis: Option<Redis>,
}

impl Place {
    /// For the template with this feature, `durable` or `redis`. `None` where a server is missing, which is said.
    pub(crate) fn make(feature: &str, size: usize) -> Option<Self> {
        let folder = std::env::temp_dir().join(format!("app-fleet-{feature}-{size}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let redis = if feature == "redis" { Some(Redis::start(&folder)?) } else { None };
        Some(Self { program: program(feature), folder, redis })
    }

    fn settings(&self) -> Option<(&'static str, String)> {
        let redis = self.redis.as_ref()?;
        Some(("REDIS_URL", format!("redis://127.0.0.1:{}", redis.port)))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A server of this test's own.
struct Redis {
    port: u16,
    child: Child,
}

impl Redis {
    fn start(folder: &Path) -> Option<Self> {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = Command::new("redis-server");
        command.args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--dir"]).arg(folder);
        let Ok(child) = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn() else {
            assert!(std::env::var_os("MICROCORE_REQUIRE_SERVICES").is_none(), "redis-server is not installed");
            println!("skipped: redis-server is not installed");
            return None;
        };
        let server = Self { port, child };
        until("redis-server to answer", || TcpStream::connect(("127.0.0.1", port)).is_ok());
        Some(server)
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How often each address was welcomed, and by whom.
fn counts(journal: &Journal) -> HashMap<String, Vec<usize>> {
    let mut counts: HashMap<String, Vec<usize>> = HashMap::new();
    for (replica, email) in journal.lock().unwrap().iter() {
        counts.entry(email.clone()).or_default().push(*replica);
    }
    counts
}

/// Runs a fleet of this size; one process is killed and one added while users are registered.
fn run(feature: &str, size: usize) {
    let Some(place) = Place::make(feature, size) else { return };
    let journal = Journal::default();
    let mut fleet: Vec<Replica> = (0..size).map(|number| Replica::start(number, &place, &journal)).collect();

    // In peace first: each exactly once.
    let load = Load::start("peace", &fleet);
    load.more(100);
    let peaceful = load.stop();
    until("the first welcomes", || peaceful.iter().all(|email| counts(&journal).contains_key(email)));

    // Then one is killed, and another comes.
    let load = Load::start("war", &fleet);
    load.more(100);
    let victim = fleet.remove(0);
    load.ports.lock().unwrap().retain(|port| *port != victim.port);
    let killed = victim.number;
    victim.kill();
    load.more(50);
    let added = Replica::start(size, &place, &journal);
    load.ports.lock().unwrap().push(added.port);
    fleet.push(added);
    load.more(100);
    let acknowledged = [peaceful.clone(), load.stop()].concat();
    until("all welcomes", || acknowledged.iter().all(|email| counts(&journal).contains_key(email)));
    for replica in fleet {
        replica.stop();
    }

    let counts = counts(&journal);
    let twice: Vec<_> = counts.iter().filter(|(_, by)| by.len() > 1).collect();
    // A handler that was killed before its delivery was acknowledged had done its work: that delivery, and no other, is
    // done again by somebody else.
    for (email, by) in &twice {
        assert!(
            by.len() == 2 && by[0] == killed && by[1] != killed,
            "{email} was welcomed by {by:?}, {killed} was killed"
        );
    }
    assert!(peaceful.iter().all(|email| counts[email].len() == 1), "each once in peace");
    let by_replica = |number: usize| counts.values().flatten().filter(|by| **by == number).count();
    let each: Vec<usize> = (0..=size).map(by_replica).collect();
    assert!(each.iter().all(|count| *count > 0), "every process takes its part: {each:?}");
    println!(
        "{size} processes: {} registrations acknowledged, 0 lost, {} handled again after the kill; by process {each:?}",
        acknowledged.len(),
        twice.len()
    );
}

#[test]
fn two_processes_with_a_file_between_them_handle_each_event_once() {
    run("durable", 2);
}

#[test]
fn four_processes_with_a_file_between_them_handle_each_event_once() {
    run("durable", 4);
}

#[test]
fn two_processes_with_redis_between_them_handle_each_event_once() {
    run("redis", 2);
}

#[test]
fn four_processes_with_redis_between_them_handle_each_event_once() {
    run("redis", 4);
}
