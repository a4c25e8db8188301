//! From members to boxes and paths. In: members in columns. Out: the picture.
//!
//! A line that passes columns goes through a lane in each, a thin vertex that no box stands on. All lines to one member
//! share its lanes, so that they come together like tracks.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::members::{COLUMNS, Link, Members};
use super::order::{Columns, Segment, as_float, ordered};
use super::place::{Size, middles};
use super::{Column, Line, Picture, Placed};

const MARGIN: i32 = 16;
/// Above the boxes, for the titles of the columns.
const HEADING: i32 = 36;
const HEIGHT: i32 = 30;
/// A box with a second line.
const HIGHER: i32 = 46;
/// Between columns: room for the curves.
const BETWEEN: i32 = 76;
const NARROWEST: i32 = 72;
/// Longer names are cut by whoever draws them.
const WIDEST: i32 = 260;
/// Of a letter, at 12.5 pixels, on average and with some to spare.
const LETTER: f64 = 6.9;
/// Of one in a title, at 11 pixels.
const TITLE_LETTER: f64 = 6.2;
const BOX: f64 = 12.0;
const LANE: Size = Size { height: 2.0, gap: 8.0 };

/// What stands in a column: a member, or a lane to one.
struct Vertices {
    sizes: Vec<Size>,
    columns: Columns,
    lanes: BTreeMap<(usize, usize), usize>,
    segments: Vec<Segment>,
}

pub(super) fn picture(members: &Members, view: String, domains: Vec<String>) -> Picture {
    let vertices = Vertices::of(members);
    let columns = ordered(vertices.columns.clone(), &vertices.segments, vertices.sizes.len());
    let middles = middles(&columns, &vertices.sizes, &vertices.segments);
    let edges = edges(members);
    let mut boxes = Vec::with_capacity(members.all.len());
    for (number, column) in columns.iter().enumerate() {
        for &vertex in column.iter().filter(|vertex| **vertex < members.all.len()) {
            let member = &members.all[vertex];
            let height = height(members, vertex);
            boxes.push(Placed {
                id: member.id.clone(),
                kind: member.kind,
                name: member.name.clone(),
                doc: member.doc.clone(),
                domain: member.domain.clone(),
                x: edges[number].0,
                y: HEADING + rounded(middles[vertex]) - height / 2,
                width: width(&member.name, &member.doc, member.kind),
                height,
            });
        }
    }
    let y = |vertex: usize| HEADING + rounded(middles[vertex]);
    let lines = members.links.iter().map(|link| Line {
        from: members.all[link.from].id.clone(),
        to: members.all[link.to].id.clone(),
        kind: link.kind,
        path: vertices.path(members, link, &edges, &y),
    });
    let lines = lines.collect();
    let bottom = boxes.iter().map(|placed| placed.y + placed.height).max().unwrap_or(HEADING);
    let titles = COLUMNS.iter().zip(&edges).zip(&columns);
    let titles = titles.filter(|(_, column)| column.iter().any(|vertex| *vertex < members.all.len()));
    Picture {
        width: edges.iter().map(|edge| edge.1).max().unwrap_or(0) + MARGIN,
        height: bottom + MARGIN,
        columns: titles.map(|((title, edge), _)| Column { title, x: edge.0 }).collect(),
        boxes,
        lines,
        view,
        domains,
    }
}

impl Vertices {
    fn of(members: &Members) -> Self {
        let mut sizes = Vec::new();
        let mut columns: Columns = vec![Vec::new(); COLUMNS.len()];
        for (place, member) in members.all.iter().enumerate() {
            sizes.push(Size { height: f64::from(height(members, place)), gap: BOX });
            columns[member.column].push(place);
        }
        let mut vertices = Self { sizes, columns, lanes: BTreeMap::new(), segments: Vec::new() };
        for link in &members.links {
            let (from, to) = (members.all[link.from].column, members.all[link.to].column);
            if to + 1 == from {
                // Back to the column before: the other way round, and beside no box.
                vertices.segments.push((link.to, link.from));
                continue;
            }
            let mut at = link.from;
            for column in from + 1..=to {
                let next = if column == to { link.to } else { vertices.lane(link.to, column) };
                vertices.segments.push((at, next));
                at = next;
            }
        }
        vertices.segments.sort_unstable();
        vertices.segments.dedup();
        vertices
    }

    /// The lane of lines to a member through a column.
    fn lane(&mut self, to: usize, column: usize) -> usize {
        let next = self.sizes.len();
        let lane = *self.lanes.entry((to, column)).or_insert(next);
        if lane == next {
            self.sizes.push(LANE);
            self.columns[column].push(next);
        }
        lane
    }

    fn path(&self, members: &Members, link: &Link, edges: &[(i32, i32)], y: &impl Fn(usize) -> i32) -> String {
        let (from, to) = (&members.all[link.from], &members.all[link.to]);
        let right = |place: usize| {
            let member = &members.all[place];
            edges[member.column].0 + width(&member.name, &member.doc, member.kind)
        };
        if to.column <= from.column {
            // A little lower, so that it is told from the line that comes the other way.
            let ((x, _), y, end, target) = (edges[from.column], y(link.from) + 6, right(link.to), y(link.to) + 6);
            let bend = edges[to.column].1;
            return format!(
                "M{x} {y}C{m} {y} {m} {target} {bend} {target}H{end}m5 -4l-5 4l5 4",
                m = i32::midpoint(x, bend)
            );
        }
        let (mut x, mut at) = (edges[from.column].1, y(link.from));
        let mut path = format!("M{} {at}H{x}", right(link.from));
        for (column, &(left, end)) in edges.iter().enumerate().take(to.column + 1).skip(from.column + 1) {
            let next = self.lanes.get(&(link.to, column)).copied().unwrap_or(link.to);
            let (m, target) = (i32::midpoint(x, left), y(next));
            // Writing to a string can't fail.
            let _ = write!(path, "C{m} {at} {m} {target} {left} {target}");
            if column < to.column {
                let _ = write!(path, "H{end}");
            }
            (x, at) = (end, target);
        }
        path + "m-5 -4l5 4l-5 4"
    }
}

/// Where each column begins and ends; one without members takes no room.
fn edges(members: &Members) -> Vec<(i32, i32)> {
    let mut x = MARGIN;
    let of = |column: usize| members.all.iter().filter(move |member| member.column == column);
    (0..COLUMNS.len())
        .map(|column| {
            let Some(width) = of(column).map(|member| width(&member.name, &member.doc, member.kind)).max() else {
                return (x, x);
            };
            let width = width.max(rounded(as_float(COLUMNS[column].len()) * TITLE_LETTER));
            let edge = (x, x + width);
            x += width + BETWEEN;
            edge
        })
        .collect()
}

fn width(name: &str, doc: &str, kind: &str) -> i32 {
    let letters = if kind == "domain" { name.chars().count().max(doc.chars().count()) } else { name.chars().count() };
    (rounded(as_float(letters.min(64)) * LETTER) + 26).clamp(NARROWEST, WIDEST)
}

/// A domain says what is in it.
fn height(members: &Members, place: usize) -> i32 {
    if members.all[place].kind == "domain" { HIGHER } else { HEIGHT }
}

/// To a whole pixel; a picture is far smaller than `i32` is.
#[expect(clippy::cast_possible_truncation, reason = "a float that is too large is the largest integer")]
fn rounded(number: f64) -> i32 {
    number.round() as i32
}
