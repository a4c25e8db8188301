//! Documents in a table of PostgreSQL, found by its text search.
//!
//! The words are the tool's own: vectors and queries are made of them here, so neither the configuration of the server nor
//! its locale decides what a word is.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use microcore::lifecycle::Boot;
use microcore::prelude::*;
use microcore::settings::Problems;
use rustls::{ClientConfig, RootCertStore};
use tokio::sync::Mutex;
use tokio_postgres::types::Json;
use tokio_postgres::{Client, Config};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{Asked, Backend, Document, Fitting, Index, Prepared, SearchError, Term};

/// A word at a position behind this one counts as if it stood there: PostgreSQL has no more.
const LAST_POSITION: usize = 16_383;

const TABLE: &str = "
    CREATE TABLE IF NOT EXISTS _microcore_search (
        collection text NOT NULL, id text NOT NULL, content jsonb NOT NULL, words tsvector NOT NULL,
        PRIMARY KEY (collection, id)
    );
    CREATE INDEX IF NOT EXISTS _microcore_search_words ON _microcore_search USING gin (words);
";

/// The backend `Postgres`.
#[derive(Debug, Clone, Copy)]
pub struct Postgres;

/// What [`Postgres`] reads.
#[derive(Debug, Settings)]
#[settings(prefix = "SEARCH")]
#[non_exhaustive]
pub struct PostgresSettings {
    /// Server of the index: `postgres://user:password@host/database`, by TLS with `?sslmode=require`.
    pub url: Secret<String>,
    /// Time for one answer.
    #[setting(default = "5s", within = "10ms..=10m")]
    pub timeout: Duration,
}

/// An open way to a server, which connects when it is needed and again after an outage.
pub struct PostgresIndex {
    config: Config,
    tls: MakeRustlsConnect,
    timeout: Duration,
    client: Mutex<Option<Arc<Client>>>,
}

impl std::fmt::Debug for PostgresIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PostgresIndex")
    }
}

impl Backend for Postgres {
    type Settings = PostgresSettings;
    type Index = PostgresIndex;

    async fn open(settings: PostgresSettings, _: &Boot) -> Result<PostgresIndex> {
        let config = settings.url.expose().parse().map_err(|_| {
            let mut problems = Problems::default();
            problems.add("SEARCH_URL", "must be an address such as postgres://user:password@host/database");
            problems
        })?;
        let mut roots = RootCertStore::empty();
        // What can't be read of the system's certificates is missing when a server is judged.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let tls = MakeRustlsConnect::new(tls.with_root_certificates(roots).with_no_client_auth());
        Ok(PostgresIndex { config, tls, timeout: settings.timeout, client: Mutex::default() })
    }
}

/// What the server says → whether trying again helps. A connection that broke has no code.
fn failure(error: tokio_postgres::Error) -> SearchError {
    match error.code().map(|state| &state.code()[..2]) {
        // No connection, too few resources, an operator who stops it, a conflict with somebody else.
        None | Some("08" | "40" | "53" | "55" | "57" | "58") => SearchError::unavailable(error),
        Some(_) => SearchError::refused(error),
    }
}

impl PostgresIndex {
    async fn client(&self) -> Result<Arc<Client>, SearchError> {
        let mut kept = self.client.lock().await;
        if let Some(client) = kept.as_ref().filter(|client| !client.is_closed()) {
            return Ok(Arc::clone(client));
        }
        let (client, connection) = self.config.connect(self.tls.clone()).await.map_err(failure)?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::warn!(%error, "the connection to the index broke");
            }
        });
        // Two processes that make the same table at one time are in each other's way.
        let made = format!("BEGIN; SELECT pg_advisory_xact_lock(5209145233716811873); {TABLE} COMMIT");
        client.batch_execute(&made).await.map_err(failure)?;
        let client = Arc::new(client);
        *kept = Some(Arc::clone(&client));
        Ok(client)
    }

    /// Work with an answer in time, whatever the connection does meanwhile.
    async fn within<T, F>(&self, work: impl FnOnce(Arc<Client>) -> F) -> Result<T, SearchError>
    where
        F: Future<Output = Result<T, tokio_postgres::Error>>,
    {
        let asked = async { work(self.client().await?).await.map_err(failure) };
        match tokio::time::timeout(self.timeout, asked).await {
            Ok(answer) => answer,
            Err(_) => Err(SearchError::unavailable(format!("no answer within {:?}", self.timeout))),
        }
    }
}

