//! A rolling restart under load: a new process begins to listen on the same port, then the old one is asked to stop.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::load::Load;
use crate::program::program;

/// A process of the template.
struct Served(Child);

impl Served {
    /// Starts it, and waits until it says that it serves.
    fn start(port: u16, folder: &Path) -> Self {
        let mut command = Command::new(program(""));
        command.current_dir(folder).env("HTTP_PORT", port.to_string()).env("HTTP_REUSE_PORT", "true");
        command.env("RUST_LOG", "info").stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (tell, told) = std::sync::mpsc::channel();
        let outputs: [Box<dyn Read + Send>; 2] =
            [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
        for output in outputs {
            let tell = tell.clone();
            // Read to the end: a process whose output nobody takes stands still.
            thread::spawn(move || {
                for line in BufReader::new(output).lines().map_while(Result::ok) {
                    if line.contains(" serves http://") {
                        let _ = tell.send(());
                    }
                }
            });
        }
        told.recv_timeout(Duration::from_secs(60)).expect("the process serves");
        Self(child)
    }

    /// SIGTERM, as a supervisor sends it; waits for the end.
    fn stop(mut self) {
        let asked = Command::new("kill").arg("-TERM").arg(self.0.id().to_string()).status().unwrap();
        assert!(asked.success());
        assert!(self.0.wait().unwrap().success(), "it stops of its own accord");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
    }
}

#[test]
fn a_rolling_restart_under_load_loses_no_request() {
    let folder = std::env::temp_dir().join(format!("app-rolling-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    // Bound and let go: nobody else takes it in the meantime.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut running = Served::start(port, &folder);
    let load = Load::start(port, true);
    for _ in 0..3 {
        load.more(300);
        let next = Served::start(port, &folder);
        load.more(300);
        std::mem::replace(&mut running, next).stop();
    }
    load.more(300);
    load.end();
    running.stop();
    std::fs::remove_dir_all(&folder).unwrap();
}
