//! From inputs to an open socket. In: the request's inputs, the rules of its messages, the handler. Out: 101, or why not.

use hyper_util::rt::TokioIo;

use super::handshake::Handshake;
use super::subprotocol::agreed;
use super::{Socket, Subprotocol, talk};
use crate::error::{Error, Result};
use crate::request::Inputs;
use crate::response::{Response, failure};
use crate::validation::BodyRules;

/// A handler that takes what the head says, and a socket. Who may not open one learns it before the handshake.
pub async fn answer_socket<'r, I, In, Out, P, F>(
    inputs: Inputs<'r>,
    read: impl FnOnce(&mut Inputs<'r>) -> Option<I>,
    rules: BodyRules<In>,
    handler: impl FnOnce(I, Socket<In, Out, P>) -> F + Send + 'static,
    response: &mut Response,
) where
    I: Send + 'static,
    In: Send + 'static,
    Out: 'static,
    P: Subprotocol,
    F: Future<Output = Result<()>> + Send,
{
    *response = open(inputs, read, rules, handler);
}

fn open<'r, I, In, Out, P, F>(
    mut inputs: Inputs<'r>,
    read: impl FnOnce(&mut Inputs<'r>) -> Option<I>,
    rules: BodyRules<In>,
    handler: impl FnOnce(I, Socket<In, Out, P>) -> F + Send + 'static,
) -> Response
where
    I: Send + 'static,
    In: Send + 'static,
    Out: 'static,
    P: Subprotocol,
    F: Future<Output = Result<()>> + Send,
{
    let Some(lasting) = inputs.lasting() else { return failure(Error::unavailable("a socket needs a server")) };
    if lasting.is_foreign(inputs.head()) {
        return failure(Error::forbidden("a page of another site may not open this socket with cookies"));
    }
    let Some(values) = read(&mut inputs) else { return inputs.refuse() };
    let (upgrade, accepted) = match Handshake::of(inputs.head()) {
        Ok(handshake) => handshake.split(),
        Err(refusal) => return *refusal,
    };
    let (name, protocol) = agreed::<P>(inputs.headers()).unzip();
    lasting.spawn(async move {
        match upgrade.await {
            Ok(stream) => {
                talk::run(TokioIo::new(stream), lasting, rules, protocol, |socket| handler(values, socket)).await;
            }
            Err(error) => tracing::debug!("a socket was not opened: {error}"),
        }
    });
    Handshake::response(accepted, name)
}