/// The vector of a document: `'rust':1A 'web':2`. Words of the title come first and have the weight A.
fn vector(document: &Prepared) -> String {
    let mut vector = String::new();
    // Between title and text is a gap, so that no phrase goes over it.
    let text = document.title.len() + 2;
    let title = document.title.iter().enumerate().map(|(at, word)| (at + 1, word, "A"));
    for (at, word, weight) in title.chain(document.text.iter().enumerate().map(|(at, word)| (text + at, word, ""))) {
        // A word has letters and digits only, so it needs no escapes.
        let _ = write!(vector, "'{word}':{}{weight} ", at.min(LAST_POSITION));
    }
    vector
}

/// The query in PostgreSQL's language: `'rust' & ('web' <-> 'fram':*) & !('php')`.
fn expression(terms: &[Term]) -> String {
    let phrase = |term: &Term| {
        let words = term.words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" <-> ");
        format!("{}({words}{})", if term.excluded { "!" } else { "" }, if term.prefix { ":*" } else { "" })
    };
    terms.iter().map(phrase).collect::<Vec<_>>().join(" & ")
}

impl Index for PostgresIndex {
    async fn put(&self, document: Prepared) -> Result<(), SearchError> {
        let sql =
            "INSERT INTO _microcore_search (collection, id, content, words) VALUES ($1, $2, $3, $4::text::tsvector)
            ON CONFLICT (collection, id) DO UPDATE SET content = excluded.content, words = excluded.words";
        let vector = vector(&document);
        self.within(async |client| {
            client.execute(sql, &[&document.collection, &document.id, &Json(&document.document), &vector]).await
        })
        .await
        .map(drop)
    }

    async fn remove(&self, collection: &str, id: &str) -> Result<(), SearchError> {
        let sql = "DELETE FROM _microcore_search WHERE collection = $1 AND id = $2";
        self.within(async |client| client.execute(sql, &[&collection, &id]).await).await.map(drop)
    }

    async fn clear(&self, collection: &str) -> Result<(), SearchError> {
        let sql = "DELETE FROM _microcore_search WHERE collection = $1";
        self.within(async |client| client.execute(sql, &[&collection]).await).await.map(drop)
    }

    async fn find(&self, asked: Asked) -> Result<(Vec<Fitting>, u64), SearchError> {
        // The page is joined to the number, so that a page behind the last hit has the number, too.
        let sql = "WITH fitting AS (
                SELECT id, content, ts_rank('{0.1, 0.2, 0.4, 1.0}', words, query)::float8 AS score
                FROM _microcore_search, (SELECT $1::text::tsquery AS query) AS asked
                WHERE collection = $2 AND words @@ query AND content -> 'fields' @> $3
            ), page AS (SELECT * FROM fitting ORDER BY score DESC, id COLLATE \"C\" LIMIT $4 OFFSET $5)
            SELECT total, id, content, score FROM (SELECT count(*) AS total FROM fitting) AS number
            LEFT JOIN page ON true ORDER BY score DESC, id COLLATE \"C\"";
        let (expression, fields) = (expression(&asked.terms), Json(&asked.fields));
        let (limit, offset) = (i64::from(asked.limit), i64::from(asked.offset));
        let values: [&(dyn tokio_postgres::types::ToSql + Sync); 5] =
            [&expression, &asked.collection, &fields, &limit, &offset];
        let rows = self.within(async |client| client.query(sql, &values).await).await?;
        let mut total = 0_i64;
        let mut fitting = Vec::new();
        for row in rows {
            total = row.try_get(0).map_err(failure)?;
            let Some(id) = row.try_get::<_, Option<String>>(1).map_err(failure)? else { continue };
            let Json(document) = row.try_get::<_, Json<Document>>(2).map_err(failure)?;
            fitting.push(Fitting::of(id, document, row.try_get(3).map_err(failure)?));
        }
        Ok((fitting, u64::try_from(total).unwrap_or_default()))
    }

    async fn check(&self) -> Result<(), SearchError> {
        self.within(async |client| client.batch_execute("SELECT 1").await).await
    }
}
