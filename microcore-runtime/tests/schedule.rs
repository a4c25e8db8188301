//! The order of deliveries at one subscriber, in every interleaving: a model checker walks all states that four
//! deliveries, their failures, a pause and its end can lead to, on the real state machine.

use std::sync::Arc;

use microcore_runtime::event::{Begins, Key, Schedule};
use stateright::{Checker as _, Model, Property};

/// Handlers that may run at once.
const LIMIT: usize = 2;
/// Key and priority of each delivery.
const DELIVERIES: [(Option<&str>, i8); 4] = [(Some("a"), 0), (Some("a"), 5), (Some("a"), 0), (None, 1)];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Phase {
    Outside,
    Waiting,
    Running {
        failed: bool,
    },
    Resting,
    /// Due again, and without a place yet.
    Returning,
    Over,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct State {
    schedule: Schedule<usize>,
    phases: [Phase; DELIVERIES.len()],
    paused: bool,
    /// In which order they arrived, and in which they were over.
    arrived: Vec<usize>,
    over: Vec<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Action {
    Arrive(usize),
    Succeed(usize),
    Fail(usize),
    ComeBack(usize),
    GiveUp(usize),
    Pause,
    Resume,
}

struct Subscriber;

fn key(delivery: usize) -> Option<Key> {
    DELIVERIES[delivery].0.map(Arc::from)
}

impl State {
    fn begins(&mut self, begun: Vec<Begins<usize>>) {
        for Begins { waker, key: held } in begun {
            assert_eq!(held, key(waker));
            let failed = self.phases[waker] == Phase::Returning;
            self.phases[waker] = Phase::Running { failed };
        }
    }

    fn running(&self) -> usize {
        self.phases.iter().filter(|phase| matches!(phase, Phase::Running { .. })).count()
    }

    fn holds_its_key(&self, delivery: usize) -> bool {
        matches!(self.phases[delivery], Phase::Running { .. } | Phase::Resting | Phase::Returning)
    }
}

impl Model for Subscriber {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            schedule: Schedule::new(LIMIT),
            phases: [Phase::Outside; DELIVERIES.len()],
            paused: false,
            arrived: Vec::new(),
            over: Vec::new(),
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        for (delivery, phase) in state.phases.iter().enumerate() {
            match phase {
                Phase::Outside => actions.push(Action::Arrive(delivery)),
                Phase::Running { failed } => {
                    actions.push(Action::Succeed(delivery));
                    if !failed {
                        actions.push(Action::Fail(delivery));
                    }
                }
                Phase::Resting => actions.extend([Action::ComeBack(delivery), Action::GiveUp(delivery)]),
                Phase::Waiting | Phase::Returning | Phase::Over => {}
            }
        }
        actions.push(if state.paused { Action::Resume } else { Action::Pause });
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Arrive(delivery) => {
                state.arrived.push(delivery);
                let (key, priority) = (key(delivery), DELIVERIES[delivery].1);
                let now = state.schedule.arrive(key.as_ref(), priority, || delivery);
                state.phases[delivery] = if now { Phase::Running { failed: false } } else { Phase::Waiting };
            }
            Action::Succeed(delivery) => {
                state.phases[delivery] = Phase::Over;
                state.over.push(delivery);
                let begun = state.schedule.leave(key(delivery).as_ref());
                state.begins(begun);
            }
            Action::Fail(delivery) => {
                state.phases[delivery] = Phase::Resting;
                let begun = state.schedule.rest();
                state.begins(begun);
            }
            Action::ComeBack(delivery) => {
                let (key, priority) = (key(delivery), DELIVERIES[delivery].1);
                let now = state.schedule.come_back(key.as_ref(), priority, || delivery);
                state.phases[delivery] = if now { Phase::Running { failed: true } } else { Phase::Returning };
            }
            Action::GiveUp(delivery) => {
                state.phases[delivery] = Phase::Over;
                state.over.push(delivery);
                let begun = state.schedule.abandon(key(delivery).as_ref());
                state.begins(begun);
            }
            Action::Pause | Action::Resume => {
                state.paused = action == Action::Pause;
                let begun = state.schedule.set_limit(if state.paused { 0 } else { LIMIT });
                state.begins(begun);
            }
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("no more run than may, and all that run are counted", |_, state: &State| {
                state.running() <= LIMIT && state.running() == state.schedule.running()
            }),
            Property::always("of one key one is at work, repetitions included", |_, state: &State| {
                let of_key = (0..DELIVERIES.len()).filter(|delivery| DELIVERIES[*delivery].0.is_some());
                of_key.filter(|delivery| state.holds_its_key(*delivery)).count() <= 1
            }),
            Property::always("a key's deliveries are over in the order of their arrival", |_, state: &State| {
                let of_key = |list: &[usize]| -> Vec<usize> {
                    list.iter().copied().filter(|delivery| DELIVERIES[*delivery].0 == Some("a")).collect()
                };
                of_key(&state.arrived).starts_with(&of_key(&state.over))
            }),
            Property::always("nobody is forgotten", |_, state: &State| {
                let at_work = |phase: &Phase| matches!(phase, Phase::Running { .. } | Phase::Resting);
                let waits = |phase: &Phase| matches!(phase, Phase::Waiting | Phase::Returning);
                state.paused || state.phases.iter().any(at_work) || !state.phases.iter().any(waits)
            }),
            Property::sometimes("all are over", |_, state: &State| {
                state.phases.iter().all(|phase| *phase == Phase::Over)
            }),
        ]
    }
}

#[test]
fn every_interleaving_keeps_the_order_and_forgets_nobody() {
    let checked = Subscriber.checker().threads(2).spawn_bfs().join();
    checked.assert_properties();
    assert!(checked.unique_state_count() > 1_000, "{} states", checked.unique_state_count());
}
