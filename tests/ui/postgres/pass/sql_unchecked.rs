//! An application whose SQL is not checked still knows what its migrations make.

use microcore::application::Application;

microcore::app! { root: "sql_unchecked", db: Postgres, sql: unchecked }

fn main() {
    let tables = App::tables().unwrap();
    assert_eq!((tables.len(), tables[0].name.as_str(), tables[0].domain.as_str()), (1, "users", "users"));
    let statement = &App::MANIFEST.plugins[0].statements[0];
    assert_eq!((statement.sql, statement.reads), ("SELECT anything FROM anywhere", &[] as &[&str]));
}
