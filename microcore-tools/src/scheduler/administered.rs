//! What the command `jobs` asks, answered from the manifest and the store.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use microcore_runtime::database::Migrated;
use microcore_runtime::error::{Error, Kind, Result};
use microcore_runtime::jobs::{
    Administered, Asked, Board, Cancelled, JobFilter, JobStore, Pause, RunState, Said, Standing,
};
use microcore_runtime::lifecycle::Boot;
use microcore_runtime::settings::Settings;

use super::board::{board, times_alone};
use super::clock::wall_clock;
use super::in_flight::unknown_in;
use super::known::Known;
use super::said::{ended, job_rows, job_text, oddity, run_row, state, table, timer_rows, zone_of};
use super::times::Times;
use super::{InDatabase, InMemory, JobScheduler};

/// How often a run is asked for whose end is waited for.
const ASK: Duration = Duration::from_millis(100);

fn status(standing: &[Standing], known: &Known, now: i64) -> Said {
    let mut rows = vec![["NAME", "WAITING", "RUNNING", "OLDEST", "STATE"].map(str::to_owned).to_vec()];
    for one in standing {
        let facts = known.schedules.get(&one.name).copied();
        let oldest = one.since.map(|since| format!("{} s", (now - since) / 1000)).unwrap_or_default();
        let zone = TimeZone::UTC;
        rows.push(vec![
            one.name.clone(),
            one.waiting.to_string(),
            one.running.to_string(),
            oldest,
            state(facts, Some(one), &zone, now),
        ]);
    }
    Said::fine(table(&rows))
}

fn no_job(id: i64) -> Error {
    let why = format!("there is no job {id} of which that could be asked: it has ended, or never was");
    Error::of(Kind::NotFound, why)
}

/// How many jobs wait, run and are dead, by name; and the processes that say that they live.
async fn workers<S: JobStore>(store: &S, now: i64) -> Result<String> {
    let mut rows = vec![["JOB", "WAITING", "RUNNING", "DEAD", "OLDEST"].map(str::to_owned).to_vec()];
    for count in store.counts().await? {
        let oldest = count.oldest.map(|oldest| format!("{} s", (now - oldest).max(0) / 1_000));
        let numbers = [count.waiting, count.running, count.dead].map(|number| number.to_string());
        let [waiting, running, dead] = numbers;
        rows.push(vec![count.name, waiting, running, dead, oldest.unwrap_or_default()]);
    }
    let mut text = String::new();
    if rows.len() > 1 {
        text = format!("\n{}", table(&rows));
    }
    let processes = store.others("").await?;
    if !processes.is_empty() {
        let mut rows = vec![["PROCESS", "SIGNS OF LIFE"].map(str::to_owned).to_vec()];
        rows.extend(processes.into_iter().map(|(owner, beats)| vec![owner, beats.to_string()]));
        text.push('\n');
        text.push_str(&table(&rows));
    }
    Ok(text)
}

