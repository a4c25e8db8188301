//! The picture as a file of its own, for READMEs. In: boxes and paths. Out: SVG, light and dark as the reader's system is.

use std::fmt::Write as _;

use super::{Picture, Placed};

const STYLE: &str = "\
text{font:12.5px ui-sans-serif,system-ui,sans-serif;fill:#1d2329}\
.title,.doc{font-size:11px;fill:#6a737d}\
.box{fill:#fff;stroke:#c6ccd2}\
.event{fill:#eef3ff;stroke:#9db5ee}\
.domain{fill:#f5f6f8;stroke:#c6ccd2}\
.route,.scope,.schedule{fill:none;stroke:none}\
.line{fill:none;stroke:#aab2bb}\
.publishes,.heard,.answered{stroke:#4c6fd8}\
.uses{stroke-dasharray:3 3}\
@media(prefers-color-scheme:dark){\
text{fill:#e4e7eb}.title,.doc{fill:#98a1ab}\
.box{fill:#1b2027;stroke:#454d57}.event{fill:#1d2740;stroke:#4c64a8}.domain{fill:#20262e}.route,.scope,.schedule{fill:none}\
.line{stroke:#5a636e}.publishes,.heard,.answered{stroke:#7d9bf5}}";

impl Picture {
    /// A whole document.
    pub fn to_svg(&self) -> String {
        let Self { width, height, .. } = self;
        let mut text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"What leads to what\">\n<style>{STYLE}</style>\n"
        );
        // Writing to a string can't fail.
        for column in &self.columns {
            let _ = writeln!(text, "<text class=\"title\" x=\"{}\" y=\"22\">{}</text>", column.x, column.title);
        }
        for line in &self.lines {
            let kind = line.kind.split(' ').next().unwrap_or_default();
            let (from, to) = (escaped(&line.from), escaped(&line.to));
            let _ = writeln!(
                text,
                "<path class=\"line {kind}\" d=\"{}\"><title>{from} {} {to}</title></path>",
                line.path, line.kind
            );
        }
        for placed in &self.boxes {
            draw(placed, &mut text);
        }
        text + "</svg>\n"
    }
}

fn draw(placed: &Placed, text: &mut String) {
    let Placed { kind, name, doc, x, y, width, height, .. } = placed;
    let radius = if *kind == "event" { height / 2 } else { 5 };
    let _ = write!(
        text,
        "<g><title>{}</title><rect class=\"box {kind}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" \
         rx=\"{radius}\"/>",
        escaped(if doc.is_empty() { name } else { doc }),
    );
    if *kind == "table" {
        // Two lines at its side, as in a list.
        let _ = write!(text, "<path class=\"line\" d=\"M{} {y}v{height}\"/>", x + 6);
    }
    let first = y + if *kind == "domain" { 19 } else { height / 2 + 4 };
    let left = x + if matches!(*kind, "route" | "schedule" | "scope") { 2 } else { 13 };
    let _ = write!(text, "<text x=\"{left}\" y=\"{first}\">{}</text>", escaped(&cut(name, *width)));
    if *kind == "domain" {
        let _ = write!(text, "<text class=\"doc\" x=\"{left}\" y=\"{}\">{}</text>", first + 16, escaped(doc));
    }
    text.push_str("</g>\n");
}

/// What fits into a box.
fn cut(name: &str, width: i32) -> String {
    let room = usize::try_from((width - 20) * 10 / 69).unwrap_or_default();
    if name.chars().count() <= room {
        return name.to_owned();
    }
    name.chars().take(room.saturating_sub(1)).chain(['…']).collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
