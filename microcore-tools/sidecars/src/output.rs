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

/// Reads until the end; the last line that says something.
pub(crate) async fn log(plugin: &'static str, stream: Stream, from: impl AsyncRead + Unpin) -> Option<String> {
    let mut from = BufReader::with_capacity(LONGEST, from);
    let (mut line, mut last) = (Vec::new(), None);
    loop {
        let Ok(read) = from.fill_buf().await else { return last };
        if read.is_empty() {
            return say(plugin, stream, &line).or(last);
        }
        let end = read.iter().position(|byte| *byte == b'\n');
        let room = LONGEST - line.len();
        let taken = end.unwrap_or(read.len()).min(room);
        line.extend_from_slice(&read[..taken]);
        // The end of the line is taken along, unless the line is cut before it.
        let is_whole = end == Some(taken);
        from.consume(taken + usize::from(is_whole));
        if is_whole || line.len() == LONGEST {
            last = say(plugin, stream, &line).or(last);
            line.clear();
        }
    }
}

fn say(plugin: &'static str, stream: Stream, line: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(line);
    let text = text.trim_end();
    if text.is_empty() {
        return None;
    }
    match stream {
        Stream::Out => tracing::info!(plugin, "{text}"),
        Stream::Err => tracing::warn!(plugin, "{text}"),
    }
    Some(text.to_owned())
}
