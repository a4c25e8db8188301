//! The pages about 500 plugins: they stay readable, and what they take is printed.

use std::sync::OnceLock;
use std::thread;

use microcore_runtime::__private::{Body, Head, Methods, Response, no_route};
use microcore_runtime::manifest::{Manifest, PluginFacts, RouteFacts};
use microcore_runtime::plugin::Identity;
use microcore_runtime::server::{Respond, ServerSettings, bind, serve};
use microcore_runtime::settings::{Environment, Settings as _};
use tokio_util::sync::CancellationToken;

use crate::browser::Browser;

const DOMAINS: usize = 25;
const EACH: usize = 20;

struct Large;

impl Respond for Large {
    async fn respond(&'static self, head: &Head, _: Body, response: &mut Response) {
        *response = no_route(head, Methods::NONE);
    }

    fn manifest(&self) -> Option<&'static Manifest> {
        static MANIFEST: OnceLock<Manifest> = OnceLock::new();
        Some(MANIFEST.get_or_init(manifest))
    }
}

fn text(text: String) -> &'static str {
    text.leak()
}

/// Each plugin has a route, and hears of what another one does.
fn manifest() -> Manifest {
    let plugins = (0..DOMAINS * EACH).map(|number| {
        let (domain, plugin) = (text(format!("domain_{:02}", number / EACH)), text(format!("plugin_{number:03}")));
        let path = text(format!("/things/{number}/{{id}}"));
        let routes = vec![RouteFacts { path, handler: "one", doc: "Tells of a thing.", ..RouteFacts::PLAIN }].leak();
        let identity = Identity { domain, plugin, name: text(format!("{domain}.{plugin}")) };
        PluginFacts { routes, doc: "Keeps things.", ..PluginFacts::needing(&["db"]).at(identity) }
    });
    let plugins: Vec<PluginFacts> = plugins.collect();
    Manifest { name: "large", version: "1.0.0", plugins: plugins.leak(), ..Manifest::EMPTY }
}

/// Serves it on a thread of its own; gives the port.
pub(crate) fn start() -> u16 {
    let (tell, told) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let settings = ServerSettings::load(&Environment::of([("HTTP_PORT", "0")])).unwrap();
            let listener = bind(&settings).await.unwrap();
            tell.send(listener.local_addr().unwrap().port()).unwrap();
            serve(&Large, listener, settings.verify().unwrap(), CancellationToken::new()).await;
        });
    });
    told.recv().unwrap()
}

/// Milliseconds from the beginning of the navigation to the first paint that has something on it, and until now.
pub(crate) async fn painted(browser: &Browser) -> (f64, f64) {
    let first = browser.run("return performance.getEntriesByName('first-contentful-paint')[0].startTime").await;
    let now = browser.run("return performance.now()").await;
    (first.as_f64().unwrap(), now.as_f64().unwrap())
}
