//! Who is alive: the beats of this process, what one that died held, and what stands under this process's name without its
//! knowledge.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use microcore_runtime::error::Unavailable;
use tokio::runtime::Runtime;
use tokio::time::timeout;
use tokio_postgres::Client;
use tokio_postgres::types::Type;

use super::lines::now;
use super::session::{Call, Failure, Server, Session, Sql};
use crate::bus::stored::queue::Result;

/// What nobody counts for.
const NO_BEAT: i64 = -1;
/// How long a sign of life may take.
const ANSWER: Duration = Duration::from_secs(10);

static LEAVE: Sql = Sql { text: "DELETE FROM _microcore_bus_process WHERE owner = $1", types: &[Type::TEXT] };

static OTHERS: Sql = Sql {
    text: "SELECT owner, beat FROM _microcore_bus_process WHERE owner <> $1
        UNION SELECT owner, $2 FROM _microcore_delivery
            WHERE state = 'PROCESSING' AND owner <> $1 AND owner NOT IN (SELECT owner FROM _microcore_bus_process)",
    types: &[Type::TEXT, Type::INT8],
};

/// Locks what says that it lives, so that it can't say so meanwhile.
static STILL: Sql =
    Sql { text: "SELECT beat FROM _microcore_bus_process WHERE owner = $1 FOR UPDATE", types: &[Type::TEXT] };

static NOTE: Sql = Sql {
    text: concat!(
        "INSERT INTO _microcore_bus_taken (claim, time)
        SELECT claim, ",
        now!(),
        " FROM _microcore_delivery WHERE state = 'PROCESSING' AND owner = $1 AND claim IS NOT NULL
            AND coalesce((SELECT beat FROM _microcore_bus_process WHERE owner = $1), -1) = $2
        ON CONFLICT (claim) DO NOTHING"
    ),
    types: &[Type::TEXT, Type::INT8],
};

static FORGET: Sql =
    Sql { text: concat!("DELETE FROM _microcore_bus_taken WHERE time < ", now!(), " - 86400000"), types: &[] };

static GIVE_BACK: Sql = Sql {
    text: "UPDATE _microcore_delivery SET state = 'RESUBMITTED', claim = NULL, owner = NULL, due = 0
        WHERE state = 'PROCESSING' AND owner = $1
            AND coalesce((SELECT beat FROM _microcore_bus_process WHERE owner = $1), -1) = $2 RETURNING id",
    types: &[Type::TEXT, Type::INT8],
};

static GONE: Sql =
    Sql { text: "DELETE FROM _microcore_bus_process WHERE owner = $1 AND beat = $2", types: &[Type::TEXT, Type::INT8] };

static RECALL: Sql = Sql {
    text: "UPDATE _microcore_delivery SET state = 'RESUBMITTED', attempts = greatest(attempts - 1, 0), claim = NULL,
            owner = NULL, due = 0
        WHERE state = 'PROCESSING' AND owner = $1 AND (claim IS NULL OR claim <> ALL ($2)) RETURNING id",
    types: &[Type::TEXT, Type::TEXT_ARRAY],
};

/// This process goes. What it holds still is found by its name.
pub(super) async fn leave(session: &Session, owner: &str) -> Result<(), Failure> {
    session.one(&LEAVE, vec![&owner]).await.map(drop)
}

/// The others that beat or hold something, each with its last beat.
pub(super) async fn others(session: &Session, owner: &str) -> Result<Vec<(String, i64)>, Failure> {
    let rows = session.one(&OTHERS, vec![&owner, &NO_BEAT]).await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// What a process held waits again, unless it has beaten since; how much that was.
pub(super) async fn inherit(session: &Session, owner: &str, beat: i64) -> Result<usize, Failure> {
    let calls = [
        Call::new(&STILL, vec![&owner]),
        Call::new(&NOTE, vec![&owner, &beat]),
        Call::new(&FORGET, Vec::new()),
        Call::new(&GIVE_BACK, vec![&owner, &beat]),
        Call::new(&GONE, vec![&owner, &beat]),
    ];
    let rows = session.run(&calls).await?;
    let taken = rows[3].len();
    if taken > 0 {
        tracing::warn!(taken, process = owner, "deliveries of a process that is gone are taken over");
    }
    Ok(taken)
}

/// What this process claimed and does not know of goes back as it was; how much that was.
pub(super) async fn recall(session: &Session, owner: &str, held: &[String]) -> Result<usize, Failure> {
    Ok(session.one(&RECALL, vec![&owner, &held]).await?.len())
}

/// The signs of life of this process: on a thread that is not of its runtime, which handlers may block.
pub(super) struct Beating {
    server: Server,
    owner: String,
    line: Mutex<Option<(Runtime, Client)>>,
}

impl Beating {
    pub(super) fn of(server: Server, owner: &str) -> Self {
        Self { server, owner: owner.to_owned(), line: Mutex::default() }
    }

    /// Counts on. It blocks.
    pub(super) fn beat(&self) -> Result<()> {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        let (runtime, client) = match line.take().filter(|(_, client)| !client.is_closed()) {
            Some(line) => line,
            None => {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                let runtime = runtime.map_err(Unavailable::because)?;
                let client = runtime.block_on(self.server.connect()).map_err(Unavailable::from)?;
                (runtime, client)
            }
        };
        let counted = runtime.block_on(async {
            let sql = "INSERT INTO _microcore_bus_process (owner, beat) VALUES ($1, 1)
                ON CONFLICT (owner) DO UPDATE SET beat = _microcore_bus_process.beat + 1";
            timeout(ANSWER, client.query_typed(sql, &[(&self.owner, Type::TEXT)])).await
        });
        match counted {
            Ok(Ok(_)) => {
                *line = Some((runtime, client));
                Ok(())
            }
            Ok(Err(error)) => Err(Failure::of(&error).into()),
            Err(late) => Err(Unavailable::because(late)),
        }
    }
}

impl Drop for Beating {
    fn drop(&mut self) {
        // A runtime can't be dropped where another one is entered.
        if let Some((runtime, _)) = self.line.get_mut().unwrap_or_else(PoisonError::into_inner).take() {
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for Beating {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Beating").field("owner", &self.owner).finish_non_exhaustive()
    }
}
