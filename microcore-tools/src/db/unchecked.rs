//! The way around the check of SQL, for one statement.

/// The same text, which the compiler does not judge; the command `check --database` does.
///
/// A literal given to `db` in a plugin is checked against the migrations while the application is compiled. This is for
/// a statement that only the database at run time can judge, or that reads another domain's table on purpose.
///
/// ```
/// # use microcore_tools::db::sql_unchecked;
/// let sql = sql_unchecked("SELECT name FROM sqlite_schema");
/// # assert_eq!(sql, "SELECT name FROM sqlite_schema");
/// ```
pub const fn sql_unchecked(sql: &str) -> &str {
    sql
}
