//! The side of the socket that a guest dials: one connection after the other, each of our own user and with the token.
//!
//! In: what gRPC brings. Out: the one `Link` of this start, once the guest has said hello; its tools are in `tools`.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use futures_util::Stream;
use http::HeaderValue;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::service::TowerToHyperService;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{mpsc, watch};
use tonic::codegen::Service;
use tonic::{Request, Response, Status, Streaming};

use crate::facts::Facts;
use crate::generated::host_server::{Host, HostServer};
use crate::generated::{
    Changed, ConfigKey, ConfigValue, Deleted, Done, FromSidecar, Hello, Line, OfCall, Publication, Rows, StateEntry,
    StateKey, StateValue, Statement, Welcome, from_sidecar, to_sidecar,
};
use crate::link::{Link, Outgoing};
use crate::tools;

/// What a message may have beside its body.
const BESIDE_BODY: u64 = 1 << 20;

/// One start of a guest, as its socket knows it.
#[derive(Clone)]
pub(crate) struct Desk(Arc<Inside>);

struct Inside {
    facts: Arc<Facts>,
    token: HeaderValue,
    /// Whether somebody attached already.
    attached: AtomicBool,
    /// What became of the hello.
    met: watch::Sender<Option<Result<Arc<Link>, String>>>,
}

impl Desk {
    pub(crate) fn new(facts: Arc<Facts>, token: HeaderValue) -> Self {
        Self(Arc::new(Inside { facts, token, attached: AtomicBool::new(false), met: watch::Sender::new(None) }))
    }

    /// Waits for the hello; an error says what is wrong with it.
    pub(crate) async fn met(&self) -> Result<Arc<Link>, String> {
        let mut met = self.0.met.subscribe();
        let met = met.wait_for(Option::is_some).await.ok().and_then(|met| (*met).clone());
        met.unwrap_or_else(|| Err("its socket is closed".to_owned()))
    }

    fn meets(&self, met: Result<Arc<Link>, String>) {
        self.0.met.send_if_modified(|known| {
            let first = known.is_none();
            if first {
                *known = Some(met);
            }
            first
        });
    }

    /// Takes connections until it is dropped.
    pub(crate) async fn serve(self, listener: UnixListener) {
        loop {
            let Ok((stream, _)) = listener.accept().await else {
                // Out of files: they are free again later.
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                continue;
            };
            let plugin = self.0.facts.name();
            if !is_our_own(&stream) {
                tracing::warn!(plugin, "somebody else's process connects to the guest's socket: it is not let in");
                continue;
            }
            tokio::spawn(self.clone().converse(stream));
        }
    }

    async fn converse(self, stream: UnixStream) {
        let largest = usize::try_from(self.0.facts.manifest.limits.reply + BESIDE_BODY).unwrap_or(usize::MAX);
        let service =
            HostServer::new(self.clone()).max_decoding_message_size(largest).max_encoding_message_size(usize::MAX);
        let service = TowerToHyperService::new(Guarded { desk: self, service });
        let served = hyper::server::conn::http2::Builder::new(TokioExecutor::new())
            .max_concurrent_streams(1_100)
            .serve_connection(TokioIo::new(stream), service);
        // A guest that has gone is noticed by its process, and one that talks nonsense by what it is not told.
        let _ = served.await;
    }

    /// Reads the guest's side of `Attach`: its hello, then its replies.
    async fn listen(self, mut from: Streaming<FromSidecar>, to: mpsc::Sender<Outgoing>) {
        let hello = match from.message().await {
            Ok(Some(FromSidecar { message: Some(from_sidecar::Message::Hello(hello)) })) => hello,
            Ok(_) => return self.meets(Err("its first message is no hello".to_owned())),
            Err(status) => return self.meets(Err(format!("its first message can't be read: {}", status.message()))),
        };
        let slots = match self.slots(hello) {
            Ok(slots) => slots,
            Err(why) => return self.meets(Err(why)),
        };
        let link = Arc::new(Link::new(to, slots as usize));
        let facts = &self.0.facts;
        let (name, largest_reply) = (facts.name().to_owned(), facts.manifest.limits.reply);
        link.send(to_sidecar::Message::Welcome(Welcome { name, slots, largest_reply })).await;
        self.meets(Ok(Arc::clone(&link)));
        let why = loop {
            match from.message().await {
                Ok(Some(FromSidecar { message: Some(from_sidecar::Message::Reply(reply)) })) => link.reply(reply),
                Ok(Some(_)) => break "it said hello twice".to_owned(),
                Ok(None) => break "it hung up".to_owned(),
                Err(status) => break status.message().to_owned(),
            }
        };
        link.breaks(&why);
    }

    fn slots(&self, hello: Hello) -> Result<u32, String> {
        if i64::from(hello.contract) != microcore_sidecars_manifest::CONTRACT {
            return Err(format!(
                "it speaks contract {}, and the application {}",
                hello.contract,
                microcore_sidecars_manifest::CONTRACT
            ));
        }
        match hello.slots.min(self.0.facts.manifest.limits.concurrency) {
            0 => Err("it says hello with no slots".to_owned()),
            slots => Ok(slots),
        }
    }
}

