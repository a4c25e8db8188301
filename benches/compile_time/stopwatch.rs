//! What a command costs: time on the wall, and time of the processor in it and all its children.

use std::fmt;
use std::time::Instant;

/// In seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) wall: f64,
    /// Not a number where the system does not tell.
    pub(crate) processor: f64,
}

impl Cost {
    pub(crate) fn of(work: impl FnOnce()) -> Self {
        let (started, processor) = (Instant::now(), of_children());
        work();
        Self { wall: started.elapsed().as_secs_f64(), processor: of_children() - processor }
    }

    /// The lesser of each.
    pub(crate) fn least(self, other: Self) -> Self {
        Self { wall: self.wall.min(other.wall), processor: self.processor.min(other.processor) }
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2} s ({:.2} s)", self.wall, self.processor)
    }
}

/// Processor time of all children that have ended: fields 16 and 17 of `/proc/self/stat`, in hundredths of a second.
fn of_children() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The second field is a name in parentheses and may hold spaces.
    let Some((_, fields)) = stat.rsplit_once(')') else { return f64::NAN };
    let ticks = fields.split_whitespace().skip(13).take(2).filter_map(|field| field.parse::<f64>().ok());
    ticks.sum::<f64>() / 100.0
}
