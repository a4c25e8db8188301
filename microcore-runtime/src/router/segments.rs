//! Splits a path into raw segments without allocating. Captures are decoded later, so `%2F` never splits.
//!
//! In: the path of a request. Out: what stands between its slashes: `/` is one empty segment, `/users` is `users`,
//! `/users/` is `users` and an empty one (another path than `/users`), `//` is two empty ones.

/// What is left of a path, front to back.
#[derive(Debug, Clone, Copy)]
pub struct Segments<'p>(Option<&'p str>);

impl<'p> Segments<'p> {
    /// Of a path that begins with a slash; the slash is not part of the first segment.
    #[inline]
    pub fn of(path: &'p str) -> Self {
        Self(Some(path.strip_prefix('/').unwrap_or(path)))
    }

    /// Whether the last segment was taken.
    #[inline]
    pub fn is_end(self) -> bool {
        self.0.is_none()
    }

    /// The next segment, and what is left after it.
    #[inline]
    pub fn split(self) -> Option<(&'p str, Self)> {
        let left = self.0?;
        // Segments are short: a plain loop over bytes beats a searcher.
        let end = left.as_bytes().iter().position(|byte| *byte == b'/');
        Some(end.map_or((left, Self(None)), |end| (&left[..end], Self(Some(&left[end + 1..])))))
    }

    /// Everything that is left, slashes included; `None` after the last segment.
    #[inline]
    pub fn remaining(self) -> Option<&'p str> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::Segments;

    #[test]
    fn a_slash_at_the_end_is_another_path() {
        let split = |path| {
            let mut left = Segments::of(path);
            std::iter::from_fn(move || {
                let (segment, rest) = left.split()?;
                left = rest;
                Some(segment)
            })
            .collect::<Vec<_>>()
        };
        assert_eq!(split("/"), [""]);
        assert_eq!(split("/users"), ["users"]);
        assert_eq!(split("/users/"), ["users", ""]);
        assert_eq!(split("//"), ["", ""]);
        assert_eq!(split("/a//b%2Fc"), ["a", "", "b%2Fc"]);
    }

    #[test]
    fn what_remains_keeps_its_slashes() {
        let left = |path| Segments::of(path).split().unwrap().1;
        assert_eq!(left("/static/css/site.css").remaining(), Some("css/site.css"));
        assert_eq!(left("/static/").remaining(), Some(""));
        assert!(left("/static").is_end());
    }
}
