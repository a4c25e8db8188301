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
            pub async fn fake() -> Result<Self> { Ok(Self) }
            pub async fn shutdown(&self) {}
        }
    };
    insta::assert_snapshot!(pretty(entry::tool(quote!(notes = "TOOL.md"), tool)));
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
          { event users user_created plugin mail welcome plugin users create_user }
          { "users" "001_users.sql" "domains/users/migrations/001_users.sql" }
          { sqlite true "/app/src" } {} }
        { event { UserCreated "user.created" false false }
          plugin { [] [UserCreated => send { retries 3 500 } []] [] [] [] [] false false false }
          plugin { [post "/users" execute false false "" get "/users/{id}" one false false ""] [UserCreated => count { inline } []] [] [] [UserCreated]
                   [many query "SELECT id FROM users" 0usize clear execute "DELETE FROM users" _] true false false } }
    }
}

#[test]
fn an_application_is_structs_matches_and_direct_calls() {
    insta::assert_snapshot!(pretty(entry::wire(collected())));
}

/// What guests cost the routes of plugins: nothing, because they are asked where no route is.
#[test]
fn guests_are_asked_in_the_one_arm_that_has_no_route() {
    let text = |tools: &str| {
        let collected = collected().to_string().replace("clock true true", tools);
        let code = pretty(entry::wire(collected.parse().expect("it was tokens before")));
        let code: String = code.split_whitespace().collect();
        let router =
            code.find("enumEndpoint<").expect("there is a router")..code.find("staticSUBSCRIBER_0").expect("it ends");
        (code[router].to_owned(), code)
    };
    let ((with, all), (without, nothing)) = (text("clock true true sidecars false true"), text("clock true true"));
    let asked = "Endpoint::None(_)=>{mc::ask_guests(&self.tools.sidecars,head,body,allowed,response).await}";
    assert_eq!(with.matches(asked).count(), 1, "{with}");
    assert_eq!(with.replace(asked, "Endpoint::None(_)=>*response=mc::no_route(head,allowed),"), without);
    assert!(all.contains("mc::tell_guests(&self.tools.sidecars,\"user.created\",published)"), "{all}");
    assert!(!nothing.contains("guests"), "{nothing}");
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
