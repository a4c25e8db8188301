//! Folders of files over real sockets: what is served, and what answers as if it were not there.

use std::fs;

use microcore_runtime::server::ServerSettings;
use microcore_runtime::settings::{Environment, Settings};
use tempfile::TempDir;

use crate::client::Answer;
use crate::fixture::Server;

/// A folder `public` beside a file that nobody may see.
fn folder() -> TempDir {
    let place = TempDir::new().unwrap();
    let write = |name: &str, text: &str| {
        let path = place.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("secret.txt", "secret");
    for (name, text) in [
        ("index.html", "<p>home</p>"),
        ("site.css", "p {}"),
        ("site.css.br", "brotli"),
        ("site.css.gz", "gzip"),
        ("deep/index.html", "<p>deep</p>"),
        ("app.db", "rows"),
        ("key.pem", "key"),
        ("Makefile", "all:"),
        (".env", "PASSWORD=x"),
        (".git/config", "git"),
        ("deep/.hidden/x.css", "x"),
        (".well-known/acme", "token"),
    ] {
        write(&format!("public/{name}"), text);
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(place.path().join("secret.txt"), place.path().join("public/escape.txt")).unwrap();
        std::os::unix::fs::symlink(place.path().join("public/site.css"), place.path().join("public/inside.css"))
            .unwrap();
    }
    place
}

async fn served(place: &TempDir, prefix: &str, more: &[(&str, &str)]) -> Server {
    let mount = format!("{prefix}={}", place.path().join("public").display());
    let mut settings = vec![("HTTP_STATIC", mount.as_str())];
    settings.extend(more);
    match settings[..] {
        [one] => Server::with([one]).await,
        [one, two] => Server::with([one, two]).await,
        _ => unreachable!("a test has one setting more at the most"),
    }
}

async fn get(server: &Server, path: &str, headers: &str) -> Answer {
    let mut client = server.client().await;
    client.send(&format!("GET {path} HTTP/1.1\r\nhost: test\r\n{headers}\r\n")).await;
    client.answer().await
}

#[tokio::test]
async fn files_are_served_below_their_path_and_routes_go_first() {
    let place = folder();
    let server = served(&place, "/", &[]).await;
    for (path, body) in [
        ("/", "<p>home</p>"),
        ("/index.html", "<p>home</p>"),
        ("/deep/", "<p>deep</p>"),
        ("/site%2ecss", "p {}"),
        ("/inside.css", "p {}"),
        ("/.well-known/acme", "token"),
    ] {
        let answer = get(&server, path, "").await;
        assert_eq!((answer.status, answer.body.as_str()), (200, body), "{path}");
    }
    assert_eq!(get(&server, "/site.css", "").await.header("content-type"), Some("text/css; charset=utf-8"));
    assert_eq!(get(&server, "/hello", "").await.json()["data"], "hello", "a route goes first");
    let below = served(&place, "/assets/", &[]).await;
    assert_eq!(get(&below, "/assets/site.css", "").await.status, 200);
    assert_eq!(get(&below, "/assetssite.css", "").await.status, 404);
    assert_eq!(get(&below, "/site.css", "").await.status, 404);
}

/// The links of its index begin at the last slash.
#[tokio::test]
async fn a_folder_is_at_its_slash() {
    let place = folder();
    let server = served(&place, "/assets", &[("HTTP_STATIC_PAGES", "true")]).await;
    for (target, location) in [
        ("/assets", "assets/"),
        ("/assets/deep", "deep/"),
        ("/assets/deep?a=b", "deep/?a=b"),
        ("/assets/%64eep", "%64eep/"),
    ] {
        let moved = get(&server, target, "accept: text/html\r\n").await;
        assert_eq!((moved.status, moved.header("location")), (308, Some(location)), "{target}");
    }
    assert_eq!(get(&server, "/assets/deep/", "").await.body, "<p>deep</p>");
    assert_eq!(get(&server, "/assets//deep", "").await.status, 404);
}

#[tokio::test]
async fn what_may_not_be_served_answers_as_what_is_not_there() {
    let place = folder();
    let server = served(&place, "/", &[]).await;
    let missing = get(&server, "/none.css", "").await;
    let paths = [
        "/app.db",
        "/key.pem",
        "/Makefile",
        "/.env",
        "/.git/config",
        "/deep/.hidden/x.css",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/deep/..%2f..%2fsecret.txt",
        "/escape.txt",
        "//etc/passwd",
        "/deep%5c..%5c..%5csecret.txt",
        "/site.css%00.txt",
        "/.well-known/../.env",
        "/.well-known/.x",
    ];
    for path in paths {
        let answer = get(&server, path, "").await;
        assert_eq!((answer.status, &answer.json()["error"]["code"]), (404, &missing.json()["error"]["code"]), "{path}");
        assert_eq!(answer.header("etag"), None, "{path}");
    }
}

/// RFC 9110, 15.5.6 and 9.3.7.
#[tokio::test]
async fn a_file_tells_its_methods_and_what_is_not_served_has_none() {
    let place = folder();
    let server = served(&place, "/", &[("HTTP_STATIC_PAGES", "true")]).await;
    let mut client = server.client().await;
    for path in ["/site.css", "/deep/", "/"] {
        client.post(path, "", "x").await;
        let refused = client.answer().await;
        assert_eq!((refused.status, refused.header("allow")), (405, Some("GET, HEAD, OPTIONS")), "{path}");
        client.ask(&format!("OPTIONS {path}")).await;
        let told = client.answer().await;
        assert_eq!((told.status, told.header("allow")), (204, Some("GET, HEAD, OPTIONS")), "{path}");
    }
    for path in ["/none.css", "/app.db", "/.env", "/escape.txt", "/some/page"] {
        client.post(path, "accept: text/html\r\n", "x").await;
        assert_eq!(client.answer().await.status, 404, "{path}");
    }
}

/// Opening a pipe waits for somebody who writes; there is nobody.
#[cfg(unix)]
#[tokio::test]
async fn a_pipe_in_a_folder_is_no_file_and_holds_up_nobody() {
    let place = folder();
    for name in ["pipe.css", "site.css.zip", "index.html.br"] {
        let path = place.path().join("public").join(name);
        assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
    }
    let server = served(&place, "/", &[("HTTP_STATIC_ENDINGS", "*")]).await;
    for path in ["/pipe.css", "/site.css.zip"] {
        assert_eq!(get(&server, path, "").await.status, 404, "{path}");
    }
    let whole = get(&server, "/", "accept-encoding: br\r\n").await;
    assert_eq!((whole.status, whole.body.as_str()), (200, "<p>home</p>"), "a twin that is a pipe is none");
}

#[tokio::test]
async fn the_endings_are_a_list_that_can_be_narrowed_or_lifted() {
    let place = folder();
    let narrow = served(&place, "/", &[("HTTP_STATIC_ENDINGS", "html")]).await;
    assert_eq!((get(&narrow, "/site.css", "").await.status, get(&narrow, "/", "").await.status), (404, 200));
    let every = served(&place, "/", &[("HTTP_STATIC_ENDINGS", "*")]).await;
    assert_eq!((get(&every, "/Makefile", "").await.status, get(&every, "/.env", "").await.status), (200, 404));
}

#[tokio::test]
async fn ranges_conditions_and_compressed_twins_are_served() {
    let place = folder();
    let server = served(&place, "/", &[]).await;
    let whole = get(&server, "/site.css", "").await;
    let tag = whole.header("etag").unwrap().to_owned();
    assert_eq!(whole.header("vary"), Some("accept-encoding"));
    let known = get(&server, "/site.css", &format!("if-none-match: {tag}\r\n")).await;
    assert_eq!((known.status, known.body.as_str()), (304, ""));
    let part = get(&server, "/site.css", "range: bytes=0-0\r\n").await;
    assert_eq!((part.status, part.body.as_str()), (206, "p"));
    for (accepted, encoding, body) in [
        ("gzip, br", Some("br"), "brotli"),
        ("gzip", Some("gzip"), "gzip"),
        ("br;q=0, gzip", Some("gzip"), "gzip"),
        ("br;q=0.5, gzip", Some("gzip"), "gzip"),
        ("*, br;q=0.1", Some("gzip"), "gzip"),
        ("identity, br;q=0.5", None, "p {}"),
        ("identity", None, "p {}"),
    ] {
        let answer = get(&server, "/site.css", &format!("accept-encoding: {accepted}\r\n")).await;
        assert_eq!((answer.header("content-encoding"), answer.body.as_str()), (encoding, body), "{accepted}");
        assert_eq!(answer.header("content-type"), Some("text/css; charset=utf-8"));
        assert_eq!(
            answer.header("etag") == Some(tag.as_str()),
            encoding.is_none(),
            "{accepted}: another representation"
        );
    }
}

/// RFC 9110, 13.1.1, 13.1.4 and 13.2.2.
#[tokio::test]
async fn a_condition_that_does_not_hold_is_412_and_goes_before_the_others() {
    let place = folder();
    let server = served(&place, "/", &[]).await;
    let whole = get(&server, "/site.css", "").await;
    let (tag, date) = (whole.header("etag").unwrap(), whole.header("last-modified").unwrap());
    let long_ago = "Mon, 01 Jan 2001 00:00:00 GMT";
    for (headers, status) in [
        ("if-match: \"x\"\r\n".to_owned(), 412),
        (format!("if-match: W/{tag}\r\n"), 412),
        (format!("if-match: \"x\", {tag}\r\n"), 200),
        (format!("if-match: \"x\"\r\nif-match: {tag}\r\n"), 200),
        ("if-match: *\r\n".to_owned(), 200),
        (format!("if-unmodified-since: {long_ago}\r\n"), 412),
        (format!("if-unmodified-since: {date}\r\n"), 200),
        ("if-unmodified-since: yesterday\r\n".to_owned(), 200),
        (format!("if-match: {tag}\r\nif-unmodified-since: {long_ago}\r\n"), 200),
        (format!("if-match: \"x\"\r\nif-none-match: {tag}\r\n"), 412),
        (format!("if-match: {tag}\r\nif-none-match: {tag}\r\n"), 304),
        (format!("if-none-match: \"x\"\r\nif-none-match: {tag}\r\n"), 304),
        ("if-match: \"x\"\r\nrange: bytes=0-0\r\n".to_owned(), 412),
        (format!("if-match: {tag}\r\nrange: bytes=0-0\r\n"), 206),
    ] {
        let answer = get(&server, "/site.css", &headers).await;
        assert_eq!(answer.status, status, "{headers}");
        assert_eq!(answer.header("etag"), Some(tag), "{headers}");
        if status == 412 {
            assert_eq!(answer.json()["error"]["code"], "precondition_failed", "{headers}");
        }
    }
}

/// RFC 9110, 14.2.
#[tokio::test]
async fn a_range_is_of_get_only() {
    let place = folder();
    let server = served(&place, "/", &[]).await;
    for range in ["bytes=0-0", "bytes=9-"] {
        let mut client = server.client().await;
        client.send(&format!("HEAD /site.css HTTP/1.1\r\nhost: test\r\nrange: {range}\r\n\r\n")).await;
        let answer = client.answer_to_head().await;
        assert_eq!((answer.status, answer.header("content-range")), (200, None), "{range}");
        assert_eq!((answer.header("content-length"), answer.header("accept-ranges")), (Some("4"), Some("bytes")));
    }
}

#[tokio::test]
async fn a_page_of_the_browsers_own_routing_is_the_index_and_a_missing_script_is_missing() {
    let place = folder();
    let pages = served(&place, "/", &[("HTTP_STATIC_PAGES", "true")]).await;
    let html = "accept: text/html,*/*\r\n";
    assert_eq!(get(&pages, "/some/page", html).await.body, "<p>home</p>");
    assert_eq!(get(&pages, "/missing.js", html).await.status, 404);
    assert_eq!(get(&pages, "/some/page", "accept: application/json\r\n").await.status, 404);
    let plain = served(&place, "/", &[]).await;
    assert_eq!(get(&plain, "/some/page", html).await.status, 404);
}

#[test]
fn a_folder_that_is_not_there_refuses_to_boot() {
    for wrong in ["/assets=/no/such/folder", "/assets=/etc/passwd", "assets=/tmp", "public"] {
        let settings = ServerSettings::load(&Environment::of([("HTTP_STATIC", wrong)])).unwrap();
        assert!(settings.verify().unwrap_err().to_string().contains("HTTP_STATIC"), "{wrong}");
    }
}

#[test]
fn two_folders_on_one_path_and_a_path_that_nobody_can_ask_for_refuse_to_boot() {
    let said = |name: &str, text: &str| {
        let settings = ServerSettings::load(&Environment::of([(name, text)])).unwrap();
        settings.verify().err().map(|problems| problems.to_string()).unwrap_or_default()
    };
    assert_eq!(said("HTTP_STATIC", "/a=src,/a/b=src,/=src,/%20=src"), "");
    for twice in ["/a=src,/a=tests", "/a=src,/a/=src", "/=src,/b=src,/=src"] {
        assert!(said("HTTP_STATIC", twice).contains("must have a path of its own"), "{twice}");
    }
    for nowhere in ["/a b=src", "/a?b=src", "//a=src", "/a//b=src", "/a:b=src", "/\u{e9}=src"] {
        assert!(said("HTTP_STATIC", nowhere).contains("must be a path and a folder"), "{nowhere}");
    }
    assert_eq!(said("HTTP_STATIC_ENDINGS", "css,mp3,*"), "");
    for ending in [".css", "CSS"] {
        let said = said("HTTP_STATIC_ENDINGS", ending);
        assert!(said.starts_with("HTTP_STATIC_ENDINGS must be") && said.contains(ending), "{said}");
    }
}

#[tokio::test]
async fn a_file_has_no_slash_at_its_end() {
    let place = folder();
    let server = served(&place, "/assets", &[]).await;
    for path in ["/assets/site.css/", "/assets/index.html/", "/assets/deep/index.html/", "/assets/none/"] {
        let answer = get(&server, path, "").await;
        assert_eq!((answer.status, answer.header("location")), (404, None), "{path}");
        let mut client = server.client().await;
        client.ask(&format!("DELETE {path}")).await;
        assert_eq!(client.answer().await.status, 404, "{path}");
    }
}

/// The browser's own routing has names with dots in them.
#[tokio::test]
async fn a_page_may_have_a_dot_in_its_name() {
    let place = folder();
    let server = served(&place, "/spa", &[("HTTP_STATIC_PAGES", "true")]).await;
    let page = "accept: text/html,*/*;q=0.8\r\n";
    for path in ["/spa/users/john.doe", "/spa/v1.2", "/spa/a.b/c", "/spa/john.doe/", "/spa/app.db"] {
        let answer = get(&server, path, page).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "<p>home</p>"), "{path}");
    }
    for path in ["/spa/none.css", "/spa/none.JS", "/spa/deep/none.html", "/spa/site.css/", "/spa/.env"] {
        assert_eq!(get(&server, path, page).await.status, 404, "{path}");
    }
    for (accept, status) in [
        ("accept: TEXT/HTML\r\n", 200),
        ("accept: text/plain\r\naccept: text/html;q=0.1\r\n", 200),
        ("accept: text/html;q=0, */*\r\n", 404),
        ("accept: */*\r\n", 404),
        ("", 404),
    ] {
        assert_eq!(get(&server, "/spa/users/john.doe", accept).await.status, status, "{accept}");
    }
}

