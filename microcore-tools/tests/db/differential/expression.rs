//! Random typed expressions over one table, and the SQL that they are.

use std::fmt::Write;

use microcore_tools::db::{Bind, DbError, Params, Value};
use proptest::prelude::*;

/// A statement's text and what it is given.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sql {
    pub(crate) text: String,
    pub(crate) given: Vec<Given>,
}

#[derive(Debug, Clone)]
pub(crate) enum Given {
    Int(Option<i64>),
    Float(Option<f64>),
    Text(Option<String>),
    Bool(Option<bool>),
}

impl Bind for Given {
    fn value(&self) -> Result<Value<'_>, DbError> {
        match self {
            Self::Int(value) => value.value(),
            Self::Float(value) => value.value(),
            Self::Text(value) => value.value(),
            Self::Bool(value) => value.value(),
        }
    }
}

impl Params for Sql {
    fn values(&self) -> Result<Vec<Value<'_>>, DbError> {
        self.given.values()
    }
}

impl Sql {
    pub(crate) fn put(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    pub(crate) fn give(&mut self, given: Given) -> &mut Self {
        self.given.push(given);
        write!(self.text, "${}", self.given.len()).unwrap();
        self
    }
}

#[derive(Debug, Clone)]
pub(crate) enum Int {
    Literal(i64),
    Given(i64),
    Column(&'static str),
    Times(i64, Box<Int>),
    Over(i64, Box<Int>),
    Sum(&'static str, Box<Int>, Box<Int>),
    Length(Box<Text>),
    Coalesce(Box<Int>, Box<Int>),
    Case(Box<Truth>, Box<Int>, Box<Int>),
}

#[derive(Debug, Clone)]
pub(crate) enum Text {
    Literal(String),
    Given(String),
    Column,
    Function(&'static str, Box<Text>),
    Part(u8, u8, Box<Text>),
    Concat(Box<Text>, Box<Text>),
}

#[derive(Debug, Clone)]
pub(crate) enum Truth {
    Given(bool),
    Column,
    Ints(&'static str, Box<Int>, Box<Int>),
    Texts(&'static str, Box<Text>, Box<Text>),
    Among(Box<Int>, Vec<i64>),
    Between(Box<Int>, i64, i64),
    IsNull(&'static str),
    Not(Box<Truth>),
    Both(&'static str, Box<Truth>, Box<Truth>),
}

impl Int {
    pub(crate) fn write(&self, sql: &mut Sql) {
        match self {
            Self::Literal(value) => drop(sql.put(&format!("({value})"))),
            Self::Given(value) => drop(sql.give(Given::Int(Some(*value)))),
            Self::Column(name) => drop(sql.put(name)),
            Self::Times(by, int) => around(sql, &format!("({by} * "), |sql| int.write(sql), ")"),
            Self::Over(by, int) => around(sql, "(", |sql| int.write(sql), &format!(" / {by})")),
            Self::Sum(sign, left, right) => pair(sql, sign, |sql| left.write(sql), |sql| right.write(sql)),
            Self::Length(text) => around(sql, "length(", |sql| text.write(sql), ")"),
            Self::Coalesce(first, second) => {
                around(sql, "coalesce(", |sql| pair(sql, ", ", |sql| first.write(sql), |sql| second.write(sql)), ")");
            }
            Self::Case(when, then, or) => {
                around(sql, "(CASE WHEN ", |sql| when.write(sql), " THEN ");
                then.write(sql);
                around(sql, " ELSE ", |sql| or.write(sql), " END)");
            }
        }
    }
}

impl Text {
    pub(crate) fn write(&self, sql: &mut Sql) {
        match self {
            Self::Literal(text) => drop(sql.put(&format!("'{}'", text.replace('\'', "''")))),
            Self::Given(text) => drop(sql.give(Given::Text(Some(text.clone())))),
            Self::Column => drop(sql.put("t")),
            Self::Function(name, text) => around(sql, &format!("{name}("), |sql| text.write(sql), ")"),
            Self::Part(from, count, text) => {
                around(sql, "substr(", |sql| text.write(sql), &format!(", {}, {count})", from + 1));
            }
            Self::Concat(left, right) => pair(sql, " || ", |sql| left.write(sql), |sql| right.write(sql)),
        }
    }
}

impl Truth {
    pub(crate) fn write(&self, sql: &mut Sql) {
        match self {
            Self::Given(truth) => drop(sql.give(Given::Bool(Some(*truth)))),
            Self::Column => drop(sql.put("b")),
            Self::Ints(operator, left, right) => pair(sql, operator, |sql| left.write(sql), |sql| right.write(sql)),
            Self::Texts(operator, left, right) => pair(sql, operator, |sql| left.write(sql), |sql| right.write(sql)),
            Self::Among(int, list) => {
                around(sql, "(", |sql| int.write(sql), " IN (");
                for (index, value) in list.iter().enumerate() {
                    sql.put(if index == 0 { "" } else { ", " }).give(Given::Int(Some(*value)));
                }
                sql.put("))");
            }
            Self::Between(int, low, high) => {
                around(sql, "(", |sql| int.write(sql), " BETWEEN ");
                sql.give(Given::Int(Some(*low))).put(" AND ").give(Given::Int(Some(*high))).put(")");
            }
            Self::IsNull(column) => drop(sql.put(&format!("({column} IS NULL)"))),
            Self::Not(truth) => around(sql, "(NOT ", |sql| truth.write(sql), ")"),
            Self::Both(word, left, right) => pair(sql, word, |sql| left.write(sql), |sql| right.write(sql)),
        }
    }
}

fn around(sql: &mut Sql, before: &str, inside: impl FnOnce(&mut Sql), after: &str) {
    sql.put(before);
    inside(sql);
    sql.put(after);
}

fn pair(sql: &mut Sql, between: &str, left: impl FnOnce(&mut Sql), right: impl FnOnce(&mut Sql)) {
    let (open, close) = if between == ", " { ("", "") } else { ("(", ")") };
    around(sql, open, left, between);
    right(sql);
    sql.put(close);
}

/// Texts that a careless reader of SQL trips over.
pub(crate) fn any_text() -> impl Strategy<Value = String> + Clone {
    prop_oneof![
        "[a-cA-C é]{0,4}",
        Just("it's $1; --".to_owned()),
        Just("/* $2 */".to_owned()),
        Just("\"$3\" ?1 :a".to_owned()),
        Just("\\'".to_owned()),
        Just("$$".to_owned()),
    ]
}

const SIGNS: [&str; 6] = [" = ", " <> ", " < ", " <= ", " > ", " >= "];

pub(crate) fn int() -> BoxedStrategy<Int> {
    let leaf = prop_oneof![
        (-99_i64..100).prop_map(Int::Literal),
        (-1_000_000_i64..1_000_000).prop_map(Int::Given),
        Just(Int::Column("n")),
        Just(Int::Column("i")),
        text().prop_map(|text| Int::Length(text.into())),
    ];
    leaf.prop_recursive(3, 12, 2, |int| {
        let boxed = int.clone().prop_map(Box::new);
        let two = (boxed.clone(), boxed.clone());
        prop_oneof![
            (-3_i64..4, boxed.clone()).prop_map(|(by, int)| Int::Times(by, int)),
            (prop_oneof![-7_i64..0, 1_i64..8], boxed.clone()).prop_map(|(by, int)| Int::Over(by, int)),
            (prop::sample::select(vec![" + ", " - "]), two.clone()).prop_map(|(sign, (l, r))| Int::Sum(sign, l, r)),
            two.clone().prop_map(|(l, r)| Int::Coalesce(l, r)),
            (prop::sample::select(SIGNS.to_vec()), two.clone(), two).prop_map(|(sign, (a, b), (l, r))| Int::Case(
                Truth::Ints(sign, a, b).into(),
                l,
                r
            )),
        ]
    })
    .boxed()
}

pub(crate) fn text() -> BoxedStrategy<Text> {
    let leaf = prop_oneof![
        any_text().prop_map(Text::Literal),
        any_text().prop_map(Text::Given),
        Just(Text::Column),
        Just(Text::Column)
    ];
    leaf.prop_recursive(2, 6, 2, |text| {
        let boxed = text.prop_map(Box::new);
        prop_oneof![
            (prop::sample::select(vec!["lower", "upper", "trim"]), boxed.clone())
                .prop_map(|(f, t)| Text::Function(f, t)),
            (0_u8..3, 0_u8..4, boxed.clone()).prop_map(|(from, count, text)| Text::Part(from, count, text)),
            (boxed.clone(), boxed).prop_map(|(l, r)| Text::Concat(l, r)),
        ]
    })
    .boxed()
}

pub(crate) fn truth() -> BoxedStrategy<Truth> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Truth::Given),
        Just(Truth::Column),
        (prop::sample::select(SIGNS.to_vec()), int(), int()).prop_map(|(s, l, r)| Truth::Ints(s, l.into(), r.into())),
        (prop::sample::select(SIGNS.to_vec()), text(), text()).prop_map(|(s, l, r)| Truth::Texts(
            s,
            l.into(),
            r.into()
        )),
        (int(), prop::collection::vec(-9_i64..10, 1..4)).prop_map(|(int, list)| Truth::Among(int.into(), list)),
        (int(), -99_i64..100, -99_i64..100).prop_map(|(int, low, high)| Truth::Between(int.into(), low, high)),
        prop::sample::select(vec!["i", "f", "t", "b", "n"]).prop_map(Truth::IsNull),
    ];
    leaf.prop_recursive(2, 6, 2, |truth| {
        let boxed = truth.prop_map(Box::new);
        prop_oneof![
            boxed.clone().prop_map(Truth::Not),
            (prop::sample::select(vec![" AND ", " OR "]), boxed.clone(), boxed)
                .prop_map(|(w, l, r)| Truth::Both(w, l, r)),
        ]
    })
    .boxed()
}
