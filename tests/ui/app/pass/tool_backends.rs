//! A tool with backends in a folder: one word picks a backend, none is the default, a whole type is any.

microcore::app! {
    root: "tool_backends",
    mail: Smtp,
    geo: crate::tools::geo::Geo<crate::tools::geo::Folder>,
}

fn main() {}
