//! Checks the SQL of an application while it is compiled: no database, no cache of answers.
//!
//! ```text
//! tokens ──declared──▶ migrations ──engine──▶ schema ──checks──▶ ──expand──▶ code
//! ```
//!
//! One call per application, from the end of the chain, so that the migrations are applied once.
//! An implementation detail of `microcore`.

mod checks;
mod declared;
mod engine;
mod errors;
mod expand;
mod fingerprint;
mod migrations;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

use proc_macro2::TokenStream;

use self::declared::Application;
use self::engine::Engine;
use self::errors::Errors;

/// The module `sql` of the wiring. Called by generated code only.
#[doc(hidden)]
#[proc_macro]
pub fn statements(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    match syn::parse2::<Application>(input.into()) {
        Ok(application) => checked(&application).into(),
        Err(error) => error.to_compile_error().into(),
    }
}

fn checked(application: &Application) -> TokenStream {
    let mut errors = Errors::default();
    let code = match engine(application) {
        Ok(Some(engine)) if application.checked => {
            let known = checks::check(application, &*engine, &mut errors);
            expand::expand(application, &known, &engine.text_of_tables())
        }
        Ok(Some(engine)) => expand::expand(application, &[], &engine.text_of_tables()),
        // Of an engine that is not compiled in, and of migrations that have no order, nothing is said.
        Ok(None) => expand::expand(application, &[], ""),
        Err(broken) => {
            errors.add_at(application.folder.span(), "MC0511", &broken.wrong, &broken.help);
            expand::expand(application, &[], "")
        }
    };
    let errors = errors.into_tokens();
    quote::quote!(#errors #code)
}

/// The engine, with the tables that the migrations lead to.
fn engine(application: &Application) -> Result<Option<Box<dyn Engine>>, migrations::Broken> {
    let Some(migrations) = migrations::ordered(migrations::read(application)?) else { return Ok(None) };
    match application.engine.to_string().as_str() {
        #[cfg(feature = "sqlite")]
        "sqlite" => Ok(Some(Box::new(sqlite::Sqlite::migrated(&migrations)?))),
        #[cfg(feature = "postgres")]
        "postgres" => Ok(Some(Box::new(postgres::Postgres::migrated(&migrations)))),
        _ => Ok(None),
    }
}
