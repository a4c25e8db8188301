//! Random typed statements on both engines: the same rows, counts and errors, or the engine's own exception.
//!
//! What the generator leaves out is where the engines differ by design; `docs/parity/data.md` lists it with reasons.

mod expression;

use microcore_tools::db::{Backend, Database, DbError, DbErrorKind, Postgres, Sqlite};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use self::expression::{Given, Int, Sql, Text, Truth, any_text, int, text, truth};
use crate::fixture;

const TABLE: &str = "CREATE TABLE facts (n BIGINT PRIMARY KEY CHECK (n <> 7), i BIGINT, f DOUBLE PRECISION, t TEXT,
    b BOOLEAN, parent BIGINT REFERENCES facts (n), k BIGINT NOT NULL)";

#[derive(Debug, Clone)]
enum Statement {
    Insert(Vec<Given>),
    Update(Int, Text, Truth),
    Point(Truth),
    Delete(Truth),
    Rows(Int, Text, Truth, u8, u8),
    Sums(Truth),
    Groups(Int),
    Together(Vec<Statement>, bool),
}

type Fact = (i64, Option<i64>, Option<f64>, Option<String>, Option<bool>, Option<i64>, Option<String>);
type Sums = (i64, i64, Option<i64>, Option<i64>, Option<String>);

/// What a statement gave.
#[derive(Debug, PartialEq)]
enum Outcome {
    Changed(u64),
    Rows(Vec<Fact>),
    Sums(Option<Sums>),
    Groups(Vec<(Option<i64>, i64)>),
    Failed(DbErrorKind, Option<String>, Vec<String>),
    Together(Vec<Outcome>),
}

fn failed(error: &DbError) -> Outcome {
    Outcome::Failed(error.kind(), error.table().map(str::to_owned), error.columns().to_vec())
}

fn leaf() -> impl Strategy<Value = Statement> + Clone {
    let opt = |strategy: BoxedStrategy<i64>| prop::option::weighted(0.8, strategy);
    let key = || (-5_i64..12).boxed();
    let insert = (
        key(),
        opt((-1_000_000_i64..1_000_000).boxed()),
        prop::option::of((-1_000_000_i32..1_000_000).prop_map(|int| f64::from(int) / 64.0)),
        prop::option::of(any_text()),
        prop::option::of(any::<bool>()),
        prop::option::weighted(0.2, key()),
        opt(key()),
    );
    let insert = insert.prop_map(|(n, i, f, t, b, parent, k)| {
        Statement::Insert(vec![
            Given::Int(Some(n)),
            Given::Int(i),
            Given::Float(f),
            Given::Text(t),
            Given::Bool(b),
            Given::Int(parent),
            Given::Int(k),
        ])
    });
    prop_oneof![
        6 => insert,
        2 => (int(), text(), truth()).prop_map(|(int, text, truth)| Statement::Update(int, text, truth)),
        1 => truth().prop_map(Statement::Point),
        1 => truth().prop_map(Statement::Delete),
        4 => (int(), text(), truth(), 0_u8..9, 0_u8..3).prop_map(|(i, t, w, limit, offset)| Statement::Rows(i, t, w, limit, offset)),
        2 => truth().prop_map(Statement::Sums),
        1 => int().prop_map(Statement::Groups),
    ]
}

fn statement() -> impl Strategy<Value = Statement> {
    prop_oneof![
        6 => leaf().boxed(),
        1 => (prop::collection::vec(leaf(), 1..4), any::<bool>()).prop_map(|(all, keep)| Statement::Together(all, keep)).boxed(),
    ]
}

impl Statement {
    fn sqls(&self) -> Vec<Sql> {
        if let Self::Together(all, _) = self { all.iter().map(Self::sql).collect() } else { vec![self.sql()] }
    }

