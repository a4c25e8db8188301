//! Whether a value is within bounds. What compares with nothing, as a float that is no number, is within none.

use std::cmp::Ordering;

/// What can be compared with a bound.
#[diagnostic::on_unimplemented(
    message = "the rule `range` can't compare `{Self}` with `{Bound}`",
    label = "not comparable with the bounds",
    note = "the bounds have the type of the field; `length` checks texts and lists"
)]
pub trait Range<Bound> {
    /// Where the value is, seen from the bound: `None` for what is not there, `Some(None)` where they do not compare.
    fn seen_from(&self, bound: &Bound) -> Option<Option<Ordering>>;
}

impl<T: PartialOrd> Range<T> for T {
    fn seen_from(&self, bound: &T) -> Option<Option<Ordering>> {
        Some(self.partial_cmp(bound))
    }
}

impl<T: PartialOrd> Range<T> for Option<T> {
    fn seen_from(&self, bound: &T) -> Option<Option<Ordering>> {
        self.as_ref().map(|value| value.partial_cmp(bound))
    }
}

/// What `range` asks.
pub fn is_within<Bound, T: Range<Bound>>(
    value: &T,
    min: Option<Bound>,
    max: Option<Bound>,
    exclusive_min: Option<Bound>,
    exclusive_max: Option<Bound>,
) -> bool {
    let holds = |bound: Option<Bound>, right: fn(Ordering) -> bool| {
        let Some(seen) = bound.and_then(|bound| value.seen_from(&bound)) else { return true };
        seen.is_some_and(right)
    };
    holds(min, Ordering::is_ge)
        && holds(max, Ordering::is_le)
        && holds(exclusive_min, Ordering::is_gt)
        && holds(exclusive_max, Ordering::is_lt)
}
