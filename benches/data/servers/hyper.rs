//! The same routes with hyper by hand on one thread, SQLite on that thread too. Inserts run there as well, or, with
//! `GROUPED=1`, on a thread that puts whatever waits into one transaction.

use std::cell::RefCell;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::mpsc;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use rusqlite::{Connection, Error, ErrorCode, OptionalExtension};
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

type Answer = Response<Full<Bytes>>;
type Inserted = Result<i64, Error>;

const INSERT: &str = "INSERT INTO users (name, email) VALUES (?1, ?2) RETURNING id";

#[derive(Serialize)]
struct User {
    id: i64,
    name: String,
    email: String,
}

#[derive(Deserialize)]
struct NewUser {
    name: String,
    email: String,
}

#[derive(Serialize)]
struct UserId {
    id: i64,
}

#[derive(Serialize)]
struct Success<T> {
    success: bool,
    data: T,
}

#[derive(Serialize)]
struct Failure<'a> {
    success: bool,
    error: Reason<'a>,
}

#[derive(Serialize)]
struct Reason<'a> {
    code: &'a str,
    message: &'a str,
}

thread_local!(static SQLITE: RefCell<Connection> = RefCell::new(open()));

fn open() -> Connection {
    let path = std::env::var("DB_PATH").expect("DB_PATH is set");
    let synchronous = std::env::var("DB_SYNCHRONOUS").expect("DB_SYNCHRONOUS is set");
    let sqlite = Connection::open(path).expect("the file is there");
    let setup = format!(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = {synchronous}; PRAGMA foreign_keys = ON;
         PRAGMA busy_timeout = 5000"
    );
    sqlite.execute_batch(&setup).expect("the settings are right");
    sqlite
}

fn one(id: i64) -> Answer {
    let found = SQLITE.with_borrow(|sqlite| {
        let mut statement = sqlite.prepare_cached("SELECT id, name, email FROM users WHERE id = ?1")?;
        statement.query_row([id], |row| Ok(User { id: row.get(0)?, name: row.get(1)?, email: row.get(2)? })).optional()
    });
    match found {
        Ok(Some(user)) => success(StatusCode::OK, user),
        Ok(None) => failure(StatusCode::NOT_FOUND, "not_found", "user"),
        Err(error) => internal(&error),
    }
}

fn many() -> Answer {
    let found = SQLITE.with_borrow(|sqlite| {
        let mut statement = sqlite.prepare_cached("SELECT id, name, email FROM users ORDER BY id LIMIT 20")?;
        let rows =
            statement.query_map([], |row| Ok(User { id: row.get(0)?, name: row.get(1)?, email: row.get(2)? }))?;
        rows.collect::<Result<Vec<_>, _>>()
    });
    found.map_or_else(|error| internal(&error), |users| success(StatusCode::OK, users))
}

async fn create(body: Incoming, grouping: Option<&mpsc::Sender<Waiting>>) -> Answer {
    let Ok(body) = Limited::new(body, 2 << 20).collect().await else {
        return failure(StatusCode::PAYLOAD_TOO_LARGE, "payload_too_large", "the body is too large");
    };
    let Ok(user) = serde_json::from_slice::<NewUser>(&body.to_bytes()) else {
        return failure(StatusCode::BAD_REQUEST, "bad_request", "the body is not valid JSON");
    };
    let inserted = match grouping {
        None => SQLITE.with_borrow(|sqlite| insert(sqlite, &user)),
        Some(writer) => {
            let (reply, answer) = oneshot::channel();
            writer.send(Waiting { user, reply }).expect("the writer lives as long as the process");
            answer.await.expect("the writer answers")
        }
    };
    match inserted {
        Ok(id) => success(StatusCode::CREATED, UserId { id }),
        Err(Error::SqliteFailure(failed, _)) if failed.code == ErrorCode::ConstraintViolation => {
            failure(StatusCode::CONFLICT, "conflict", "email already registered")
        }
        Err(error) => internal(&error),
    }
}

fn insert(sqlite: &Connection, user: &NewUser) -> Inserted {
    sqlite.prepare_cached(INSERT)?.query_row([&user.name, &user.email], |row| row.get(0))
}

struct Waiting {
    user: NewUser,
    reply: oneshot::Sender<Inserted>,
}

/// A statement that fails undoes itself, so none needs a savepoint.
fn group(waiting: &mpsc::Receiver<Waiting>) {
    let sqlite = open();
    while let Ok(first) = waiting.recv() {
        sqlite.execute_batch("BEGIN IMMEDIATE").expect("nobody else writes");
        let group = std::iter::once(first).chain(std::iter::from_fn(|| waiting.try_recv().ok())).take(256);
        let inserted: Vec<_> = group.map(|Waiting { user, reply }| (insert(&sqlite, &user), reply)).collect();
        sqlite.execute_batch("COMMIT").expect("the disk has room");
        for (inserted, reply) in inserted {
            // Clients hang up.
            let _ = reply.send(inserted);
        }
    }
}

async fn answer(request: Request<Incoming>, grouping: Option<mpsc::Sender<Waiting>>) -> Result<Answer, Infallible> {
    Ok(match (request.method(), request.uri().path()) {
        (&Method::GET, "/users") => many(),
        (&Method::POST, "/users") => create(request.into_body(), grouping.as_ref()).await,
        (&Method::GET, path) => match path.strip_prefix("/users/").map(str::parse) {
            Some(Ok(id)) => one(id),
            Some(Err(_)) => failure(StatusCode::BAD_REQUEST, "bad_request", "`id` must be a whole number"),
            None => failure(StatusCode::NOT_FOUND, "not_found", "nothing is here"),
        },
        _ => failure(StatusCode::NOT_FOUND, "not_found", "nothing is here"),
    })
}

fn success<T: Serialize>(status: StatusCode, data: T) -> Answer {
    json(status, &Success { success: true, data })
}

fn failure(status: StatusCode, code: &str, message: &str) -> Answer {
    json(status, &Failure { success: false, error: Reason { code, message } })
}

fn internal(error: &Error) -> Answer {
    eprintln!("{error}");
    failure(StatusCode::INTERNAL_SERVER_ERROR, "internal", "internal error")
}

fn json(status: StatusCode, value: &impl Serialize) -> Answer {
    let mut answer = Response::new(Full::from(serde_json::to_vec(value).expect("these can be written")));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let port: u16 = std::env::var("HTTP_PORT").expect("HTTP_PORT is set").parse().expect("a port is a number");
    let grouping = std::env::var_os("GROUPED").map(|_| {
        let (writer, waiting) = mpsc::channel();
        std::thread::spawn(move || group(&waiting));
        writer
    });
    let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port))).await.expect("a free port");
    loop {
        let (stream, _) = listener.accept().await.expect("there are descriptors");
        stream.set_nodelay(true).expect("it is a socket");
        let grouping = grouping.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(request, grouping.clone()));
            // Clients hang up.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}
