//! `name: tool::Backend` is one more instance of a tool, where there can be one.

#![allow(unused_variables)]

microcore::app! {
    root: "tool_instances",
    db: db::Sqlite,
    other_bus: bus::InProcess,
    state: db::Sqlite,
    reports: db::Postgress,
    mail: Folder,
    alerts: mail::Foldr,
    letters: mial::Folder,
}

fn main() {}
