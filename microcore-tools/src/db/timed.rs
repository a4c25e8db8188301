//! The call of a statement, timed from its first poll to its end.
//!
//! In: a call, and the meter that the wiring has for its text. Out: the same call. Generated code puts it around.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use microcore_runtime::meter::{Begun, STATEMENT, StatementMeter};
use microcore_runtime::record;
use pin_project_lite::pin_project;

use super::{DbError, DbErrorKind};

pin_project! {
    /// See [`timed`].
    #[must_use = "nothing happens before it is awaited"]
    #[derive(Debug)]
    pub struct Timed<Call> {
        meter: &'static StatementMeter,
        begun: Option<Begun<{ STATEMENT.len() }>>,
        #[pin]
        call: Call,
    }
}

/// A call with its meter around.
#[inline]
pub fn timed<Call>(meter: &'static StatementMeter, call: Call) -> Timed<Call> {
    Timed { meter, begun: None, call }
}

impl<T, Call: Future<Output = Result<T, DbError>>> Future for Timed<Call> {
    type Output = Result<T, DbError>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let begun = this.begun.take().unwrap_or_else(|| this.meter.begin());
        let polled = this.call.poll(context);
        match &polled {
            Poll::Ready(result) => record::statement(begun.end_at(place(result.as_ref().err().map(DbError::kind)))),
            Poll::Pending => *this.begun = Some(begun),
        }
        polled
    }
}

/// The place in [`STATEMENT`].
fn place(kind: Option<DbErrorKind>) -> usize {
    match kind {
        None => 0,
        Some(DbErrorKind::Unique) => 1,
        Some(DbErrorKind::ForeignKey) => 2,
        Some(DbErrorKind::NotNull) => 3,
        Some(DbErrorKind::Check) => 4,
        Some(DbErrorKind::Busy) => 5,
        Some(DbErrorKind::NoRows) => 6,
        Some(DbErrorKind::Type) => 7,
        Some(DbErrorKind::Usage) => 8,
        Some(DbErrorKind::Syntax) => 9,
        Some(DbErrorKind::Migration) => 10,
        Some(DbErrorKind::Unavailable) => 11,
        Some(DbErrorKind::Other) => 12,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_error_is_counted_under_its_name() {
        use DbErrorKind::*;
        let kinds =
            [Unique, ForeignKey, NotNull, Check, Busy, NoRows, Type, Usage, Syntax, Migration, Unavailable, Other];
        for kind in kinds {
            let name = STATEMENT[place(Some(kind))].replace('_', "");
            assert_eq!(name, format!("{kind:?}").to_lowercase());
        }
        assert_eq!(STATEMENT[place(None)], "ok");
    }
}
