//! The documents say what is: each Rust block is a file that is compiled, each link leads somewhere, each setting is
//! the application's own.
//!
//! A block that begins with a path, `// src/domains/users/plugins/create_user.rs`, is that file or a part of it, of the
//! workspace or of the template. Any other is a doctest, on a page that `src/lib.rs` includes.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A fenced block: where it is, what stands behind the fence, its lines.
struct Block {
    place: String,
    language: String,
    lines: Vec<String>,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every page, by its path from the root.
fn pages() -> Vec<(String, String)> {
    let mut files = vec![root().join("README.md"), root().join("CHANGELOG.md")];
    let folders = [
        "app-template",
        "microcore-cli",
        "microcore-core",
        "microcore-macros",
        "microcore-runtime",
        "microcore-tool",
        "microcore-tools",
        "microcore-tools/cache",
        "microcore-tools/fetch",
        "microcore-tools/llm",
        "microcore-tools/mail",
        "microcore-tools/search",
        "microcore-tools/sidecars",
        "microcore-tools/storage",
    ];
    files.extend(folders.map(|folder| root().join(folder).join("README.md")));
    files.push(root().join("app-template/AGENTS.md"));
    collect(&root().join("docs"), &mut files);
    let pages = files.into_iter().map(|file| {
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        (file.strip_prefix(root()).unwrap().display().to_string(), text)
    });
    pages.collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            files.push(path);
        }
    }
}

fn blocks(page: &str, text: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut open: Option<Block> = None;
    for (number, line) in text.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (Some(_), Some("")) => found.extend(open.take()),
            (Some(block), _) => block.lines.push(line.to_owned()),
            (None, Some(language)) => {
                let place = format!("{page}:{}", number + 1);
                open = Some(Block { place, language: language.to_owned(), lines: Vec::new() });
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "{page}: a block is not closed");
    found
}

/// The files that a path in a block may mean.
fn quoted(path: &str) -> Vec<String> {
    let places = [root().join(path), root().join("app-template").join(path)];
    places.iter().filter_map(|place| fs::read_to_string(place).ok()).collect()
}

/// The lines without the indentation that they share.
fn dedented<'l>(lines: &[&'l str]) -> Vec<&'l str> {
    let filled = lines.iter().filter(|line| !line.trim().is_empty());
    let shared = filled.map(|line| line.len() - line.trim_start().len()).min().unwrap_or_default();
    lines.iter().map(|line| line.get(shared..).unwrap_or_default()).collect()
}

/// Whether the block stands in the file, in one piece.
fn is_part_of(block: &[&str], file: &str) -> bool {
    let (block, lines): (_, Vec<&str>) = (dedented(block), file.lines().collect());
    !block.is_empty() && lines.windows(block.len()).any(|window| dedented(window) == block)
}

fn problem(block: &Block, is_doctest: bool) -> Option<String> {
    let mut words = block.language.split(',');
    if words.next() != Some("rust") {
        return None;
    }
    // On a page of doctests only what is marked so is left to this test.
    if is_doctest && !words.any(|word| word == "ignore") {
        return None;
    }
    let first = block.lines.first()?;
    let Some(path) = first.strip_prefix("// ").filter(|path| path.contains('.') && !path.contains(' ')) else {
        return Some("is neither a doctest nor does it begin with the path of a file".to_owned());
    };
    let files = quoted(path);
    if files.is_empty() {
        return Some(format!("quotes `{path}`, which does not exist"));
    }
    let lines: Vec<&str> = block.lines[1..].iter().map(String::as_str).collect();
    (!files.iter().any(|file| is_part_of(&lines, file))).then(|| format!("differs from `{path}`"))
}

