//! A collector: an HTTP server that decodes what it is sent with the messages of OpenTelemetry, and answers as a test
//! wants it to.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use flate2::read::GzDecoder;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value::Value};
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::metrics::v1::Metric;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use tokio::sync::watch;

/// What it says to one post of traces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// 429, and when to come back, in seconds.
    Later(u32),
    /// 400.
    Refuse,
    /// 200, and so many spans were not taken.
    Part(i64),
    /// The connection ends without an answer.
    Cut,
    /// Nothing, for as long as the connection lasts.
    Silence,
}

/// What has come.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    pub spans: Vec<Span>,
    pub logs: Vec<LogRecord>,
    /// The latest set.
    pub metrics: Vec<Metric>,
    /// Of the process.
    pub resource: Vec<KeyValue>,
    pub headers: Vec<String>,
    /// How often traces were posted, taken or not.
    pub posts: usize,
}

pub struct Collector {
    address: SocketAddr,
    seen: watch::Receiver<Seen>,
    script: Arc<Mutex<VecDeque<Answer>>>,
}

impl Collector {
    /// One that takes everything.
    pub fn start() -> Self {
        Self::at("127.0.0.1:0".parse().unwrap())
    }

    pub fn at(address: SocketAddr) -> Self {
        let listener = TcpListener::bind(address).unwrap();
        let (tell, seen) = watch::channel(Seen::default());
        let script = Arc::new(Mutex::new(VecDeque::new()));
        let (address, answers, tell) = (listener.local_addr().unwrap(), Arc::clone(&script), Arc::new(tell));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answers, tell) = (Arc::clone(&answers), Arc::clone(&tell));
                thread::spawn(move || converse(stream, &answers, &tell));
            }
        });
        Self { address, seen, script }
    }

    /// It answers the next posts of traces so.
    pub fn answers(self, script: &[Answer]) -> Self {
        self.script.lock().unwrap().extend(script);
        self
    }

    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn seen(&self) -> Seen {
        self.seen.borrow().clone()
    }

    /// Waits until what has come is as it should be.
    pub async fn wait(&self, what: &str, is_there: impl Fn(&Seen) -> bool) -> Seen {
        let mut seen = self.seen.clone();
        let waited = tokio::time::timeout(Duration::from_secs(60), seen.wait_for(|seen| is_there(seen))).await;
        match waited {
            Ok(seen) => seen.unwrap().clone(),
            Err(_) => panic!("it never came to this: {what}\n{:#?}", self.seen()),
        }
    }
}

/// One connection, which may have several posts.
fn converse(stream: TcpStream, script: &Mutex<VecDeque<Answer>>, tell: &watch::Sender<Seen>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    while let Some((path, headers, body)) = post(&mut reader) {
        let packed = headers.iter().any(|header| header == "content-encoding: gzip");
        let body = if packed {
            let mut plain = Vec::new();
            GzDecoder::new(&*body).read_to_end(&mut plain).unwrap();
            plain
        } else {
            body
        };
        let is_traces = path == "/v1/traces";
        let answer = if is_traces { script.lock().unwrap().pop_front() } else { None };
        let (mut status, mut more, mut said) = ("200 OK", String::new(), Vec::new());
        match answer {
            Some(Answer::Later(seconds)) => {
                (status, more) = ("429 Too Many Requests", format!("retry-after: {seconds}\r\n"))
            }
            Some(Answer::Refuse) => status = "400 Bad Request",
            Some(Answer::Part(rejected_spans)) => {
                let partial_success =
                    Some(ExportTracePartialSuccess { rejected_spans, error_message: "no room".to_owned() });
                said = ExportTraceServiceResponse { partial_success }.encode_to_vec();
            }
            Some(Answer::Cut | Answer::Silence) | None => {}
        }
        tell.send_modify(|seen| {
            seen.headers = headers;
            seen.posts += usize::from(is_traces);
            if matches!(answer, None | Some(Answer::Part(_))) {
                take(seen, &path, &body);
            }
        });
        match answer {
            Some(Answer::Cut) => return,
            // Until the other side has enough of it.
            Some(Answer::Silence) => _ = reader.read(&mut [0]),
            _ => {}
        }
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/x-protobuf\r\n{more}content-length: {}\r\n\r\n",
            said.len()
        );
        if stream.write_all(&[head.as_bytes(), &said].concat()).is_err() {
            return;
        }
    }
}

fn post(reader: &mut BufReader<TcpStream>) -> Option<(String, Vec<String>, Vec<u8>)> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end().to_owned();
        if line.is_empty() {
            break;
        }
        lines.push(line);
    }
    let path = lines.remove(0).split(' ').nth(1)?.to_owned();
    let length = lines.iter().find_map(|line| line.strip_prefix("content-length: "))?.parse().ok()?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((path, lines, body))
}

fn take(seen: &mut Seen, path: &str, body: &[u8]) {
    match path {
        "/v1/traces" => {
            for all in ExportTraceServiceRequest::decode(body).unwrap().resource_spans {
                seen.resource = all.resource.unwrap().attributes;
                seen.spans.extend(all.scope_spans.into_iter().flat_map(|scope| scope.spans));
            }
        }
        "/v1/logs" => {
            for all in ExportLogsServiceRequest::decode(body).unwrap().resource_logs {
                seen.logs.extend(all.scope_logs.into_iter().flat_map(|scope| scope.log_records));
            }
        }
        "/v1/metrics" => {
            for all in ExportMetricsServiceRequest::decode(body).unwrap().resource_metrics {
                seen.metrics = all.scope_metrics.into_iter().flat_map(|scope| scope.metrics).collect();
            }
        }
        other => panic!("nothing is sent to {other}"),
    }
}

/// An attribute as text.
pub fn attribute(attributes: &[KeyValue], key: &str) -> Option<String> {
    match attributes.iter().find(|pair| pair.key == key)?.value.as_ref()?.value.as_ref()? {
        Value::StringValue(text) => Some(text.clone()),
        Value::IntValue(number) => Some(number.to_string()),
        other => Some(format!("{other:?}")),
    }
}
