//! What a guest prints becomes lines of the log, with its name.

use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};

/// The longest line; what follows is a line of its own.
const LONGEST: usize = 8 * 1024;

/// Where it was printed to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Stream {
    Out,
    Err,
}

/// Reads until the end.
pub(crate) async fn log(plugin: &'static str, stream: Stream, from: impl AsyncRead + Unpin) {
    let mut from = BufReader::with_capacity(LONGEST, from);
    let mut line = Vec::new();
    loop {
        let Ok(read) = from.fill_buf().await else { return };
        if read.is_empty() {
            say(plugin, stream, &line);
            return;
        }
        let end = read.iter().position(|byte| *byte == b'\n');
        let room = LONGEST - line.len();
        let taken = end.unwrap_or(read.len()).min(room);
        line.extend_from_slice(&read[..taken]);
        // The end of the line is taken along, unless the line is cut before it.
        let is_whole = end == Some(taken);
        from.consume(taken + usize::from(is_whole));
        if is_whole || line.len() == LONGEST {
            say(plugin, stream, &line);
            line.clear();
        }
    }
}

fn say(plugin: &'static str, stream: Stream, line: &[u8]) {
    let text = String::from_utf8_lossy(line);
    let text = text.trim_end();
    match stream {
        _ if text.is_empty() => {}
        Stream::Out => tracing::info!(plugin, "{text}"),
        Stream::Err => tracing::warn!(plugin, "{text}"),
    }
}
