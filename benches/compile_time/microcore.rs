//! The application of generated plugins.

use crate::support::build;
use crate::support::package::Workspace;
use crate::{DOMAIN, place};

/// `options` stand in `app!`; with `reads`, each plugin has a second handler, whose rows are read into a struct.
pub(crate) fn write(workspace: &Workspace, package: &str, size: usize, options: &str, reads: bool) {
    workspace.manifest(package, &format!("microcore = {{ path = {:?} }}\n", build::repository()));
    workspace.write(format!("{package}/src/lib.rs"), &format!("//! Generated.\nmicrocore::app! {{ {options} }}\n"));
    for domain in 0..size.div_ceil(DOMAIN) {
        let event = format!(
            "//! A thing was stored.\n\
             use crate::prelude::*;\n\n\
             #[event(\"d{domain}.stored\")]\n\
             pub struct D{domain}Stored {{ pub id: i64 }}\n"
        );
        workspace.write(format!("{package}/src/domains/d{domain}/events/stored.rs"), &event);
        workspace.write(format!("{package}/src/domains/d{domain}/migrations/001_things.sql"), &tables(domain, size));
    }
    for number in 0..size {
        workspace.write(format!("{package}/src/{}.rs", place(number)), &plugin(number, reads));
    }
}

/// What the statements of a domain name: the compiler compares them.
fn tables(domain: usize, size: usize) -> String {
    let things = (domain * DOMAIN..size.min((domain + 1) * DOMAIN)).map(|number| {
        format!("CREATE TABLE things{number} (id INTEGER PRIMARY KEY, name TEXT NOT NULL, note TEXT, price INTEGER NOT NULL);\n")
    });
    format!("CREATE TABLE stale{domain} (id INTEGER PRIMARY KEY);\n{}", things.collect::<String>())
}

fn plugin(number: usize, reads: bool) -> String {
    let domain = number / DOMAIN;
    let subscriber = if number.is_multiple_of(10) {
        format!(
            r#"
    #[on(D{domain}Stored)]
    async fn forget(&self, event: &D{domain}Stored) -> Result<()> {{
        self.db.execute("DELETE FROM stale{domain} WHERE id = $1", (event.id,)).await?;
        Ok(())
    }}
"#
        )
    } else {
        String::new()
    };
    let (row, reader) = if reads { (", Row", reader(number, domain)) } else { ("", String::new()) };
    format!(
        r#"//! PUT /d{domain}/things{number}/{{id}} stores a thing.
use crate::prelude::*;

#[derive(Deserialize, Schema, Validate)]
pub struct NewThing {{
    #[validate(length(min = 1, max = 200))]
    pub name: String,
    pub note: Option<String>,
    pub price: i64,
}}

#[derive(Serialize, Schema{row})]
pub struct Thing {{
    pub id: i64,
    pub name: String,
    pub price: i64,
}}

#[plugin]
pub struct Store{number} {{
    db: Db,
}}

#[plugin]
impl Store{number} {{
    /// Stores it.
    #[put("/d{domain}/things{number}/{{id}}", tag = "Things")]
    async fn execute(&self, id: i64, body: NewThing) -> Result<Thing> {{
        let price = body.price + 1;
        let sql = "UPDATE things{number} SET name = $2, note = $3, price = $4 WHERE id = $1";
        let changed = self.db.execute(sql, (id, &body.name, &body.note, price)).await?;
        if changed == 0 {{
            return Err(Error::not_found("thing"));
        }}
        Ok(Thing {{ id, name: body.name, price }})
    }}
{subscriber}{reader}}}
"#
    )
}

fn reader(number: usize, domain: usize) -> String {
    format!(
        r#"
    #[get("/d{domain}/things{number}")]
    async fn many(&self, above: i64) -> Result<Vec<Thing>> {{
        let sql = "SELECT id, name, price FROM things{number} WHERE price > $1 ORDER BY price LIMIT 20";
        Ok(self.db.query(sql, (above,)).await?)
    }}
"#
    )
}
