//! The files of `app-template/`, inside of the program: a project begins without a network.
//!
//! A folder with a `Cargo.toml` is left out of a package, so they travel as one text, which a test compares with them.

/// Every file: a line `===== path`, then its text.
const PACKED: &str = include_str!("packed.txt");
const MARK: &str = "===== ";

/// Path and text of every file, by path.
pub(crate) fn files() -> impl Iterator<Item = (&'static str, &'static str)> {
    unpack(PACKED)
}

/// Path and text of every file in a packed text.
pub(crate) fn unpack(packed: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut rest = packed;
    std::iter::from_fn(move || {
        let (path, text) = rest.strip_prefix(MARK)?.split_once('\n')?;
        let end = text.find(&format!("\n{MARK}")).map_or(text.len(), |end| end + 1);
        rest = &text[end..];
        Some((path, &text[..end]))
    })
}

/// The text of one file.
///
/// # Panics
///
/// Where there is none: a test asks for each.
pub(crate) fn file(path: &str) -> &'static str {
    files().find(|(known, _)| *known == path).map(|(_, text)| text).expect("a file of the template")
}

#[cfg(test)]
pub(crate) mod tests {
    use std::fmt::Write as _;
    use std::fs;
    use std::path::Path;

    use super::*;

    /// What each project has of its own.
    const LEFT_OUT: [&str; 3] = ["Cargo.lock", "AI_CONTEXT.md", "tests/traces.rs"];

    /// Holds a packed text to its files; under `PACK` it is written anew.
    pub(crate) fn packed(target: &str, files: impl Iterator<Item = (String, String)>, known: &'static str) {
        let (mut packed, mut paths) = (String::new(), Vec::new());
        for (path, text) in files {
            assert!(text.ends_with('\n') && !text.contains(MARK), "{path}");
            write!(packed, "{MARK}{path}\n{text}").unwrap();
            paths.push(path);
        }
        if std::env::var_os("PACK").is_some() {
            fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(target), &packed).unwrap();
        }
        assert!(
            packed == known,
            "`{target}` is old: `PACK=1 cargo test -p microcore-cli packed`, twice, packs it anew"
        );
        assert_eq!(unpack(known).map(|(path, _)| path).collect::<Vec<_>>(), paths);
    }

    fn collect(root: &Path, folder: &Path, found: &mut Vec<String>) {
        let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        for path in entries {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            if path.is_dir() && name != "target" {
                collect(root, &path, found);
            } else if path.is_file() && !name.contains(".db") && !LEFT_OUT.contains(&name.as_str()) {
                found.push(name);
            }
        }
    }

    #[test]
    fn the_packed_template_is_the_template() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../app-template");
        let mut paths = Vec::new();
        collect(&root, &root, &mut paths);
        assert!(paths.len() > 20, "the walk finds the files");
        let files = paths.into_iter().map(|path| (path.clone(), fs::read_to_string(root.join(path)).unwrap()));
        packed("src/template/packed.txt", files, PACKED);
    }
}
