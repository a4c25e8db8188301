//! The one place where a handler that is not `Send` fails to compile.

/// The handler's future as it is, with `Send` asked for here and nowhere else.
///
/// The type that comes out says `Send` by itself, so one handler that holds an `Rc` across an `await` is one error, at
/// the call that generated code puts under the handler's name.
pub fn sendable<F: Future + Send>(handler: F) -> impl Future<Output = F::Output> + Send {
    handler
}
