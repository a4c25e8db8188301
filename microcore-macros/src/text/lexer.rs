//! Text → a tree of pieces. Comments, documentation included, are no pieces.

/// One piece of source text; `at` is its first byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece<'t> {
    /// A name or a keyword; `r#type` is `type`.
    Word { text: &'t str, at: usize },
    /// One character of punctuation.
    Mark { mark: char, at: usize },
    /// A text in quotes, of whatever kind.
    Text { at: usize },
    /// A number, a character, a lifetime.
    Other,
    /// What stands in a pair of brackets.
    Group { open: char, inside: Vec<Self>, at: usize },
}

impl<'t> Piece<'t> {
    pub(crate) fn word(&self) -> Option<&'t str> {
        match self {
            Self::Word { text, .. } => Some(text),
            _ => None,
        }
    }

    pub(crate) fn is_word(&self, wanted: &str) -> bool {
        self.word() == Some(wanted)
    }

    pub(crate) fn is_mark(&self, wanted: char) -> bool {
        matches!(self, Self::Mark { mark, .. } if *mark == wanted)
    }

    /// What stands in brackets of this kind.
    pub(crate) fn group(&self, wanted: char) -> Option<&[Self]> {
        match self {
            Self::Group { open, inside, .. } if *open == wanted => Some(inside),
            _ => None,
        }
    }
}

/// Something that begins and does not end.
struct Unclosed;

/// Every piece, in order; `None` where brackets or quotes don't close.
pub(crate) fn read(text: &str) -> Option<Vec<Piece<'_>>> {
    let mut lexer = Lexer { text, at: 0 };
    let mut open: Vec<(char, usize, Vec<Piece<'_>>)> = Vec::new();
    let mut pieces = Vec::new();
    while let Some(next) = lexer.next().ok()? {
        match next {
            Piece::Mark { mark: mark @ ('(' | '[' | '{'), at } => open.push((mark, at, std::mem::take(&mut pieces))),
            Piece::Mark { mark: mark @ (')' | ']' | '}'), .. } => {
                let (opened, at, outside) = open.pop()?;
                if !matches!((opened, mark), ('(', ')') | ('[', ']') | ('{', '}')) {
                    return None;
                }
                let inside = std::mem::replace(&mut pieces, outside);
                pieces.push(Piece::Group { open: opened, inside, at });
            }
            piece => pieces.push(piece),
        }
    }
    open.is_empty().then_some(pieces)
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// The next piece, `None` at the end.
    fn next(&mut self) -> Result<Option<Piece<'t>>, Unclosed> {
        self.skip_space()?;
        let (at, rest) = (self.at, self.rest());
        let Some(first) = rest.chars().next() else { return Ok(None) };
        if let Some(length) = quoted(rest) {
            self.at += length?;
            return Ok(Some(Piece::Text { at }));
        }
        let piece = match first {
            '\'' => {
                self.at += character(rest).unwrap_or_else(|| 1 + word(&rest[1..]));
                Piece::Other
            }
            'b' if rest.starts_with("b'") => {
                self.at += 1 + character(&rest[1..]).ok_or(Unclosed)?;
                Piece::Other
            }
            '0'..='9' => {
                self.at += word(rest);
                Piece::Other
            }
            _ if word(rest) > 0 => {
                let raw = rest.strip_prefix("r#").filter(|name| word(name) > 0);
                let name = raw.unwrap_or(rest);
                let length = word(name);
                self.at += length + rest.len() - name.len();
                Piece::Word { text: &name[..length], at }
            }
            mark => {
                self.at += mark.len_utf8();
                Piece::Mark { mark, at }
            }
        };
        Ok(Some(piece))
    }

    /// Past white space and comments, which may stand in each other.
    fn skip_space(&mut self) -> Result<(), Unclosed> {
        loop {
            let rest = self.rest();
            let space = rest.len() - rest.trim_start().len();
            if space > 0 {
                self.at += space;
            } else if rest.starts_with("//") {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if rest.starts_with("/*") {
                let mut depth = 0_usize;
                loop {
                    let rest = self.rest();
                    let end = rest.find("*/").ok_or(Unclosed)?;
                    let begin = rest.find("/*").filter(|begin| *begin < end);
                    self.at += begin.unwrap_or(end) + 2;
                    depth = if begin.is_some() { depth + 1 } else { depth - 1 };
                    if depth == 0 {
                        break;
                    }
                }
            } else {
                return Ok(());
            }
        }
    }
}

/// How many bytes of a name, or of a number, the text begins with.
fn word(text: &str) -> usize {
    text.find(|one: char| !(one.is_alphanumeric() || one == '_')).unwrap_or(text.len())
}

