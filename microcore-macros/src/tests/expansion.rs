//! The code that the macros write.

use proc_macro2::TokenStream;
use quote::quote;

use crate::entry;

/// Formats generated items like hand-written ones.
fn pretty(code: TokenStream) -> String {
    let file = syn::parse2(code).expect("generated code is a list of items");
    let text = prettyplease::unparse(&file);
    assert!(!text.contains("compile_error"), "{text}");
    text
}

#[test]
fn a_plugin_keeps_its_impl_and_gains_its_adapters() {
    let plugin = quote! {
        /// Registers users.
        impl CreateUser {
            pub fn new(db: Db, bus: Bus) -> Self { Self { db, bus } }

            /// Registers a user.
            #[post("/teams/{team}/users", status = 201)]
            async fn execute(&self, team: i64, notify: Option<bool>, body: NewUser) -> Result<UserId> {
                self.bus.publish(UserCreated { team }).await?;
                Ok(self.db.query_one("SELECT id FROM users WHERE team = $1", (team,)).await?.unwrap())
            }

            #[on(TeamDeleted, retries = 2)]
            async fn forget(&self, event: &TeamDeleted) -> Result<()> { Ok(()) }
        }
    };
    insta::assert_snapshot!(pretty(entry::plugin(TokenStream::new(), plugin)));
}

#[test]
fn a_tool_keeps_its_impl_and_gains_the_contract() {
    let tool = quote! {
        /// The wall clock.
        impl Clock {
            pub async fn setup(settings: ClockSettings) -> Result<Self> { Ok(Self) }
            /// Seconds since the epoch.
            pub fn now(&self) -> u64 { 0 }
            pub async fn shutdown(&self) {}
        }
    };
    insta::assert_snapshot!(pretty(entry::tool(tool)));
}

#[test]
fn an_event_gains_its_name_and_its_facts() {
    let event = quote!(
        pub struct UserCreated {
            pub id: i64,
            pub tags: Vec<String>,
        }
    );
    insta::assert_snapshot!(pretty(entry::event(quote!("user.created"), event)));
}

/// A small application, as `app!` has collected it.
fn collected() -> TokenStream {
    quote! {
        []
        { { logger false false db false false bus false false clock true true }
          { tool clock clock event users user_created plugin mail welcome plugin users create_user }
          { "users" "001_users.sql" "domains/users/migrations/001_users.sql" }
          { sqlite true "/app/src" } {} }
        { tool { Clock false }
          event { UserCreated "user.created" false false }
          plugin { [] [UserCreated => send { retries 3 500 } []] [] [] [] [] false false false }
          plugin { [post "/users" execute false false "" get "/users/{id}" one false false ""] [UserCreated => count { inline } []] [] [] [UserCreated]
                   [many query "SELECT id FROM users" 0usize clear execute "DELETE FROM users" _] true false false } }
    }
}

#[test]
fn an_application_is_structs_matches_and_direct_calls() {
    insta::assert_snapshot!(pretty(entry::wire(collected())));
}

/// The folder stands in a debug build's manifest, and among what the check of SQL reads, which is gone when that has run.
#[test]
fn what_is_shipped_says_nothing_about_the_machine_that_built_it() {
    let text: String = pretty(entry::wire(collected())).split_whitespace().collect();
    let folder = r#"folder:if::core::cfg!(debug_assertions){::core::env!("CARGO_MANIFEST_DIR")}else{""}"#;
    let checked = r#"mc::statements!{sqlitetrue"/app/src""#;
    assert!(text.contains(folder) && text.contains(checked), "{text}");
    let rest = text.replace(folder, "").replace(checked, "");
    for word in ["CARGO_MANIFEST_DIR", "/app", "file!", "OUT_DIR"] {
        assert!(!rest.contains(word), "{word} in {rest}");
    }
}