#[test]
fn every_rust_block_is_compiled() {
    let facade = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let (mut seen, mut problems) = (0, Vec::new());
    // The pages about errors show what does not compile; `tests/errors.rs` and the cases in `tests/ui/` hold them.
    for (page, text) in pages().into_iter().filter(|(page, _)| !page.starts_with("docs/errors/")) {
        let is_doctest = facade.contains(&format!("include_str!(\"../{page}\")"));
        for block in blocks(&page, &text) {
            seen += usize::from(block.language.starts_with("rust"));
            problems.extend(problem(&block, is_doctest).map(|problem| format!("{}: {problem}", block.place)));
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
    assert!(seen > 20, "the walk finds the blocks");
}

/// Whether a heading of the page has this anchor, as GitHub makes it.
fn has_heading(page: &Path, anchor: &str) -> bool {
    let text = fs::read_to_string(page).unwrap();
    text.lines().filter_map(|line| line.strip_prefix('#')).any(|line| {
        let heading = line.trim_start_matches('#').trim().to_lowercase();
        let kept: String =
            heading.chars().filter(|one| one.is_alphanumeric() || matches!(one, ' ' | '-' | '_')).collect();
        kept.replace(' ', "-") == anchor
    })
}

#[test]
fn every_link_leads_somewhere() {
    let mut broken = Vec::new();
    for (page, text) in pages() {
        let folder = root().join(&page).parent().unwrap().to_path_buf();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = folder.join(if file.is_empty() {
                Path::new(&page).file_name().unwrap().as_ref()
            } else {
                Path::new(file)
            });
            let leads =
                link.contains("://") || (target.exists() && (anchor.is_empty() || has_heading(&target, anchor)));
            if !leads {
                broken.push(format!("{page}: {link}"));
            }
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn the_table_of_settings_is_complete() {
    let mut settings = Command::new(env!("CARGO"));
    settings.current_dir(root()).args([
        "run",
        "--quiet",
        "--manifest-path",
        "app-template/Cargo.toml",
        "--",
        "settings",
    ]);
    let printed = settings.output().unwrap();
    assert!(printed.status.success(), "{settings:?}: {}", String::from_utf8_lossy(&printed.stderr));
    let printed = String::from_utf8(printed.stdout).unwrap();
    let page = fs::read_to_string(root().join("docs/guide/configuration.md")).unwrap();
    let rows = printed.lines().map(|line| {
        let (head, doc) = line.split_once(": ").unwrap();
        // Without a default: "KEY optional, secret".
        let (key, rest) = head.split_once(' ').unwrap();
        let value = rest.strip_prefix("= ").map_or_else(|| rest.to_owned(), |default| format!("`{default}`"));
        format!("| `{key}` | {value} | {doc} |")
    });
    let missing: Vec<String> = rows.filter(|row| !page.contains(row.as_str())).collect();
    assert!(missing.is_empty(), "docs/guide/configuration.md lacks\n{}", missing.join("\n"));
}

/// The names behind `[features]` of the facade, but for `default`.
fn features() -> Vec<String> {
    let mut names = Vec::new();
    for tool in ["", "cache", "fetch", "llm", "mail", "search", "storage"] {
        let manifest = if tool.is_empty() { root().to_path_buf() } else { root().join("microcore-tools").join(tool) };
        let manifest = fs::read_to_string(manifest.join("Cargo.toml")).unwrap();
        let section = manifest.split("\n[features]\n").nth(1).unwrap().split("\n[").next().unwrap();
        names.extend(section.lines().filter_map(|line| line.split_once(" = [")).map(|(name, _)| name.to_owned()));
    }
    names.retain(|name| name != "default");
    names
}

/// The strings behind a key of `tools.toml`.
fn strings(line: &str) -> Vec<&str> {
    line.split('"').skip(1).step_by(2).collect()
}

#[test]
fn every_tool_that_is_known_is_in_the_table_with_its_words() {
    let page = fs::read_to_string(root().join("docs/guide/tools_marketplace.md")).unwrap();
    let list = fs::read_to_string(root().join("tools.toml")).unwrap();
    let entries: Vec<&str> = list.split("[[tool]]").skip(1).collect();
    for entry in &entries {
        let of = |key: &str| strings(entry.lines().find(|line| line.starts_with(key)).unwrap_or_default());
        let words = of("words").iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
        let row = format!("| `{}` | `{}` | {words} | {} |", of("name")[0], of("from")[0], of("about")[0]);
        assert!(page.contains(&row), "docs/guide/tools_marketplace.md lacks\n{row}");
        // What `microcore add` knows of ours is the same.
        let Ok(manifest) = fs::read_to_string(root().join(of("from")[0]).join("Cargo.toml")) else { continue };
        let backends = manifest.lines().find(|line| line.starts_with("backends = ")).unwrap_or_default();
        assert!(of("words").iter().all(|word| backends.contains(&format!("{word} = "))), "{backends}");
    }
    let ours = fs::read_dir(root().join("microcore-tools")).unwrap().map(|entry| entry.unwrap().path());
    let ours = ours.filter(|folder| folder.join("Cargo.toml").is_file()).count();
    assert!(entries.len() >= ours, "`tools.toml` has {} tools, and there are {ours}", entries.len());
}

/// Every key that some `#[setting(key = "…")]` or hand-written `Key` of the framework has.
fn keys() -> Vec<String> {
    let mut files = Vec::new();
    for folder in ["microcore-runtime/src", "microcore-tools/src"] {
        sources(&root().join(folder), &mut files);
    }
    let is_key = |text: &&str| {
        text.contains('_')
            && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let mut found = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let production = text.split("#[cfg(test)]").next().unwrap_or_default();
        for before in ["#[setting(key = \"", "key(\"", "name: \""] {
            found.extend(
                production
                    .split(before)
                    .skip(1)
                    .filter_map(|rest| rest.split('"').next())
                    .filter(is_key)
                    .map(str::to_owned),
            );
        }
    }
    found.sort();
    found.dedup();
    found
}

fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

#[test]
fn every_setting_of_every_backend_is_in_the_tables() {
    let page = fs::read_to_string(root().join("docs/guide/configuration.md")).unwrap();
    let keys = keys();
    assert!(keys.iter().any(|key| key == "PG_URL") && keys.iter().any(|key| key == "BUS_REDIS_PREFIX"), "{keys:?}");
    let missing: Vec<_> = keys.iter().filter(|key| !page.contains(&format!("`{key}`"))).collect();
    assert!(missing.is_empty(), "docs/guide/configuration.md lacks {missing:?}");
}

#[test]
fn every_feature_is_documented_and_every_documented_feature_is_there() {
    let (features, pages) = (features(), pages());
    assert!(features.iter().any(|name| name == "postgres"), "{features:?}");
    let undocumented: Vec<_> =
        features.iter().filter(|name| !pages.iter().any(|(_, text)| text.contains(&format!("`{name}`")))).collect();
    assert!(undocumented.is_empty(), "no page speaks of {undocumented:?}");
    let mut gone = Vec::new();
    for (page, text) in pages.iter().filter(|(page, _)| page.starts_with("docs/guide/")) {
        let named = text.split("the feature `").skip(1).filter_map(|rest| rest.split('`').next());
        gone.extend(
            named.filter(|name| !features.iter().any(|known| known == name)).map(|name| format!("{page}: {name}")),
        );
    }
    assert!(gone.is_empty(), "no such features: {gone:?}");
}

/// A list of what is missing goes stale on the day on which it is there: a feature, a backend or a setting of that name.
#[test]
fn nothing_that_is_there_is_said_to_be_missing() {
    let mut there: Vec<String> = features();
    there.extend(["redisstreams", "durablesqlite"].map(str::to_owned));
    // `HTTP_ACCESS_LOG` is an access log.
    let phrase = |key: &String| Some(key.split_once('_')?.1.replace('_', " ").to_lowercase());
    there.extend(keys().iter().filter_map(phrase).filter(|phrase| phrase.contains(' ')));
    let mut stale = Vec::new();
    for (page, text) in pages() {
        let sections = ["## Not there yet\n", "## What is not there yet\n"];
        for section in
            sections.iter().filter_map(|title| text.split(title).nth(1)).filter_map(|rest| rest.split("\n## ").next())
        {
            let words = format!(" {} ", section.to_lowercase().replace(['.', ',', ';', ':', '`', '\n'], " "));
            stale.extend(
                there.iter().filter(|name| words.contains(&format!(" {name} "))).map(|name| format!("{page}: {name}")),
            );
        }
    }
    assert!(stale.is_empty(), "said to be missing, and there: {stale:?}");
}
