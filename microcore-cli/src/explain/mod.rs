//! `microcore explain MC0307`: the page of an error, from inside of this program.
//!
//! The pages are packed into one text, as the template is; a test compares it with `docs/errors/`.

use crate::names;
use crate::problem::{Problem, Result};
use crate::template::unpack;

const PACKED: &str = include_str!("packed.txt");

/// The page of a code, as it is written or in small letters.
pub(crate) fn explain(code: &str) -> Result<&'static str> {
    let wanted = code.trim_matches(['[', ']']).to_uppercase();
    // `307` and `MC307` are said as well.
    let digits = wanted.strip_prefix("MC").unwrap_or(&wanted);
    let is_number = !digits.is_empty() && digits.chars().all(|char| char.is_ascii_digit());
    let wanted = if is_number { format!("MC{digits:0>4}") } else { wanted };
    if let Some((_, page)) = unpack(PACKED).find(|(name, _)| name.trim_end_matches(".md") == wanted) {
        return Ok(page);
    }
    let known = || unpack(PACKED).map(|(name, _)| name.trim_end_matches(".md"));
    Err(Problem::new(format!("there is no error `{code}`")).help(match names::nearest(&wanted, known()) {
        Some(near) => {
            format!("did you mean `{near}`? A code of rustc, such as `E0277`, is explained by `rustc --explain`")
        }
        None => "codes are such as `MC0307`; one of rustc is explained by `rustc --explain`".to_owned(),
    }))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn the_packed_pages_are_those_of_the_documentation() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/errors");
        let mut names: Vec<String> = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.starts_with("MC"))
            .collect();
        names.sort();
        let files = names.into_iter().map(|name| (name.clone(), fs::read_to_string(folder.join(name)).unwrap()));
        crate::template::tests::packed("src/explain/packed.txt", files, PACKED);
    }

    #[test]
    fn a_code_leads_to_its_page() {
        for code in ["[mc0307]", "307", "mc307", "MC0307"] {
            assert!(explain(code).unwrap().starts_with("# MC0307"), "{code}");
        }
        assert!(explain("MC9999").unwrap_err().to_string().contains("codes are such as"));
    }
}
