//! SQL beside a plugin's impl and in a model is seen, checked and told, where `#[queries]` marks it.

microcore::app! { root: "queries" }

fn main() {
    let manifest = &App::MANIFEST;
    let names = |statements: &[microcore::manifest::StatementFacts]| -> Vec<String> {
        statements.iter().map(|one| format!("{} {:?} {:?}", one.function, one.reads, one.writes)).collect()
    };
    let users = [r#"execute ["users"] []"#, r#"remaining ["users"] []"#, r#"newest ["users"] []"#];
    assert_eq!(names(manifest.plugins[0].statements), users);
    let model = manifest.models[0];
    assert_eq!((model.domain, model.model), ("shop", "user"));
    let shared = [r#"by_id ["users"] []"#, r#"add [] ["users"]"#, r#"in_transaction ["users"] ["users"]"#];
    assert_eq!(names(model.statements), shared);
    // What is not marked is said to be unseen.
    assert_eq!(manifest.unseen, ["src/domains/shop/plugins/read.rs:47", "src/domains/shop/models/user.rs:42"]);
}

use microcore::application::Application as _;
