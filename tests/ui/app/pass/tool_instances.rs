//! A tool may be there several times, each under a name of its own; a path to anything else is a type.

microcore::app! {
    root: "tool_instances",
    mail: Folder,
    alerts: mail::Folder,
    reports: db::Sqlite,
    letters: microcore_mail::Mail<microcore_mail::Folder>,
}

fn main() {}