/// The length of the text in quotes that stands here: `"…"`, `b"…"`, `r#"…"#`; `None` where none does.
fn quoted(text: &str) -> Option<Result<usize, Unclosed>> {
    let prefix = ["br", "cr", "r", "b", "c", ""].into_iter().find(|prefix| {
        let behind = text.strip_prefix(prefix);
        behind.is_some_and(|behind| {
            let hashes = if prefix.ends_with('r') { behind.trim_start_matches('#') } else { behind };
            hashes.starts_with('"')
        })
    })?;
    let behind = &text[prefix.len()..];
    if prefix.ends_with('r') {
        let hashes = behind.len() - behind.trim_start_matches('#').len();
        let start = prefix.len() + hashes + 1;
        let end = format!("\"{}", &behind[..hashes]);
        return Some(text[start..].find(&end).map(|length| start + length + end.len()).ok_or(Unclosed));
    }
    let mut is_escaped = false;
    for (offset, one) in behind.char_indices().skip(1) {
        match one {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return Some(Ok(prefix.len() + offset + 1)),
            _ => {}
        }
    }
    Some(Err(Unclosed))
}

/// The length of the character in quotes that stands here; `None` for a lifetime.
fn character(text: &str) -> Option<usize> {
    let inside = &text[1..];
    let first = inside.chars().next()?;
    if first == '\\' {
        // The escaped character may be a quote.
        let escaped = 1 + inside[1..].chars().next()?.len_utf8();
        return inside[escaped..].find('\'').map(|length| 1 + escaped + length + 1);
    }
    inside[first.len_utf8()..].starts_with('\'').then(|| 2 + first.len_utf8())
}

#[cfg(test)]
mod tests {
    use proc_macro2::{TokenStream, TokenTree};
    use std::path::Path;

    use super::*;

    fn words(pieces: &[Piece<'_>], found: &mut Vec<String>) {
        for piece in pieces {
            match piece {
                Piece::Word { text, .. } => found.push((*text).to_owned()),
                Piece::Group { inside, .. } => words(inside, found),
                _ => {}
            }
        }
    }

    fn words_of_tokens(tokens: TokenStream, found: &mut Vec<String>) {
        let mut after_hash = false;
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            // Documentation is an attribute there, and a comment here.
            if after_hash
                && let TokenTree::Group(group) = &token
                && group.stream().to_string().starts_with("doc =")
            {
                after_hash = false;
                continue;
            }
            match &token {
                TokenTree::Ident(name) => found.push(name.to_string().trim_start_matches("r#").to_owned()),
                TokenTree::Group(group) => words_of_tokens(group.stream(), found),
                TokenTree::Punct(mark) if mark.as_char() == '\'' => drop(tokens.next()),
                _ => {}
            }
            let is_inner = after_hash && matches!(&token, TokenTree::Punct(mark) if mark.as_char() == '!');
            after_hash = is_inner || matches!(&token, TokenTree::Punct(mark) if mark.as_char() == '#');
        }
    }

    fn each_source(folder: &Path, check: &mut impl FnMut(&Path, &str)) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                each_source(&path, check);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                check(&path, &std::fs::read_to_string(&path).unwrap());
            }
        }
    }

    #[test]
    fn reads_our_own_sources_as_the_compiler_does() {
        let mut files = 0;
        each_source(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut |path, text| {
            let (mut ours, mut theirs) = (Vec::new(), Vec::new());
            words(&read(text).unwrap_or_else(|| panic!("{} is not read", path.display())), &mut ours);
            words_of_tokens(text.parse().unwrap(), &mut theirs);
            // `#[doc = …]` that is written out is left out there only.
            ours.retain(|word| word != "doc");
            theirs.retain(|word| word != "doc");
            assert!(ours == theirs, "{}", path.display());
            files += 1;
        });
        assert!(files > 80);
    }

    #[test]
    fn quotes_comments_and_lifetimes_hide_no_word_and_are_none() {
        let text = "a /* b /* c */ d */ 'l: e '\\'' '\"' f \"g \\\" h\" r#\"i \" j\"# b\"k\" b'x' br##\"\"#\"## r#type 1.0e3 // m\nn";
        let mut found = Vec::new();
        words(&read(text).unwrap(), &mut found);
        assert_eq!(found, ["a", "e", "f", "type", "n"]);
        for open in ["(", "\"", "r#\"\"", "/* /* */", "(]"] {
            assert_eq!(read(open), None, "{open}");
        }
    }
}
