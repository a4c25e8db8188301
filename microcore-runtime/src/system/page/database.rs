//! `/system/api/database`: the migrations, which the start has applied, the tables that they lead to, and the SQL of
//! plugins and models.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Answering, Asking, Page, told};
use crate::error::Error;
use crate::manifest::{Manifest, Migration, StatementFacts, TableFacts};
use crate::system::parts::Parts;

pub(super) const PAGE: Page = Page::shows("/system/api/database", answer);

/// What is known of the database without asking it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SystemDatabase")]
pub(in crate::system) struct Database {
    /// In the order in which they are applied, within each domain.
    migrations: Vec<MigrationView>,
    tables: Vec<TableView>,
    statements: Vec<StatementView>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SystemMigration")]
struct MigrationView {
    domain: &'static str,
    file: &'static str,
    sql: &'static str,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SystemTable")]
struct TableView {
    name: String,
    domain: String,
    columns: Vec<ColumnView>,
    unique: Vec<Vec<String>>,
    /// `column → table.column`.
    foreign_keys: Vec<(String, String)>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SystemColumn")]
struct ColumnView {
    name: String,
    r#type: &'static str,
    nullable: bool,
    primary_key: bool,
    default: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SystemStatement")]
struct StatementView {
    sql: &'static str,
    /// The plugin, or the model with its domain, that it stands in.
    place: String,
    function: &'static str,
    method: &'static str,
    reads: &'static [&'static str],
    writes: &'static [&'static str],
}

fn answer(asking: Asking<'_>) -> Answering<'_> {
    Box::pin(async move {
        let inside = &asking.shown.inside;
        let manifest = inside.manifest();
        // Migrations are read in memory: too long for an event loop.
        let tables = tokio::task::spawn_blocking(move || inside.parts().map(Parts::tables));
        let tables = tables.await.map_err(|error| Error::internal("the tables can't be read").with_source(error))?;
        let mut migrations: Vec<&Migration> = manifest.migrations.iter().collect();
        migrations.sort_by_key(|migration| (migration.domain, Migration::place(migration.file)));
        told(&Database {
            migrations: migrations
                .into_iter()
                .map(|&Migration { domain, file, sql }| MigrationView { domain, file, sql })
                .collect(),
            tables: tables.transpose()?.unwrap_or_default().into_iter().map(TableView::of).collect(),
            statements: statements(manifest),
        })
    })
}

fn statements(manifest: &Manifest) -> Vec<StatementView> {
    let of_plugins = manifest.plugins.iter().map(|plugin| (plugin.identity.name.to_owned(), plugin.statements));
    let of_models =
        manifest.models.iter().map(|model| (format!("{}::{}", model.domain, model.model), model.statements));
    let all = of_plugins.chain(of_models);
    all.flat_map(|(place, statements)| {
        statements.iter().map(move |statement| {
            let &StatementFacts { sql, function, method, reads, writes } = statement;
            StatementView { sql, place: place.clone(), function, method, reads, writes }
        })
    })
    .collect()
}

impl TableView {
    fn of(table: TableFacts) -> Self {
        let columns = table.columns.into_iter().map(|column| ColumnView {
            name: column.name,
            r#type: column.ty,
            nullable: column.nullable,
            primary_key: column.primary_key,
            default: column.default,
        });
        Self {
            name: table.name,
            domain: table.domain,
            columns: columns.collect(),
            unique: table.unique,
            foreign_keys: table.foreign_keys,
        }
    }
}