/// Whether the process at the other end is of the user that we are.
fn is_our_own(stream: &UnixStream) -> bool {
    stream.peer_cred().is_ok_and(|peer| peer.uid() == rustix::process::geteuid().as_raw())
}

/// Lets nobody in who has not the token of this start.
#[derive(Clone)]
struct Guarded<S> {
    desk: Desk,
    service: S,
}

impl<B, S> Service<http::Request<B>> for Guarded<S>
where
    S: Service<http::Request<B>, Response = http::Response<tonic::body::Body>>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut std::task::Context<'_>) -> Poll<Result<(), S::Error>> {
        self.service.poll_ready(context)
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        let token = request.headers().get("x-microcore-token");
        if !token.is_some_and(|token| is_same(token.as_bytes(), self.desk.0.token.as_bytes())) {
            self.desk.meets(Err("it does not have the token of this start".to_owned()));
            return Box::pin(async { Ok(Status::unauthenticated("the token is another one").into_http()) });
        }
        Box::pin(self.service.call(request))
    }
}

/// Compares without telling by its time how much is right.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).fold(0, |sum, (one, other)| sum | (one ^ other)) == 0
}

/// What goes to the guest, until the link is gone.
pub(crate) struct Outbound(mpsc::Receiver<Outgoing>);

impl Stream for Outbound {
    type Item = Outgoing;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut std::task::Context<'_>) -> Poll<Option<Outgoing>> {
        self.0.poll_recv(context)
    }
}

#[tonic::async_trait]
impl Host for Desk {
    type AttachStream = Outbound;

    async fn attach(&self, request: Request<Streaming<FromSidecar>>) -> Result<Response<Outbound>, Status> {
        if self.0.attached.swap(true, Ordering::AcqRel) {
            return Err(Status::already_exists("this start is attached already"));
        }
        let (to, outbound) = mpsc::channel(64);
        tokio::spawn(self.clone().listen(request.into_inner(), to));
        Ok(Response::new(Outbound(outbound)))
    }

    async fn query(&self, request: Request<Statement>) -> Result<Response<Rows>, Status> {
        let (link, asked) = (self.link()?, request.into_inner());
        Ok(Response::new(tools::query(&self.0.facts, &link, asked).await?))
    }

    async fn execute(&self, request: Request<Statement>) -> Result<Response<Changed>, Status> {
        let (link, asked) = (self.link()?, request.into_inner());
        Ok(Response::new(tools::execute(&self.0.facts, &link, asked).await?))
    }

    async fn begin(&self, request: Request<OfCall>) -> Result<Response<Done>, Status> {
        Ok(Response::new(tools::begin(&self.0.facts, &*self.link()?, request.into_inner()).await?))
    }

    async fn commit(&self, request: Request<OfCall>) -> Result<Response<Done>, Status> {
        Ok(Response::new(tools::end(&self.0.facts, &*self.link()?, request.into_inner(), true).await?))
    }

    async fn rollback(&self, request: Request<OfCall>) -> Result<Response<Done>, Status> {
        Ok(Response::new(tools::end(&self.0.facts, &*self.link()?, request.into_inner(), false).await?))
    }

    async fn publish(&self, request: Request<Publication>) -> Result<Response<Done>, Status> {
        Ok(Response::new(tools::publish(&self.0.facts, &*self.link()?, request.into_inner()).await?))
    }

    async fn get_state(&self, request: Request<StateKey>) -> Result<Response<StateValue>, Status> {
        Ok(Response::new(tools::get_state(&self.0.facts, &*self.link()?, request.into_inner()).await?))
    }

    async fn set_state(&self, request: Request<StateEntry>) -> Result<Response<Done>, Status> {
        Ok(Response::new(tools::set_state(&self.0.facts, &*self.link()?, request.into_inner()).await?))
    }

    async fn delete_state(&self, request: Request<StateKey>) -> Result<Response<Deleted>, Status> {
        Ok(Response::new(tools::delete_state(&self.0.facts, &*self.link()?, request.into_inner()).await?))
    }

    async fn config(&self, request: Request<ConfigKey>) -> Result<Response<ConfigValue>, Status> {
        Ok(Response::new(tools::config(&self.0.facts, &request.into_inner())?))
    }

    async fn log(&self, request: Request<Line>) -> Result<Response<Done>, Status> {
        let asked = request.into_inner();
        let scope = self.link().ok().and_then(|link| link.scope(asked.call));
        Ok(Response::new(tools::log(&self.0.facts, scope.as_deref(), &asked)))
    }
}

impl Desk {
    fn link(&self) -> Result<Arc<Link>, Status> {
        match &*self.0.met.borrow() {
            Some(Ok(link)) => Ok(Arc::clone(link)),
            _ => Err(Status::failed_precondition("say hello first")),
        }
    }
}
