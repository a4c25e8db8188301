//! What each rule lets pass, and that it is what the crate `validator` lets pass where both mean the same.

use std::collections::BTreeMap;

use proptest::prelude::*;
use validator::{ValidateEmail, ValidateLength, ValidateRange, ValidateUrl};

use super::*;

#[test]
fn an_address_is_what_the_documents_pattern_says() {
    let local = "a".repeat(64);
    let label = "b".repeat(63);
    let domain = format!("{}.{}.{}.{}", "b".repeat(63), "b".repeat(63), "b".repeat(63), "b".repeat(63));
    for good in [
        "ana@example.com",
        "a.b.c@example.com",
        "a+b@localhost",
        "!#$%&'*+/=?^_`{|}~-@a-b.example",
        "a@127.0.0.1",
        &format!("{local}@{label}.com"),
        &format!("a@{domain}"),
    ] {
        assert!(is_email(good), "{good}");
    }
    for bad in [
        "",
        "ana",
        "@example.com",
        "ana@",
        ".ana@example.com",
        "ana.@example.com",
        "a..b@example.com",
        "a@b@c",
        "a b@example.com",
        "ana@example.com ",
        "ana@example.com\n",
        "ana@-a.example",
        "ana@a-.example",
        "ana@a..example",
        "ana@example.com.",
        "ana@exa_mple.com",
        "jos\u{e9}@example.com",
        "ana@m\u{fc}ller.example",
        "\"ana\"@example.com",
        "ana@[127.0.0.1]",
        &format!("{local}a@example.com"),
        &format!("a@{label}b.com"),
        &format!("a@{domain}.b"),
    ] {
        assert!(!is_email(bad), "{bad}");
    }
    assert!(is_email(&None::<String>), "nothing is wrong with nothing");
}

#[test]
fn a_url_is_an_absolute_uri() {
    for good in [
        "https://example.com",
        "http://localhost:80",
        "HTTP://a:b@example.com:/%20?a=b#c",
        "http://[::1]:8080/",
        "http://127.0.0.1",
        "ftp://a",
        "mailto:ana@example.com",
        "urn:isbn:0451450523",
        "file:///etc/hosts",
        "data:,x",
    ] {
        assert!(is_url(good), "{good}");
        assert!(good.validate_url(), "{good} by the other");
    }
    for bad in [
        "",
        "http",
        "http:",
        "http://",
        "http:///x",
        "https:example.com",
        "//example.com",
        "/x",
        "1http://a",
        "http://a b",
        "http://a/%zz",
        "http://a/%2",
        "http://a:x",
        "http://a:65536",
        "http://[::1",
        "http://[x]",
        "http://999.1.1.1",
        "http://m\u{fc}ller.example",
        "http://a/\u{e9}",
        "http://a#b#c",
        " http://a",
        "http://a/<x>",
    ] {
        assert!(!is_url(bad), "{bad}");
    }
}

#[test]
fn what_compares_with_nothing_is_within_no_range() {
    for number in [f64::NAN, -f64::NAN] {
        assert!(!is_within(&number, Some(-90.0), Some(90.0), None, None));
        assert!(!is_within(&number, Some(-90.0), None, None, None));
        assert!(!is_within(&number, None, Some(90.0), None, None));
        assert!(!is_within(&number, None, None, Some(-90.0), None));
        assert!(!is_within(&number, None, None, None, Some(90.0)));
        assert!(!is_within(&Some(number), Some(-90.0), None, None, None));
    }
    assert!(!is_within(&1.0, Some(f64::NAN), None, None, None), "and neither is anything within a bound that is none");
    assert!(is_within(&None, Some(1), Some(2), None, None));
    assert!(is_within(&i64::MAX, Some(0), Some(i64::MAX), None, None));
}

#[test]
fn a_length_is_in_characters_or_items() {
    assert!(has_length("\u{e9}\u{e9}", None, None, Some(2)));
    assert!(has_length(&Some(vec![1]), Some(1), Some(1), None));
    assert!(!has_length(&BTreeMap::from([(1, 2)]), Some(2), None, None));
    assert!(has_length(&None::<String>, Some(2), None, None));
    assert!(!has_length(&Box::new("abc".to_owned()), None, Some(2), None));
}

#[test]
fn the_other_rules_of_texts_hold_for_what_is_there() {
    assert!(is_ip("::1") && is_ip("127.0.0.1") && !is_ip("127.0.0.01") && !is_ip("a") && is_ip(&None::<String>));
    assert!(contains("a@b", "@") && !contains("ab", "@") && does_not_contain("ab", "@"));
    assert!(
        has_no_control_characters("a b") && !has_no_control_characters("a\u{7}") && !has_no_control_characters("\n")
    );
    assert!(matches("ab", |text| text.len() == 2) && matches(&None::<String>, |_| false));
    assert!(is_there(&Some(1)) && !is_there(&None::<u8>));
}

proptest! {
    /// They differ in what is outside of ASCII, in brackets, and in dots out of place only.
    #[test]
    fn an_address_is_one_for_the_other_crate_too(text in "[a-zA-Z0-9.!#$@+_ -]{0,8}@?[a-zA-Z0-9._-]{0,16}") {
        let local = text.rsplit_once('@').map_or("", |(local, _)| local);
        let has_dots_in_place = !local.starts_with('.') && !local.ends_with('.') && !local.contains("..");
        prop_assert_eq!(is_email(&text), text.validate_email() && has_dots_in_place);
    }

    #[test]
    fn a_length_is_the_one_of_the_other_crate(text in "\\PC{0,12}", min in 0_u64..14, max in 0_u64..14, equal in proptest::option::of(0_u64..14)) {
        prop_assert_eq!(has_length(&text, Some(min), Some(max), equal), text.validate_length(Some(min), Some(max), equal));
    }

    #[test]
    fn a_number_is_within_what_it_is_within_for_the_other_crate(value: i16, bounds: [Option<i16>; 4]) {
        let [min, max, over, under] = bounds;
        prop_assert_eq!(is_within(&value, min, max, over, under), value.validate_range(min, max, over, under));
        let (float, [min, max, over, under]) = (f32::from(value), bounds.map(|bound| bound.map(f32::from)));
        prop_assert_eq!(is_within(&float, min, max, over, under), float.validate_range(min, max, over, under));
    }

    /// What is read as a URI is read by the other crate, which reads more.
    #[test]
    fn a_web_url_is_one_for_the_other_crate_too(text in "https?://[a-z][a-z0-9-]{0,6}[a-z](\\.[a-z]{1,4})?(:[0-9]{1,6})?(/[a-z0-9%._~-]{0,10})?(\\?[a-z=&%]{0,8})?(#[a-z]{0,4})?") {
        if is_url(&text) {
            prop_assert!(text.validate_url());
        }
    }
}
