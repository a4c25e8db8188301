//! `/system/` where the dashboard is left out: what there is, as links. `/system` leads there.

use super::{Answering, Asking, PAGES, Page};
use crate::response::{Media, Redirect, reply};

pub(super) const PAGE: Page = Page::shows("/system/", answer);
pub(super) const BARE: Page = Page::shows("/system", there);

fn answer(asking: Asking<'_>) -> Answering<'_> {
    let pages = PAGES.iter().filter(|page| !page.acts && !["/system", "/system/"].contains(&page.path));
    let pages = pages.filter(|page| !page.needs_bus || asking.shown.inside.has_bus()).map(|page| page.path);
    let documents: &[&str] = match (asking.shown.openapi, cfg!(feature = "docs")) {
        (true, true) => &["/system/openapi.json", "/system/docs/"],
        (true, false) => &["/system/openapi.json"],
        (false, _) => &[],
    };
    let links = pages.chain(documents.iter().copied());
    let links: Vec<String> = links.map(|path| format!("<li><a href=\"{path}\">{path}</a></li>")).collect();
    let links = links.join("\n");
    let page = format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>System</title>
<link rel="icon" href="data:,">
</head>
<body>
<main>
<h1>System</h1>
<ul>
{links}
</ul>
</main>
</body>
</html>
"#
    );
    Box::pin(async move { Ok(reply(200, Media::new("text/html; charset=utf-8", page))) })
}

fn there(_: Asking<'_>) -> Answering<'_> {
    Box::pin(async { Ok(reply(200, Redirect::to("/system/"))) })
}
