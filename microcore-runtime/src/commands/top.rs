//! `top`: what the running application does now, by two looks at its `/metrics`. With `--json`, for programs.

use std::fmt::Write as _;
use std::time::Duration;

use clap::ArgMatches;

use super::{Exit, Surroundings, running};
use crate::error::Result;
use crate::metrics::{Row, Top};
use crate::server::ServerSettings;

const PATH: &str = "/metrics";
/// Of each kind so many are shown; `--json` has all.
const SHOWN: usize = 15;

pub(super) fn run(options: &ArgMatches, surroundings: &mut Surroundings<'_>) -> Exit {
    let settings = match running::settings(surroundings) {
        Ok(settings) => settings,
        Err(refused) => return refused,
    };
    let seconds = options.get_one::<u64>("seconds").copied().unwrap_or(1);
    let shown = look(&settings, seconds).and_then(|top| {
        Ok(if options.get_flag("json") { format!("{}\n", serde_json::to_string_pretty(&top)?) } else { table(&top) })
    });
    surroundings.shown(shown)
}

fn look(settings: &ServerSettings, seconds: u64) -> Result<Top> {
    running::wait(async {
        let earlier = scrape(settings).await?;
        let begun = std::time::Instant::now();
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        let later = scrape(settings).await?;
        Ok(Top::of(&earlier, &later, begun.elapsed().as_secs_f64()))
    })
}

async fn scrape(settings: &ServerSettings) -> Result<String> {
    let body = running::answered(PATH, running::get(settings, PATH).await?)?;
    Ok(String::from_utf8_lossy(&body).into_owned())
}

fn table(top: &Top) -> String {
    let mut text = format!(
        "{:.1} requests/s, {:.1} MiB, lag {}, dead {}\n",
        top.requests_per_second,
        top.memory / 1024.0 / 1024.0,
        top.lag,
        top.dead
    );
    for off in &top.off {
        let _ = writeln!(text, "off: {off}");
    }
    for (title, rows) in [("route", &top.routes), ("subscriber", &top.subscribers), ("statement", &top.statements)] {
        if rows.is_empty() {
            continue;
        }
        let _ = writeln!(
            text,
            "\n{:>9} {:>10} {:>7} {:>7} {:>9} {:>9}  {title}",
            "per s", "count", "5xx", "active", "p50", "p99"
        );
        for row in rows.iter().take(SHOWN) {
            let Row { name, count, per_second, failed, active, p50, p99 } = row;
            let _ = writeln!(
                text,
                "{per_second:>9.1} {count:>10} {failed:>7} {active:>7} {:>9} {:>9}  {name}",
                time(*p50),
                time(*p99)
            );
        }
        if rows.len() > SHOWN {
            let _ = writeln!(text, "{:>9} and {} more", "", rows.len() - SHOWN);
        }
    }
    text
}

fn time(seconds: Option<f64>) -> String {
    match seconds {
        None => "-".to_owned(),
        Some(seconds) if seconds < 0.001 => format!("{:.0} µs", seconds * 1e6),
        Some(seconds) if seconds < 1.0 => format!("{:.1} ms", seconds * 1e3),
        Some(seconds) => format!("{seconds:.2} s"),
    }
}
