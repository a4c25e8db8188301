//! A migration depends on migrations that there are, and never, by any way round, on itself.
//!
//! Within a domain each file depends on the one before it. The place is `app!`: a macro has no span in an SQL file.

use std::collections::BTreeMap;

use proc_macro2::Span;

use crate::discover::Listing;
use crate::errors::{Errors, nearest};

/// Each migration, `domain/file`, with what it comes after.
type Needs = BTreeMap<String, Vec<String>>;

pub(crate) fn check(listing: &Listing, errors: &mut Errors) {
    let mut needs = Needs::new();
    for domain in &listing.domains {
        let mut earlier: Option<String> = None;
        for migration in &domain.migrations {
            let name = format!("{}/{}", domain.name, migration.file);
            let before = earlier.replace(name.clone()).into_iter().chain(migration.depends.iter().cloned());
            needs.insert(name, before.collect());
        }
    }
    let known: Vec<&str> = needs.keys().map(String::as_str).collect();
    let unknown = needs.iter().flat_map(|(name, before)| before.iter().map(move |needed| (name, needed)));
    for (name, needed) in unknown.filter(|(_, needed)| !needs.contains_key(*needed)) {
        let near = nearest(needed, known.iter().copied());
        errors.add_at(
            Span::call_site(),
            "MC0540",
            format!("migration `{name}` depends on `{needed}`, which does not exist"),
            near.map_or_else(
                || "write `-- depends: domain/001_file.sql`".to_owned(),
                |near| format!("did you mean `{near}`?"),
            ),
        );
    }
    if let Some(ring) = ring(&needs) {
        errors.add_at(
            Span::call_site(),
            "MC0541",
            format!("migrations depend on each other in a ring: `{}`", ring.join("` → `")),
            "delete one `-- depends:` line, or move what both need into a migration of its own",
        );
    }
}

/// The names of one ring, the first once more at the end.
fn ring(needs: &Needs) -> Option<Vec<&str>> {
    let mut done: Vec<&str> = Vec::new();
    needs.keys().find_map(|name| follow(needs, name, &mut Vec::new(), &mut done))
}

fn follow<'a>(
    needs: &'a Needs,
    name: &'a str,
    path: &mut Vec<&'a str>,
    done: &mut Vec<&'a str>,
) -> Option<Vec<&'a str>> {
    if let Some(start) = path.iter().position(|seen| *seen == name) {
        return Some(path[start..].iter().copied().chain([name]).collect());
    }
    if done.contains(&name) {
        return None;
    }
    path.push(name);
    let found = needs.get(name)?.iter().filter(|needed| needs.contains_key(*needed));
    let found = found.map(String::as_str).find_map(|needed| follow(needs, needed, path, done));
    path.pop();
    done.push(name);
    found
}