async fn ask<S: JobStore>(store: &S, known: &Known, asked: &Asked) -> Result<Said> {
    if !store.exists().await? {
        return Err(Error::internal("the database has no tables of schedules; the command `migrate` makes them"));
    }
    let now = store.clock().await?;
    let missing =
        |name: &str| Error::of(Kind::NotFound, format!("`{name}` is not stored yet: no process has served it"));
    match asked {
        Asked::List => {
            let mut said = known.list(&store.standing().await?, now)?;
            said.text.push_str(&timer_rows(&store.timers().await?));
            Ok(said)
        }
        Asked::Status => {
            let mut said = status(&store.standing().await?, known, now);
            said.text.push_str(&workers(store, now).await?);
            Ok(said)
        }
        Asked::Jobs { dead, name, count } => {
            let name = Some(name.clone()).filter(|name| !name.is_empty());
            let jobs = store.jobs(&JobFilter { id: None, name, dead: *dead, limit: *count }).await?;
            Ok(Said::fine(job_rows(&jobs)))
        }
        Asked::Job { id } => {
            let job = store.jobs(&JobFilter { id: Some(*id), ..JobFilter::default() }).await?.pop();
            let (mut job, steps) = (job.ok_or_else(|| no_job(*id))?, store.steps(*id).await?);
            job.payload = job.payload.map(|payload| known.manifest.public_part(&job.name, &payload));
            Ok(Said::fine(job_text(&job, &steps)))
        }
        Asked::Cancel { id } => match store.cancel(*id, now).await? {
            Some(Cancelled::Gone) => Ok(Said::fine(format!("job {id} is cancelled\n"))),
            Some(Cancelled::Asked) => {
                Ok(Said::fine(format!("job {id} runs, and is dropped by the process that has it\n")))
            }
            None => Err(no_job(*id)),
        },
        Asked::Retry { id } if store.retry(*id, now).await? => Ok(Said::fine(format!("job {id} begins anew\n"))),
        Asked::Discard { id } if store.discard(*id).await? => Ok(Said::fine(format!("job {id} is forgotten\n"))),
        Asked::Retry { id } | Asked::Discard { id } => Err(no_job(*id)),
        Asked::Next { name, count } => known.next(name, *count),
        Asked::History { name, count } => {
            let zone = match known.schedules.get(name) {
                Some(facts) => zone_of(&known.times(facts)?),
                None => TimeZone::UTC,
            };
            let runs = store.history(name, *count).await?;
            if runs.is_empty() {
                known.find(name)?;
                return Ok(Said::fine("no runs\n"));
            }
            let mut rows = vec![["TICK", "BEGAN", "TOOK", "ATTEMPTS", "OUTCOME"].map(str::to_owned).to_vec()];
            rows.extend(runs.iter().map(|run| run_row(run, &zone)));
            Ok(Said::fine(table(&rows)))
        }
        Asked::Pause { name, by } => {
            let user = || std::env::var("USER").unwrap_or_else(|_| "the command line".to_owned());
            let by = by.clone().unwrap_or_else(user);
            let paused = store.pause(name, &Pause::Begins { now, by }).await?;
            if !paused {
                known.find(name)?;
                return Err(missing(name));
            }
            Ok(Said::fine(format!("{name} is paused\n")))
        }
        Asked::Resume { name, catch_up } => {
            let times = known.times(known.find(name)?)?;
            let next = if *catch_up { None } else { times.next(now) };
            if !store.pause(name, &Pause::Ends { next }).await? {
                return Err(missing(name));
            }
            Ok(Said::fine(format!("{name} goes on\n")))
        }
        Asked::Run { name, wait } => {
            let facts = known.find(name)?;
            if facts.broadcast {
                return Err(Error::conflict(format!("`{name}` runs in each process by itself, and can't be ordered")));
            }
            let Some(id) = store.run_now(name, facts.overlap, now).await? else { return Err(missing(name)) };
            if !wait {
                return Ok(Said::fine(format!("run {id} waits for a process\n")));
            }
            loop {
                match store.find(id).await? {
                    None => return Err(Error::internal(format!("run {id} is gone"))),
                    Some(run) if run.state == RunState::Pending => tokio::time::sleep(ASK).await,
                    Some(run) => return Ok(ended(&run)),
                }
            }
        }
    }
}

fn oddities(boot: &Boot) -> Vec<String> {
    // Wrong settings are told by whoever checks settings.
    let Ok(known) = Known::of(boot) else { return Vec::new() };
    let mut found = Vec::new();
    for (name, facts) in &known.schedules {
        if let Ok(Times::Cron(times)) = known.times(facts) {
            let zone = times.zone.iana_name().unwrap_or("UTC").to_owned();
            found.extend(oddity(name, &zone, &times, Timestamp::now()));
        }
    }
    found
}

impl<A: Send + Sync + 'static, D: Migrated + JobStore> Administered<D> for JobScheduler<A, InDatabase> {
    async fn administer(boot: Boot, asked: Asked) -> Result<Said> {
        let known = Known::of(&boot)?;
        if let Asked::Next { name, count } = &asked {
            return known.next(name, *count);
        }
        let database = match D::attach(D::Settings::load(&boot.environment)?).await {
            Ok(database) => database,
            // What is known without one is better than nothing.
            Err(_) if asked == Asked::List => return known.list(&[], wall_clock()),
            Err(error) => return Err(error),
        };
        let said = ask(&database, &known, &asked).await;
        database.close().await?;
        said
    }

    async fn board(boot: Boot) -> Result<Board> {
        let known = Known::of(&boot)?;
        let database = D::attach(D::Settings::load(&boot.environment)?).await?;
        let board = board(&database, &known).await;
        database.close().await?;
        board
    }

    async fn in_flight(boot: Boot) -> Result<Vec<String>> {
        let database = D::attach(D::Settings::load(&boot.environment)?).await?;
        let found = unknown_in(&database, &boot).await;
        database.close().await?;
        found
    }

    fn oddities(boot: &Boot) -> Vec<String> {
        oddities(boot)
    }
}

impl<A: Send + Sync + 'static, D> Administered<D> for JobScheduler<A, InMemory> {
    async fn administer(boot: Boot, asked: Asked) -> Result<Said> {
        let known = Known::of(&boot)?;
        match asked {
            Asked::Next { name, count } => known.next(&name, count),
            Asked::List => known.list(&[], wall_clock()),
            _ => Err(Error::conflict(
                "`scheduler: InMemory` keeps its runs in the running process, where no command sees them",
            )),
        }
    }

    async fn board(boot: Boot) -> Result<Board> {
        times_alone(&Known::of(&boot)?, wall_clock())
    }

    fn oddities(boot: &Boot) -> Vec<String> {
        oddities(boot)
    }
}
