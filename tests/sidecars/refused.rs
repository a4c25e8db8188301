//! What a folder of guests is refused for, with file and line, and that nothing else moves meanwhile.

use crate::folder::{Folder, Language, last_error, status, until};

/// A guest that would never say hello, with these lines in its manifest.
fn quiet(lines: &str) -> String {
    format!("kind = \"process\"\ncommand = [\"sleep\", \"60\"]\ncontract = 1\n{lines}\n")
}

#[microcore::test]
async fn every_rule_of_plugins_holds_for_guests_with_file_and_line() {
    let folder = Folder::new();
    let cases = [
        (
            "taken",
            "[[route]]\nname = \"a\"\nget = \"/people/{x}\"",
            "6: GET /people/{x} is answered by GET /people/{id} of the plugin people.person",
        ),
        ("hidden", "[[route]]\nname = \"a\"\nget = \"/people/me\"", "6: GET /people/me is answered by"),
        (
            "system",
            "[[route]]\nname = \"a\"\nget = \"/system/guests\"",
            "6: GET /system/guests is below a path of the framework",
        ),
        ("deaf", "[[on]]\nevent = \"order.payed\"", "5: the application has no event `order.payed`; it has"),
        ("loud", "[publishes]\nevents = [\"nothing\"]", "5: the application has no event `nothing`"),
        ("column", "[sql]\na = \"SELECT sum FROM orders\"", "5: the database refuses the statement `a`"),
        (
            "foreign",
            "[sql]\na = \"SELECT id FROM \\\"People\\\"\"",
            "5: the statement `a` uses the table `people` of the domain `people`",
        ),
        ("inside", "[sql]\na = \"SELECT * FROM sqlite_master\"", "5: the statement `a` names `sqlite_master`"),
        (
            "drops",
            "[sql]\na = \"DROP TABLE orders\"",
            "5: the statement `a` begins with DROP: it may begin with SELECT",
        ),
        ("two", "[sql]\na = \"SELECT 1; DELETE FROM orders\"", "5: the database refuses the statement `a`"),
        (
            "schema",
            "[[route]]\nname = \"a\"\npost = \"/a\"\nbody = \"wrong.json\"",
            "7: `wrong.json` is no JSON Schema at `/type`",
        ),
        ("no_schema", "[[route]]\nname = \"a\"\nget = \"/b\"\nanswer = \"none.json\"", "7: `none.json` can't be read"),
        ("unset", "[config]\nkeys = [\"NOT_SET\"]", "5: NOT_SET is not set"),
        ("unknown", "colour = 1", "4: the manifest has no `colour`"),
    ];
    for (name, lines, _) in cases {
        folder.write(&format!("shop/{name}/plugin.toml"), &quiet(lines));
    }
    folder.write("shop/schema/wrong.json", "{ \"type\": \"text\" }");
    let app = folder.boot().await;
    for (name, _, said) in cases {
        let wrong = last_error(&app, &format!("shop.{name}"));
        assert!(wrong.contains(&format!("shop/{name}/plugin.toml:{said}")), "{name}: {wrong}");
        assert_eq!(status(&app, &format!("shop.{name}")).unwrap().state, "failed");
    }
    assert_eq!(app.get("/people/7").await.data(), 7, "plugins are asked as ever");
    assert_eq!(app.get("/orders/count").await.data(), 0, "and no statement was run");
    assert_eq!(app.get("/nowhere").await.status, 404);
    app.stop().await;
}

#[microcore::test]
async fn whoever_never_says_hello_or_has_another_token_is_not_let_in() {
    let folder = Folder::new();
    folder.write("shop/quiet/plugin.toml", &quiet(""));
    folder.write(
        "shop/ends/plugin.toml",
        &quiet("").replace("[\"sleep\", \"60\"]", "[\"sh\", \"-c\", \"echo no grpc here >&2; exit 7\"]"),
    );
    folder.write("shop/absent/plugin.toml", &quiet("").replace("sleep", "no-such-program"));
    let app = folder.boot_with(&[("SIDECARS_START", "300ms")]).await;
    for (name, said) in [
        ("shop.quiet", "it said no hello within 300ms"),
        ("shop.ends", "it ended with the exit code 7, before it said hello; the last that it printed: no grpc here"),
        ("shop.absent", "`no-such-program` can't be started"),
    ] {
        until(said, async || last_error(&app, name).contains(said)).await;
    }
    app.stop().await;
}

#[microcore::test]
async fn a_folder_that_is_none_ends_the_boot() {
    let boot = microcore::testing::boot::<crate::App>().with("SIDECARS_DIR", "/no/such/folder");
    let refused = microcore::testing::Running::<crate::App>::boot(&boot).await.err().unwrap();
    assert!(refused.to_string().contains("SIDECARS_DIR"), "{refused}");
}

/// gRPC for Python says the socket's path as the authority, which HTTP/2 refuses; the SDK says `localhost`.
#[microcore::test]
async fn a_client_that_names_no_authority_is_not_understood() {
    if !Language::Python.is_there() {
        return;
    }
    let folder = Folder::new();
    folder.install(Language::Python, "naive", |manifest| manifest);
    let sdk = std::fs::read_to_string(crate::folder::sdk().join("python/microcore_sidecar.py")).unwrap();
    let naive = sdk.replace("(\"grpc.default_authority\", \"localhost\"), ", "");
    assert_ne!(sdk, naive);
    folder.write("shop/naive/microcore_sidecar.py", &naive);
    let app = folder.boot().await;
    assert_eq!(app.get("/version").await.status, 404);
    let wrong = last_error(&app, "shop.naive");
    assert!(wrong.contains("it ended with the exit code 1, before it said hello"), "{wrong}");
    app.stop().await;
}
