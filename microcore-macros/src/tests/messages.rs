//! What the macros say about mistakes: all at once, each with what to write. Where they point is shown in tests/ui.

use proc_macro2::TokenStream;
use quote::quote;

use crate::entry;

/// The texts of every `compile_error!`.
fn errors(code: TokenStream) -> Vec<String> {
    let file: syn::File = syn::parse2(code).expect("generated code is a list of items");
    let macros = file.items.into_iter().filter_map(|item| match item {
        syn::Item::Macro(item) if item.mac.path.segments.last().is_some_and(|last| last.ident == "compile_error") => {
            Some(item.mac.tokens)
        }
        _ => None,
    });
    macros.map(|tokens| syn::parse2::<syn::LitStr>(tokens).expect("a message is a literal").value()).collect()
}

#[test]
fn every_mistake_of_a_plugin_is_reported_at_once() {
    let plugin = quote! {
        impl Many {
            pub fn new(db: Db) -> Self { Self { db } }
            #[get("users")] async fn one(&self) -> Result<()> { Ok(()) }
            #[get("/users/{id}")] async fn two(&self) -> Result<()> { Ok(()) }
            #[get("/a", status = 500)] async fn three(&mut self) -> Result<()> { Ok(()) }
            #[get("/b")] async fn four(&self, body: X) -> Result<()> { Ok(()) }
            #[on(Made, inline)] async fn five(&self, event: &Made) {}
        }
    };
    insta::assert_snapshot!(errors(entry::plugin(TokenStream::new(), plugin)).join("\n\n"));
}

#[test]
fn the_wiring_reports_what_only_the_whole_application_shows() {
    let collected = quote! {
        []
        { { bus false false }
          { event a made event a gone plugin a x plugin b y plugin b z }
          { } { other false "" } { } }
        { event { Made "thing.made" false false }
          event { Gone "thing.made" false false }
          plugin { [get "/t/{id}" one false false ""] [Made => on_made {} [Gone]] [] [] [Gone] [] false false false }
          plugin { [get "/t/{name}" other false false ""] [Gone => on_gone {} [Made]] [] [] [Made] [] false false false }
          plugin { [] [Mdae => on_typo {} []] [Made => answer {} []] [] [] [] false false false } }
    };
    insta::assert_snapshot!(errors(entry::wire(collected)).join("\n\n"));
}
