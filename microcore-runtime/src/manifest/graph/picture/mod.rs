//! The graph as a picture: what stands where, and the lines between. In: the manifest and which part of it to show. Out:
//! boxes and paths, which the dashboard draws and [`Picture::to_svg`] writes.
//!
//! The kinds give the columns: entries → plugins → events → plugins that hear them → tables and tools. What is left is the
//! order within the columns, by barycentres, and the height of each box. The same manifest always gives the same picture.

mod layout;
mod members;
mod order;
mod place;
mod svg;
mod view;

use schemars::JsonSchema;
use serde::Serialize;

use self::members::Members;
pub use self::view::View;
use super::Manifest;

/// Boxes and lines, in units of a pixel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "SystemPicture")]
pub struct Picture {
    /// The width of everything.
    pub width: i32,
    /// The height of everything.
    pub height: i32,
    /// What the columns hold, from left to right; empty ones are left out.
    pub columns: Vec<Column>,
    /// By column, then from the top.
    pub boxes: Vec<Placed>,
    /// In the order of the graph.
    pub lines: Vec<Line>,
    /// What is shown: `all`, `domains`, or the part around a node.
    pub view: String,
    /// The domains that can be opened, where they are drawn as one box each.
    pub domains: Vec<String>,
}

/// A column and where it begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "SystemPictureColumn")]
pub struct Column {
    /// What stands in it.
    pub title: &'static str,
    /// Its left edge.
    pub x: i32,
}

/// A node in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "SystemPictureBox")]
pub struct Placed {
    /// `plugin:users.create_user`, as in the graph; `route:POST /users`; `domain:users`.
    pub id: String,
    /// `route`, `scope`, `plugin`, `event`, `table`, `tool` or `domain`.
    pub kind: &'static str,
    /// What is written in it.
    pub name: String,
    /// What else is known of it.
    pub doc: String,
    /// The domain that it belongs to; empty for tools.
    pub domain: String,
    /// Its left edge.
    pub x: i32,
    /// Its upper edge.
    pub y: i32,
    /// Its width.
    pub width: i32,
    /// Its height.
    pub height: i32,
}

/// An edge as it is drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "SystemPictureLine")]
pub struct Line {
    /// The id of a box.
    pub from: String,
    /// The id of a box.
    pub to: String,
    /// `serves`, `publishes`, `heard by`, `answered by`, `reads`, `writes`, `uses`, `intercepts` or `covers`.
    pub kind: &'static str,
    /// The path, in the language of SVG, with the arrow at its end.
    pub path: String,
}

impl Picture {
    /// Of this manifest, or of a part of it.
    pub fn of(manifest: &Manifest, view: &View) -> Self {
        let members = Members::of(manifest);
        let (shown, view, domains) = view.choose(members);
        layout::picture(&shown, view, domains)
    }
}

#[cfg(test)]
mod tests;