#[tokio::test]
async fn where_every_ending_is_served_what_pages_are_made_of_stays_missing() {
    let place = folder();
    let mount = format!("/spa={}", place.path().join("public").display());
    let all = [("HTTP_STATIC", mount.as_str()), ("HTTP_STATIC_PAGES", "true"), ("HTTP_STATIC_ENDINGS", "*")];
    let server = Server::with(all).await;
    for (path, status) in [("/spa/users/john.doe", 200), ("/spa/none.js", 404), ("/spa/app.db", 200)] {
        assert_eq!(get(&server, path, "accept: text/html\r\n").await.status, status, "{path}");
    }
}

#[tokio::test]
async fn caches_are_told_about_files_and_pages_are_asked_for_again() {
    let place = folder();
    let mount = format!("/spa={}", place.path().join("public").display());
    let cached = ("HTTP_STATIC_CACHE", "public, max-age=31536000, immutable");
    let forever = Some("public, max-age=31536000, immutable");
    let server = Server::with([("HTTP_STATIC", mount.as_str()), cached, ("HTTP_STATIC_PAGES", "true")]).await;
    for (path, headers, status, told) in [
        ("/spa/site.css", "", 200, forever),
        ("/spa/site.css", "range: bytes=0-1\r\n", 206, forever),
        ("/spa/site.css", "if-none-match: *\r\n", 304, forever),
        ("/spa/site.css", "if-match: \"other\"\r\n", 412, None),
        ("/spa/none.css", "", 404, None),
        ("/spa/", "", 200, Some("no-cache")),
        ("/spa/users/7", "accept: text/html\r\n", 200, Some("no-cache")),
    ] {
        let answer = get(&server, path, headers).await;
        assert_eq!((answer.status, answer.header("cache-control")), (status, told), "{path} {headers}");
    }
    let server = Server::with([("HTTP_STATIC", mount.as_str()), cached]).await;
    assert_eq!(
        get(&server, "/spa/index.html", "").await.header("cache-control"),
        forever,
        "without pages all is alike"
    );
    let server = Server::with([("HTTP_STATIC", mount.as_str())]).await;
    assert_eq!(get(&server, "/spa/site.css", "").await.header("cache-control"), None);
    let wrong = Environment::of([("HTTP_STATIC", mount.as_str()), ("HTTP_STATIC_CACHE", "a\nb")]);
    let said = ServerSettings::load(&wrong).unwrap().verify().unwrap_err().to_string();
    assert!(said.starts_with("HTTP_STATIC_CACHE must be the value of a header"), "{said}");
}
