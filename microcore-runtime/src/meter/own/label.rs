//! Labels: enums whose variants are all the values that there will ever be.

use super::Named;

/// A label: an enum with `derive(Label)`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be a label: its values are not known while compiling",
    label = "no enum with `derive(Label)`",
    note = "write `#[derive(Label)] pub enum Country {{ At, De }}`: a label whose values come from outside would make series without end"
)]
pub trait Label: 'static {
    /// Its name: `country`.
    const NAME: &'static str;
    /// Its values, in the order of the variants.
    const VALUES: &'static [&'static str];

    /// Which of them it is.
    fn place(&self) -> usize;
}

/// The labels of a meter: none, one, or two in a pair.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be the label of a meter: its values are not known while compiling",
    label = "no enum with `derive(Label)`",
    note = "write `#[derive(Label)] pub enum Country {{ At, De }}`: a label whose values come from outside would make series without end"
)]
pub trait Labels: 'static {
    /// Their names.
    const NAMES: &'static [&'static str];
    /// How many combinations there are.
    const PLACES: usize;

    /// Which of them it is.
    fn at(&self) -> usize;

    /// Names and values of a combination.
    fn named(place: usize) -> Named;
}

impl Labels for () {
    const NAMES: &'static [&'static str] = &[];
    const PLACES: usize = 1;

    #[inline]
    fn at(&self) -> usize {
        0
    }

    fn named(_: usize) -> Named {
        Vec::new()
    }
}

impl<L: Label> Labels for L {
    const NAMES: &'static [&'static str] = &[L::NAME];
    const PLACES: usize = L::VALUES.len();

    #[inline]
    fn at(&self) -> usize {
        self.place()
    }

    fn named(place: usize) -> Named {
        vec![(L::NAME, L::VALUES[place])]
    }
}

impl<A: Label, B: Label> Labels for (A, B) {
    const NAMES: &'static [&'static str] = &[A::NAME, B::NAME];
    const PLACES: usize = A::VALUES.len() * B::VALUES.len();

    #[inline]
    fn at(&self) -> usize {
        self.0.place() * B::VALUES.len() + self.1.place()
    }

    fn named(place: usize) -> Named {
        let (first, second) = (place / B::VALUES.len(), place % B::VALUES.len());
        vec![(A::NAME, A::VALUES[first]), (B::NAME, B::VALUES[second])]
    }
}
