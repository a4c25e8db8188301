//! A folder as a plugin declares it: a constant under `#[mount("/path")]`.

/// Files that a plugin serves: `#[mount("/assets")] const ASSETS: Folder = Folder::at("public");`.
///
/// What is never served, whatever it says: names that begin with a dot (but `.well-known` at the top), and what leads
/// out of the folder, by name or by link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Folder {
    pub(super) path: &'static str,
    pub(super) endings: Option<&'static [&'static str]>,
    pub(super) pages: bool,
    pub(super) cache: Option<&'static str>,
}

impl Folder {
    /// The folder at `path`; a relative one is below the folder in which the process was started.
    ///
    /// Served are the endings that pages are made of: `html`, `css`, `js`, images, fonts and the like.
    pub const fn at(path: &'static str) -> Self {
        Self { path, endings: None, pages: false, cache: None }
    }

    /// Serves these endings and no other, in lower case and without the dot; `*` is every one.
    #[must_use]
    pub const fn endings(self, endings: &'static [&'static str]) -> Self {
        Self { endings: Some(endings), ..self }
    }

    /// Answers a browser that asks for a page that is not there with the folder's `index.html`: for an application that
    /// routes in the browser.
    #[must_use]
    pub const fn pages(self) -> Self {
        Self { pages: true, ..self }
    }

    /// The `cache-control` of its files, such as `public, max-age=31536000, immutable`.
    ///
    /// With [`pages`](Self::pages) it is not that of pages, which are asked for again: `no-cache`. Their names stay when
    /// what they name is new.
    #[must_use]
    pub const fn cached(self, control: &'static str) -> Self {
        Self { cache: Some(control), ..self }
    }
}
