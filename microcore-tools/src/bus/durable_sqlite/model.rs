//! The life of stored deliveries in every interleaving: a model checker walks all states that two processes, their
//! crashes, silences that last a lease, failures and a replay can lead to. Each step runs the statements of the store itself, on
//! a file in memory that is filled with the state and read again.

use std::cell::RefCell;
use std::collections::BTreeSet;

use microcore_runtime::context::{Context, Id};
use microcore_runtime::event::{Envelope, Retry, Subscriber};
use microcore_runtime::meter::DeliveryMeter;
use microcore_runtime::plugin::Identity;
use rusqlite::{Connection, params};
use stateright::{Checker as _, Model, Property};

use super::{claims, columns, deliveries, letters, processes};
use crate::bus::stored::{Claim, Ended, Next};

static PLUGIN: Identity = Identity { domain: "yard", plugin: "worker", name: "yard.worker" };
static METER: DeliveryMeter = DeliveryMeter::NEW;
pub(super) static WORKER: Subscriber = Subscriber {
    number: 0,
    name: "yard.worker.run",
    plugin: &PLUGIN,
    event: "yard.job",
    retry: Retry::new(1, 1),
    inline: false,
    broadcast: false,
    meter: &METER,
};
/// The keys of the deliveries, in the order of publishing.
const KEYS: [Option<&str>; 2] = [Some("a"), Some("a")];
const PROCESSES: usize = 2;
/// Time goes on in steps that are longer than the wait of a repetition.
const TICK: u64 = 2;
const TICKS: u64 = 1;
/// How often something is taken over.
const TAKEOVERS: u32 = 1;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Row {
    id: i64,
    key: Option<String>,
    state: String,
    ready: bool,
    entered: i64,
    due: i64,
    attempts: u32,
    claim: Option<String>,
    owner: Option<String>,
    ended: Option<i64>,
}

impl Row {
    fn is_over(&self) -> bool {
        matches!(self.state.as_str(), "COMPLETED" | "FAILED")
    }
}

