//! The rule, as plainly as it can be written: of all routes that match, the one whose first segment that differs from
//! the others' is the most definite.

/// One route as it is written.
#[derive(Debug, Clone)]
pub(super) struct Route {
    pub(super) method: &'static str,
    pub(super) pattern: String,
}

/// Where a request goes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// To the route of this number, with these captures.
    Route(usize, Vec<String>),
    /// To the folder of this number, with these captures. These bits are what routes have.
    Folder(usize, Vec<String>, u8),
    /// Nowhere; patterns with this path have these methods, in the bits of `Methods`.
    Nothing(u8),
}

/// A folder of files, which is asked with GET.
pub(super) const MOUNT: &str = "mount";

/// In the order of `Methods`.
const NAMES: [&str; 7] = ["delete", "get", "head", "options", "patch", "post", "put"];

impl Route {
    pub(super) fn new(method: &'static str, pattern: &str) -> Self {
        Self { method, pattern: pattern.to_owned() }
    }

    fn segments(&self) -> Vec<&str> {
        self.pattern[1..].split('/').collect()
    }

    pub(super) fn is_mount(&self) -> bool {
        self.method == MOUNT
    }

    /// What it is asked with.
    fn verb(&self) -> &'static str {
        if self.is_mount() { "get" } else { self.method }
    }

    /// 0 a literal, 1 a parameter, 2 a rest: in the order in which they are tried.
    fn definiteness(&self) -> Vec<u8> {
        self.segments().into_iter().map(definiteness).collect()
    }

    /// Whether the two can't stand in one application.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let shape = |route: &Self| -> Vec<String> {
            let segments = route.segments().into_iter();
            segments
                .map(|one| if definiteness(one) == 0 { one.to_owned() } else { format!("{{{}}}", definiteness(one)) })
                .collect()
        };
        self.verb() == other.verb() && shape(self) == shape(other)
    }

    /// What is captured from the path, where the pattern has it.
    fn matches(&self, path: &str) -> Option<Vec<String>> {
        let asked: Vec<&str> = path[1..].split('/').collect();
        let mut captured = Vec::new();
        let segments = self.segments();
        for (position, segment) in segments.iter().enumerate() {
            if definiteness(segment) == 2 {
                // At least a slash must stand there; a folder is asked without it, too.
                return (position < asked.len() || self.is_mount()).then(|| {
                    captured.push(asked[position..].join("/"));
                    captured
                });
            }
            let given = *asked.get(position)?;
            match definiteness(segment) {
                0 if given == *segment => {}
                1 if !given.is_empty() => captured.push(given.to_owned()),
                _ => return None,
            }
        }
        (segments.len() == asked.len()).then_some(captured)
    }
}

fn definiteness(segment: &str) -> u8 {
    if segment.starts_with("{*") { 2 } else { u8::from(segment.starts_with('{')) }
}

/// Looks at every route.
pub(super) fn find(table: &[Route], method: &str, path: &str) -> Found {
    let wanted = if method == "HEAD" { "get".to_owned() } else { method.to_lowercase() };
    let having: Vec<(usize, &Route, Vec<String>)> =
        table.iter().enumerate().filter_map(|(number, route)| Some((number, route, route.matches(path)?))).collect();
    let bits = |having: &[(usize, &Route, Vec<String>)], until: Option<&Route>| {
        let counted = having.iter().map(|(_, route, _)| route).filter(|route| !route.is_mount());
        let passed = counted.filter(|route| until.is_none_or(|until| route.definiteness() <= until.definiteness()));
        passed.fold(0, |bits, route| bits | bit(route.method))
    };
    let best =
        having.iter().filter(|(_, route, _)| route.verb() == wanted).min_by_key(|(_, route, _)| route.definiteness());
    match best {
        // What is less definite than a folder is not looked at any more.
        Some((number, route, captured)) if route.is_mount() => {
            Found::Folder(*number, captured.clone(), bits(&having, Some(*route)))
        }
        Some((number, _, captured)) => Found::Route(*number, captured.clone()),
        None => {
            let folders = having.iter().filter(|(_, route, _)| route.is_mount());
            match folders.min_by_key(|(_, route, _)| route.definiteness()) {
                // A file says what it may be asked with.
                Some((number, _, captured)) => Found::Folder(*number, captured.clone(), bits(&having, None)),
                None => Found::Nothing(bits(&having, None)),
            }
        }
    }
}

fn bit(method: &str) -> u8 {
    1 << NAMES.iter().position(|name| *name == method).expect("a method has a place")
}
