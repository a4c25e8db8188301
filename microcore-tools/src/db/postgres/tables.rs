//! Tables: the live ones, from the server's catalogue.

use microcore_runtime::manifest::{Migration, TableFacts};

use crate::db::backend::{Pool, Result, Values, Wanted};
use crate::db::migration::in_order;
use crate::db::postgres::pool::PostgresPool;
use crate::db::schema::Catalogue;

const COLUMNS: &str = "SELECT t.relname::text, c.attname::text, y.typname::text, NOT c.attnotnull,
        coalesce(c.attnum = ANY (k.indkey), false), pg_get_expr(d.adbin, d.adrelid)
    FROM pg_class t JOIN pg_attribute c ON c.attrelid = t.oid JOIN pg_type y ON y.oid = c.atttypid
        LEFT JOIN pg_index k ON k.indrelid = t.oid AND k.indisprimary
        LEFT JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = c.attnum
    WHERE t.relnamespace = current_schema()::regnamespace AND t.relkind IN ('r', 'p')
        AND c.attnum > 0 AND NOT c.attisdropped
    ORDER BY t.relname, c.attnum";

const UNIQUE: &str = "SELECT t.relname::text, i.relname::text, c.attname::text
    FROM pg_class t JOIN pg_index k ON k.indrelid = t.oid JOIN pg_class i ON i.oid = k.indexrelid
        CROSS JOIN LATERAL unnest(k.indkey::int2[]) WITH ORDINALITY AS n (attnum, position)
        LEFT JOIN pg_attribute c ON c.attrelid = t.oid AND c.attnum = n.attnum
    WHERE t.relnamespace = current_schema()::regnamespace AND k.indisunique AND NOT k.indisprimary
        AND k.indpred IS NULL AND n.position <= k.indnkeyatts
    ORDER BY t.relname, i.relname, n.position";

const FOREIGN: &str = "SELECT t.relname::text, k.conname::text, c.attname::text, p.relname::text, f.attname::text
    FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid JOIN pg_class p ON p.oid = k.confrelid
        CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS n (own, theirs, position)
        JOIN pg_attribute c ON c.attrelid = t.oid AND c.attnum = n.own
        JOIN pg_attribute f ON f.attrelid = p.oid AND f.attnum = n.theirs
    WHERE t.relnamespace = current_schema()::regnamespace AND k.contype = 'f'
    ORDER BY t.relname, k.conname, n.position";

/// Nothing inside the application can run PostgreSQL's SQL, so of the migrations only the order is checked here.
pub(crate) fn tables(migrations: &[Migration]) -> Result<Vec<TableFacts>> {
    in_order(migrations)?;
    Ok(Vec::new())
}

/// Every table that is there now.
pub(crate) async fn live(pool: &PostgresPool) -> Result<Vec<TableFacts>> {
    let catalogue = Catalogue {
        columns: pool.fetch(COLUMNS, Values::new(), Wanted::All).await?,
        unique: pool.fetch(UNIQUE, Values::new(), Wanted::All).await?,
        foreign: pool.fetch(FOREIGN, Values::new(), Wanted::All).await?,
    };
    Ok(catalogue.tables(ty))
}

/// What the server itself knows to be unfinished or unchecked. Damage on the disk is `pg_amcheck`'s to find.
pub(crate) async fn damages(pool: &PostgresPool) -> Result<Vec<String>> {
    let sql = "SELECT 'index `' || indexrelid::regclass || '` was not built to its end' FROM pg_index WHERE NOT indisvalid
        UNION ALL SELECT 'constraint `' || conname || '` of `' || conrelid::regclass || '` was not checked against every row'
        FROM pg_constraint WHERE NOT convalidated";
    pool.fetch(sql, Values::new(), Wanted::All).await
}

/// A type in the closed vocabulary; one that is not in it is a text.
fn ty(name: &str) -> &'static str {
    match name {
        "bool" => "bool",
        "int2" | "int4" | "int8" | "oid" => "int",
        "float4" | "float8" | "numeric" => "float",
        "bytea" => "blob",
        "json" | "jsonb" => "json",
        "timestamp" | "timestamptz" | "date" | "time" | "timetz" => "timestamp",
        _ => "text",
    }
}