/// What a process remembers of the delivery that it handles; its death takes it along.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Held {
    id: i64,
    token: String,
    attempt: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct State {
    rows: Vec<Row>,
    /// The claims that were taken away, as the file knows them. How far each process has counted is no part of the state:
    /// a lease may pass without a sign of life at any time.
    taken: BTreeSet<String>,
    takeovers: u32,
    held: [Option<Held>; PROCESSES],
    crashed: [bool; PROCESSES],
    /// How often each delivery was claimed: what tokens are named after.
    claims: [u32; KEYS.len()],
    now: u64,
    released: bool,
    replayed: Option<i64>,
    /// In which order deliveries were completed.
    completed: Vec<i64>,
    /// A void claim that changed something, a good one that did not, or an answer that blames the wrong one.
    wrong: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Action {
    Publish,
    Claim(usize),
    Inherit(usize, String),
    Succeed(usize),
    Fail(usize),
    Release(usize),
    Crash(usize),
    Replay(i64),
    Tick,
}

fn envelope(number: usize) -> Envelope {
    let context = Context::request(Id::adopt(&format!("e{number}")).expect("letters and digits"));
    let key = KEYS[number].map(Into::into);
    let mut envelope = Envelope::new(&context, None, None, 0);
    (envelope.event, envelope.key) = (WORKER.event.to_owned(), key);
    envelope
}

/// The file of this thread, as in this state; what it holds afterwards goes into the state.
fn on_file<T>(state: &mut State, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> T {
    thread_local! {
        static FILE: RefCell<Option<Connection>> = const { RefCell::new(None) };
    }
    FILE.with_borrow_mut(|file| {
        let file = file.get_or_insert_with(|| {
            let file = Connection::open_in_memory().unwrap();
            file.execute_batch(include_str!("schema.sql")).unwrap();
            file
        });
        file.execute_batch(
            "DELETE FROM bus_delivery; DELETE FROM sqlite_sequence; DELETE FROM bus_process; DELETE FROM bus_taken",
        )
        .unwrap();
        let insert =
            "INSERT INTO bus_delivery (id, event, subscriber, envelope, payload, line, state, ready, entered, due,
            attempts, claim, owner, ended) VALUES (?1, ?2, ?3, ?4, '{}', ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
        for row in &state.rows {
            let written = columns::text(&envelope(place(row.id)));
            let values = params![
                row.id,
                WORKER.event,
                WORKER.name,
                written,
                row.key,
                row.state,
                row.ready,
                row.entered,
                row.due,
                row.attempts,
                row.claim,
                row.owner,
                row.ended
            ];
            file.prepare_cached(insert).unwrap().execute(values).unwrap();
        }
        for claim in &state.taken {
            file.prepare_cached("INSERT INTO bus_taken VALUES (?1, 0)").unwrap().execute([claim]).unwrap();
        }
        let done = work(file).unwrap();
        let read = "SELECT id, line, state, ready, entered, due, attempts, claim, owner, ended
            FROM bus_delivery ORDER BY id";
        let mut read = file.prepare_cached(read).unwrap();
        let rows = read.query_map([], |row| {
            Ok(Row {
                id: row.get(0)?,
                key: row.get(1)?,
                state: row.get(2)?,
                ready: row.get(3)?,
                entered: row.get(4)?,
                due: row.get(5)?,
                attempts: row.get(6)?,
                claim: row.get(7)?,
                owner: row.get(8)?,
                ended: row.get(9)?,
            })
        });
        state.rows = rows.unwrap().collect::<rusqlite::Result<_>>().unwrap();
        let mut taken = file.prepare_cached("SELECT claim FROM bus_taken").unwrap();
        state.taken = taken.query_map([], |row| row.get(0)).unwrap().collect::<rusqlite::Result<_>>().unwrap();
        done
    })
}

fn place(id: i64) -> usize {
    usize::try_from(id - 1).unwrap()
}

impl State {
    fn row(&self, id: i64) -> &Row {
        &self.rows[place(id)]
    }

    /// Whether a process may still end what it holds.
    fn is_good(&self, held: &Held) -> bool {
        self.row(held.id).claim.as_ref() == Some(&held.token)
    }

    /// A process that died comes back under another name.
    fn owner(&self, process: usize) -> String {
        format!("process {process}, after {} deaths", u8::from(self.crashed[process]))
    }

    fn claim(&mut self, process: usize) {
        let (now, owner) = (self.now, self.owner(process));
        let claimed = on_file(self, |file| {
            claims::promote(file, now)?;
            claims::claim(file, &[(&WORKER, 1)], &owner, now)
        });
        if let Some(claimed) = claimed.into_iter().next() {
            let id: i64 = claimed.claim.delivery.parse().unwrap();
            self.claims[place(id)] += 1;
            // Tokens are random; named after their number, equal states are equal.
            let token = format!("claim {} of {id}", self.claims[place(id)]);
            self.rows[place(id)].claim = Some(token.clone());
            self.held[process] = Some(Held { id, token, attempt: claimed.attempt });
        }
    }

    fn end(&mut self, process: usize, next: Next) {
        let Some(held) = self.held[process].take() else { return };
        let good = self.is_good(&held);
        let completes = matches!(next, Next::Complete);
        let claim = Claim { delivery: held.id.to_string(), token: held.token };
        let (now, before) = (self.now, self.rows.clone());
        let ended = on_file(self, |file| deliveries::next(file, &claim, next, now, true));
        let right = if good { Ended::Now } else { Ended::ByAnother };
        self.wrong |= ended != right || (!good && self.rows != before);
        if good && completes {
            self.completed.push(held.id);
        }
        // The order is given again, as where its answer was lost.
        let again = on_file(self, |file| deliveries::next(file, &claim, Next::Complete, now, true));
        self.wrong |= good && again != Ended::Before;
    }
}

struct Fleet;

impl Model for Fleet {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            rows: Vec::new(),
            taken: BTreeSet::new(),
            takeovers: 0,
            held: [const { None }; PROCESSES],
            crashed: [false; PROCESSES],
            claims: [0; KEYS.len()],
            now: 0,
            released: false,
            replayed: None,
            completed: Vec::new(),
            wrong: false,
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        if state.rows.len() < KEYS.len() {
            actions.push(Action::Publish);
        }
        for process in 0..PROCESSES {
            if state.takeovers < TAKEOVERS {
                let me = state.owner(process);
                let others: BTreeSet<_> = state.rows.iter().filter_map(|row| row.owner.clone()).collect();
                let others = others.into_iter().filter(|owner| *owner != me);
                actions.extend(others.map(|owner| Action::Inherit(process, owner)));
            }
            if state.held[process].is_none() {
                actions.push(Action::Claim(process));
                continue;
            }
            actions.extend([Action::Succeed(process), Action::Fail(process)]);
            if !state.released {
                actions.push(Action::Release(process));
            }
            if !state.crashed[process] {
                actions.push(Action::Crash(process));
            }
        }
        if state.replayed.is_none() {
            let dead = state.rows.iter().filter(|row| row.state == "FAILED");
            actions.extend(dead.map(|row| Action::Replay(row.id)));
        }
        if state.now < TICKS * TICK {
            actions.push(Action::Tick);
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Publish => {
                let (number, now) = (state.rows.len(), state.now);
                on_file(&mut state, |file| deliveries::insert(file, &envelope(number), "{}", &[&WORKER], now));
            }
            Action::Claim(process) => state.claim(process),
            Action::Inherit(process, owner) => {
                let (me, now) = (state.owner(process), state.now);
                let taken = on_file(&mut state, |file| {
                    let others = processes::others(file, &me)?;
                    let (_, beat) = others.into_iter().find(|(other, _)| *other == owner).expect("it holds something");
                    processes::inherit(file, &owner, beat, now)
                });
                assert!(taken > 0, "what it holds is taken over");
                state.takeovers += 1;
            }
            Action::Succeed(process) => state.end(process, Next::Complete),
            Action::Fail(process) => {
                let error = "no".to_owned();
                let next = match WORKER.retry.wait_after(state.held[process].as_ref()?.attempt) {
                    Some(wait) => Next::Retry { wait, error },
                    None => Next::Bury { error },
                };
                state.end(process, next);
            }
            Action::Release(process) => {
                state.released = true;
                state.end(process, Next::Release);
            }
            Action::Crash(process) => {
                state.crashed[process] = true;
                state.held[process] = None;
            }
            Action::Replay(id) => {
                state.replayed = Some(id);
                let now = state.now;
                on_file(&mut state, |file| letters::replay(file, id.unsigned_abs(), now).map(|found| assert!(found)));
            }
            Action::Tick => state.now += TICK,
        }
        (state != *last).then_some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(
                "a claim and its owner are there while it is processed, and only then",
                |_, state: &State| {
                    state.rows.iter().all(|row| {
                        let held = [row.claim.is_some(), row.owner.is_some()];
                        held == [row.state == "PROCESSING"; 2]
                    })
                },
            ),
            Property::always("what is over has its time, and what is not over has none", |_, state: &State| {
                state.rows.iter().all(|row| row.is_over() == row.ended.is_some())
            }),
            Property::always("a delivery belongs to one process, and of a key to one in all", |_, state: &State| {
                let good = |held: &&Held| state.is_good(held);
                let held: Vec<&Held> = state.held.iter().flatten().filter(good).collect();
                let of_key = held.iter().filter(|held| state.row(held.id).key.is_some()).count();
                of_key <= 1 && (held.len() < 2 || held[0].id != held[1].id)
            }),
            Property::always("a void claim changes nothing, and a good one is heard", |_, state: &State| !state.wrong),
            Property::always("what a process holds and has not been silent about is its own", |_, state: &State| {
                // Nobody has taken anything over as long as nobody was silent.
                state.takeovers > 0 || state.held.iter().flatten().all(|held| state.is_good(held))
            }),
            Property::always("nothing is completed twice", |_, state: &State| {
                let mut completed = state.completed.clone();
                completed.sort_unstable();
                completed.dedup();
                completed.len() == state.completed.len()
            }),
            Property::always("a key's deliveries are over in the order of publishing", |_, state: &State| {
                // A replayed one goes to the end of its line.
                let in_line = |id: &&i64| state.row(**id).key.is_some() && state.replayed != Some(**id);
                state.completed.iter().filter(in_line).is_sorted()
            }),
            Property::always("what is not over can be claimed when its process is gone", |_, state: &State| {
                let later = state.now + 1_000;
                let claimed = on_file(&mut state.clone(), |file| {
                    for (owner, beat) in processes::others(file, "somebody else")? {
                        processes::inherit(file, &owner, beat, later)?;
                    }
                    claims::promote(file, later)?;
                    claims::claim(file, &[(&WORKER, KEYS.len())], "somebody else", later)
                });
                !claimed.is_empty() || state.rows.iter().all(Row::is_over)
            }),
            Property::sometimes("all are completed", |_, state: &State| state.completed.len() == KEYS.len()),
            Property::sometimes("one is given up, replayed and completed", |_, state: &State| {
                state.replayed.is_some_and(|id| state.completed.contains(&id))
            }),
            Property::sometimes("one is completed after its first process died", |_, state: &State| {
                state.crashed[0] && state.completed.iter().any(|id| state.claims[place(*id)] > 1)
            }),
        ]
    }
}

#[test]
fn two_processes_lose_nothing_and_keep_the_order_in_every_interleaving() {
    let checked = Fleet.checker().threads(2).spawn_bfs().join();
    checked.assert_properties();
    println!("{} states", checked.unique_state_count());
    assert!(checked.unique_state_count() > 1_000, "{} states", checked.unique_state_count());
}
