//! Times that the running application says: a cron expression, or an interval.

use std::time::Duration;

use jiff::tz::TimeZone;
use microcore_runtime::error::{Error, Result};

use super::times::Times;

/// The times of `repeat`: [`Cron`] or [`Every`].
pub trait Recurring: crate::sealed::Sealed {
    /// As the store keeps them; `zone` is that of expressions that name none.
    #[doc(hidden)]
    fn text(&self, zone: &str) -> Result<String>;
}

/// A cron expression of five fields, as in `#[cron]`.
///
/// ```
/// use microcore_tools::scheduler::Cron;
///
/// let mornings = Cron::new("0 8 * * 1-5")?.zone("Europe/Berlin")?;
/// assert!(Cron::new("0 25 * * *").is_err());
/// # let _ = mornings;
/// # Ok::<(), microcore_runtime::error::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Cron {
    expression: String,
    zone: Option<String>,
    both: Option<bool>,
}

impl Cron {
    /// Reads an expression.
    ///
    /// # Errors
    ///
    /// A bad request, where it can't be read: it may be somebody's input.
    pub fn new(expression: &str) -> Result<Self> {
        let expression = expression.split_whitespace().collect::<Vec<_>>().join(" ");
        let cron = Self { expression, zone: None, both: None };
        let fields = cron.expression.split(' ').count();
        if fields != 5 {
            let said = format!("`{}` has {fields} fields, and a cron expression has five", cron.expression);
            return Err(Error::bad_request(said));
        }
        Times::parse(&cron.written("UTC")).map(|_| cron.clone()).map_err(|error| {
            Error::bad_request(format!("`{}` is no cron expression", cron.expression)).with_source(error)
        })
    }

    /// Whose clock it goes by; `SCHEDULER_ZONE` where this is not said.
    ///
    /// # Errors
    ///
    /// A bad request, where there is no such zone.
    pub fn zone(self, zone: &str) -> Result<Self> {
        let known = TimeZone::get(zone);
        let known = known.map_err(|error| Error::bad_request(format!("`{zone}` is no zone")).with_source(error))?;
        // As the database of zones spells it.
        Ok(Self { zone: Some(known.iana_name().unwrap_or(zone).to_owned()), ..self })
    }

    /// Of an expression that names days of the month and weekdays: on days of either kind.
    pub fn either(self) -> Self {
        Self { both: Some(false), ..self }
    }

    /// On days that are of both kinds.
    pub fn both(self) -> Self {
        Self { both: Some(true), ..self }
    }

    fn written(&self, zone: &str) -> String {
        Times::cron_text(&self.expression, self.zone.as_deref().unwrap_or(zone), self.both.unwrap_or_default())
    }
}

impl crate::sealed::Sealed for Cron {}

impl Recurring for Cron {
    fn text(&self, zone: &str) -> Result<String> {
        let fields: Vec<&str> = self.expression.split(' ').collect();
        if self.both.is_none() && fields[2] != "*" && fields[4] != "*" {
            let said = format!(
                "`{}` names days of the month and weekdays: call `either()` for days of either kind, or `both()`",
                self.expression
            );
            return Err(Error::bad_request(said));
        }
        Ok(self.written(zone))
    }
}

/// An interval, on a grid that begins in 1970 in UTC, as in `#[every]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct Every(i64);

impl Every {
    /// An interval of a second or more.
    ///
    /// # Errors
    ///
    /// A bad request, where it is shorter.
    pub fn new(interval: Duration) -> Result<Self> {
        match i64::try_from(interval.as_millis()) {
            Ok(millis @ 1_000..) => Ok(Self(millis)),
            _ => Err(Error::bad_request(format!("an interval is a second or more, and no {interval:?}"))),
        }
    }
}

impl crate::sealed::Sealed for Every {}

impl Recurring for Every {
    fn text(&self, _: &str) -> Result<String> {
        Ok(format!("every {}", self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_those_of_schedules_are() {
        let text = |cron: Cron| cron.text("Europe/Rome").map_err(|error| error.to_string());
        let cron = |expression: &str| Cron::new(expression).unwrap();
        assert_eq!(text(cron(" 0  8 * * 1-5 ")).unwrap(), "cron either Europe/Rome 0 8 * * 1-5");
        let berlin = cron("0 8 13 * 5").both().zone("Europe/Berlin").unwrap();
        assert_eq!(text(berlin).unwrap(), "cron both Europe/Berlin 0 8 13 * 5");
        assert!(text(cron("0 8 13 * 5")).unwrap_err().contains("`either()`"));
        assert_eq!(Every::new(Duration::from_secs(90)).unwrap().text("UTC").unwrap(), "every 90000");
    }

    #[test]
    fn what_is_wrong_is_a_bad_request() {
        let refused = [
            Cron::new("0 25 * * *").unwrap_err(),
            Cron::new("0 8 * *").unwrap_err(),
            Cron::new("0 0 8 * * *").unwrap_err(),
            Cron::new("@daily").unwrap_err(),
            Cron::new("0 8 * * *").unwrap().zone("Europe/Berln").unwrap_err(),
            Every::new(Duration::from_millis(10)).unwrap_err(),
        ];
        assert!(refused.iter().all(|error| error.status() == 400), "{refused:?}");
    }
}
