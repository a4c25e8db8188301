//! The tool `http`: the server's own handle. Routes are declared on handlers, not here.

use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};

use microcore_runtime::application::Application;
use microcore_runtime::error::Result;
use microcore_runtime::lifecycle::{Online, ToolHealth};
use microcore_runtime::manifest::RouteFacts;
use microcore_runtime::server::{ServerHandle, ServerSettings};

/// What the application serves, where, and how it is.
#[derive(Clone)]
pub struct Http {
    settings: Arc<ServerSettings>,
    online: Arc<OnceLock<Serving>>,
}

/// What is known once the application is online.
struct Serving {
    server: ServerHandle,
    routes: Vec<RouteFacts>,
    /// The application's type is known where it goes online and nowhere in this tool's type, hence the box.
    health: Box<dyn Fn() -> Checking + Send + Sync>,
}

/// A health check under way.
type Checking = Pin<Box<dyn Future<Output = Vec<ToolHealth>> + Send>>;

/// The server: its address, its routes, its health, and the way to stop it.
#[microcore_macros::tool]
impl Http {
    async fn setup(settings: ServerSettings) -> Result<Self> {
        Ok(Self { settings: Arc::new(settings), online: Arc::default() })
    }

    /// The address that is listened on; `None` before the application is online.
    pub fn local_address(&self) -> Option<SocketAddr> {
        self.online.get().map(|serving| serving.server.local_address())
    }

    /// Every route, in the order of domains, then files.
    pub fn routes(&self) -> &[RouteFacts] {
        self.online.get().map_or(&[], |serving| &serving.routes)
    }

    /// The health of every tool in use; empty before the application is online.
    pub async fn health(&self) -> Vec<ToolHealth> {
        match self.online.get() {
            Some(serving) => (serving.health)().await,
            None => Vec::new(),
        }
    }

    /// Whether requests should be sent here: online, and not about to stop.
    pub fn is_accepting(&self) -> bool {
        self.online.get().is_some_and(|serving| !serving.server.is_stopping())
    }

    /// Begins the graceful stop of the application.
    pub fn stop(&self) {
        if let Some(serving) = self.online.get() {
            serving.server.stop();
        }
    }
}

impl<A: Application> Online<A> for Http {
    fn online(&self, app: &'static A, server: ServerHandle) {
        let routes = A::MANIFEST.plugins.iter().flat_map(|plugin| plugin.routes).copied().collect();
        let health = Box::new(move || -> Checking { Box::pin(app.health()) });
        // An application goes online once.
        let _ = self.online.set(Serving { server, routes, health });
    }
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http")
            .field("settings", &self.settings)
            .field("local_address", &self.local_address())
            .finish_non_exhaustive()
    }
}
