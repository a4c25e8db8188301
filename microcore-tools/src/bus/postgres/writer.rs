//! The one task that writes: what waits when it looks shares a transaction, as on SQLite.

use std::collections::HashSet;

use microcore_runtime::error::Unavailable;
use tokio::sync::{mpsc, oneshot};

use super::orders::{Columns, Order, TAKEN};
use super::session::{Failure, Server, Session};
use crate::bus::stored::Ended;
use crate::bus::stored::queue::Result;

/// The most orders of one transaction.
const ORDERS: usize = 500;
/// The most that they hold, in bytes: one that is larger goes alone.
const SIZE: usize = 4 * 1024 * 1024;
/// How many orders may wait; who has more waits to be let in.
const ROOM: usize = 4096;

#[derive(Debug)]
struct Given {
    order: Order,
    done: oneshot::Sender<Result<Ended>>,
}

/// Where orders are given.
#[derive(Debug)]
pub(super) struct Writer {
    orders: mpsc::Sender<Given>,
    task: tokio::task::JoinHandle<()>,
}

impl Writer {
    pub(super) fn start(server: Server) -> Self {
        let (orders, given) = mpsc::channel(ROOM);
        Self { orders, task: tokio::spawn(write(Session::to(server), given)) }
    }

    /// Who gives orders outlives nobody: see `close`.
    pub(super) fn giver(&self) -> Orders {
        Orders(self.orders.clone())
    }

    /// Ends it, after what was given.
    pub(super) async fn close(self) {
        drop(self.orders);
        let _ = self.task.await;
    }
}

/// A way to the writer.
#[derive(Debug, Clone)]
pub(super) struct Orders(mpsc::Sender<Given>);

impl Orders {
    /// Carries an order out; what became of it, where it ends a claim. It is carried out even where nobody waits for it any
    /// more.
    pub(super) async fn give(&self, order: Order) -> Result<Ended> {
        let (done, answer) = oneshot::channel();
        let closed = || Unavailable::because("the store of events is closed");
        self.0.send(Given { order, done }).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }
}

async fn write(session: Session, mut given: mpsc::Receiver<Given>) {
    let mut next: Option<Given> = None;
    loop {
        let first = match next.take() {
            Some(first) => first,
            None => match given.recv().await {
                Some(first) => first,
                None => return,
            },
        };
        let (mut size, mut group) = (first.order.size(), vec![first]);
        while group.len() < ORDERS {
            let Ok(one) = given.try_recv() else { break };
            size += one.order.size();
            if size > SIZE {
                next = Some(one);
                break;
            }
            group.push(one);
        }
        carry_out(&session, group).await;
    }
}

async fn carry_out(session: &Session, group: Vec<Given>) {
    match together(session, group.iter().map(|given| &given.order)).await {
        Ok(ended) => {
            for (given, ended) in group.into_iter().zip(ended) {
                // Who does not wait any more has given it up.
                let _ = given.done.send(Ok(ended));
            }
        }
        // One of them can't be written; the others can.
        Err(failure) if failure.refused && group.len() > 1 => {
            for given in group {
                let ended = together(session, std::iter::once(&given.order)).await;
                let _ = given.done.send(ended.map(|mut ended| ended.pop().unwrap_or(Ended::Now)).map_err(Into::into));
            }
        }
        Err(failure) => {
            let why = Unavailable::from(failure);
            let said = std::error::Error::source(&why).map(ToString::to_string).unwrap_or_default();
            for given in group {
                let _ = given.done.send(Err(Unavailable::because(said.clone())));
            }
        }
    }
}

/// All of it or nothing; what became of each.
async fn together<'o>(
    session: &Session,
    orders: impl Iterator<Item = &'o Order> + Clone,
) -> Result<Vec<Ended>, Failure> {
    let columns = Columns::of(orders.clone());
    let rows = session.run(&columns.calls()).await?;
    let ended: HashSet<String> = rows
        .iter()
        .flatten()
        .filter(|row| row.columns().first().is_some_and(|column| column.name() == "claim"))
        .map(|row| row.get(0))
        .collect();
    let token = |order: &Order| match order {
        Order::Ends { claim, .. } => Some(claim.token.clone()),
        Order::Arrives { .. } => None,
    };
    let void: Vec<String> = orders.clone().filter_map(token).filter(|token| !ended.contains(token)).collect();
    let mut lost = HashSet::new();
    if !void.is_empty() {
        let rows = session.one(&TAKEN, vec![&void]).await?;
        lost.extend(rows.iter().map(|row| row.get::<_, String>(0)));
    }
    let became = orders.map(|order| match token(order) {
        Some(token) if lost.contains(&token) => Ended::ByAnother,
        Some(token) if !ended.contains(&token) => Ended::Before,
        _ => Ended::Now,
    });
    Ok(became.collect())
}