    fn sql(&self) -> Sql {
        let mut sql = Sql::default();
        match self {
            Self::Insert(values) => {
                sql.put("INSERT INTO facts (n, i, f, t, b, parent, k) VALUES (");
                for (index, value) in values.iter().enumerate() {
                    sql.put(if index == 0 { "" } else { ", " }).give(value.clone());
                }
                sql.put(")");
            }
            Self::Update(int, text, truth) => {
                sql.put("UPDATE facts SET i = ");
                int.write(&mut sql);
                sql.put(", t = ");
                text.write(&mut sql);
                // One row at most: in which order several meet a violation is the engine's affair.
                sql.put(" WHERE n = (SELECT min(n) FROM facts WHERE ");
                truth.write(&mut sql);
                sql.put(")");
            }
            Self::Point(truth) => {
                sql.put("UPDATE facts SET b = NOT b WHERE ");
                truth.write(&mut sql);
            }
            Self::Delete(truth) => {
                sql.put("DELETE FROM facts WHERE ");
                truth.write(&mut sql);
            }
            Self::Rows(int, text, truth, limit, offset) => {
                sql.put("SELECT n, i, f, t, b, ");
                int.write(&mut sql);
                sql.put(" AS x, ");
                text.write(&mut sql);
                sql.put(" AS y FROM facts WHERE ");
                truth.write(&mut sql);
                sql.put(" ORDER BY n DESC LIMIT ").give(Given::Int(Some(i64::from(*limit)))).put(" OFFSET ");
                sql.give(Given::Int(Some(i64::from(*offset))));
            }
            Self::Sums(truth) => {
                sql.put("SELECT count(*), count(i), sum(i), max(k), min(t) FROM facts WHERE ");
                truth.write(&mut sql);
            }
            Self::Groups(int) => {
                sql.put("SELECT x, count(*) FROM (SELECT ");
                int.write(&mut sql);
                sql.put(" AS x FROM facts) AS xs GROUP BY x");
            }
            Self::Together(..) => {}
        }
        sql
    }
}

/// The same calls on a database and on a transaction, which have no trait in common.
macro_rules! run {
    ($on:expr, $statement:expr) => {{
        let sql = $statement.sql();
        let text = sql.text.clone();
        let ran: Result<Outcome, DbError> = match $statement {
            Statement::Rows(..) => $on.query(&text, &sql).await.map(Outcome::Rows),
            Statement::Sums(_) => $on.query_one(&text, &sql).await.map(Outcome::Sums),
            Statement::Groups(_) => $on.query(&text, &sql).await.map(|mut groups| {
                groups.sort();
                Outcome::Groups(groups)
            }),
            _ => $on.execute(&text, &sql).await.map(Outcome::Changed),
        };
        ran
    }};
}

async fn outcome<B: Backend>(db: &Database<B>, statement: &Statement) -> Outcome {
    let Statement::Together(all, keep) = statement else {
        return run!(db, statement).unwrap_or_else(|error| failed(&error));
    };
    let mut seen = Vec::new();
    let done = db
        .transaction(async |tx| {
            for statement in all {
                // Nested, so that one that fails is undone alone.
                let nested = tx.transaction(async |tx| run!(tx, statement)).await;
                seen.push(nested.unwrap_or_else(|error| failed(&error)));
            }
            if *keep { Ok(()) } else { Err(DbError::new(DbErrorKind::Other, "not kept")) }
        })
        .await;
    seen.extend(done.err().map(|error| failed(&error)));
    Outcome::Together(seen)
}

const ALL: &str = "SELECT n, i, f, t, b, k, t FROM facts ORDER BY n";

#[test]
fn random_statements_do_the_same_on_both_engines() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let places = runtime.block_on(async {
        let postgres = fixture::postgres().await?;
        let sqlite = fixture::sqlite_memory().await?;
        sqlite.db.execute(TABLE, ()).await.unwrap();
        postgres.db.execute(TABLE, ()).await.unwrap();
        Some((sqlite, postgres))
    });
    let Some((sqlite, postgres)) = places else { return };
    let (sqlite, postgres): (&Database<Sqlite>, &Database<Postgres>) = (&sqlite.db, &postgres.db);
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(64);
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let ran = TestRunner::new(config).run(&prop::collection::vec(statement(), 1..24), |statements| {
        runtime.block_on(async {
            for clean in ["UPDATE facts SET parent = NULL", "DELETE FROM facts"] {
                sqlite.execute(clean, ()).await.unwrap();
                postgres.execute(clean, ()).await.unwrap();
            }
            for statement in &statements {
                let (ours, theirs) = (outcome(sqlite, statement).await, outcome(postgres, statement).await);
                prop_assert_eq!(ours, theirs, "SQLite left, PostgreSQL right: {:?}", statement.sqls());
            }
            let left: Vec<Fact> = sqlite.query(ALL, ()).await.unwrap();
            prop_assert_eq!(left, postgres.query(ALL, ()).await.unwrap());
            Ok(())
        })
    });
    // Outside of the runtime: the test databases go with their handles.
    if let Err(error) = ran {
        panic!("{error}");
    }
}
