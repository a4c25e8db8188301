//! A model of a provider, by its own protocol or by that which most others speak, too. The protocols are `genai`'s.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use genai::adapter::AdapterKind;
use genai::chat::{
    ChatMessage, ChatOptions, ChatRequest, ChatResponseFormat, ChatStream, ChatStreamEvent, JsonSpec, StreamEnd, Tool,
    ToolCall as GenaiCall, ToolResponse,
};
use genai::resolver::{AuthData, Endpoint};
use genai::{Client, ModelIden, ModelSpec, ServiceTarget};
use microcore::lifecycle::Boot;
use microcore::prelude::*;
use microcore::settings::Problems;
use tokio::time::{sleep, timeout};

use super::{Backend, LlmError, Model, Piece, Pieces, Reply, Request, ToolCall, Turn, Usage};

/// The pause before the first repetition, where the provider says none; it doubles with each.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// The backend `Remote`.
#[derive(Debug, Clone, Copy)]
pub struct Remote;

/// What [`Remote`] reads.
#[derive(Debug, Settings)]
#[settings(prefix = "LLM")]
#[non_exhaustive]
pub struct RemoteSettings {
    /// Model, by its provider's name: `gpt-5-mini`, `claude-sonnet-4-5`, `llama3.2`.
    pub model: String,
    /// Whose protocol is spoken: `openai`, `anthropic`, `gemini`, `ollama` and others; told by the model's name where it is
    /// not set.
    pub provider: Option<String>,
    /// Key; a server of your own may need none.
    pub key: Option<Secret<String>>,
    /// Server, where it is not the provider's own: `https://llm.example.com/v1/`.
    pub url: Option<String>,
    /// Time for an answer, and for each piece of one that comes.
    #[setting(default = "60s", within = "10ms..=1h")]
    pub timeout: Duration,
    /// How often a question is repeated that had no answer.
    #[setting(default = "2", within = "0..=10")]
    pub retries: u32,
}

/// An open way to a model.
#[derive(Debug)]
pub struct RemoteModel {
    client: Client,
    target: ServiceTarget,
    name: String,
    timeout: Duration,
    retries: u32,
}

impl Backend for Remote {
    type Settings = RemoteSettings;
    type Model = RemoteModel;

    async fn open(settings: RemoteSettings, _: &Boot) -> Result<RemoteModel> {
        // Whoever chose another one before keeps it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().connect_timeout(settings.timeout).build()?;
        let client =
            Client::builder().with_reqwest(http).build().map_err(|error| problem("LLM_MODEL", &error.to_string()))?;
        let spec: ModelSpec = match settings.provider.as_deref() {
            None => settings.model.as_str().into(),
            Some(name) => match AdapterKind::from_lower_str(name) {
                Some(kind) => ModelIden::new(kind, settings.model.as_str()).into(),
                None => {
                    let known: Vec<&str> = AdapterKind::all().iter().map(AdapterKind::as_lower_str).collect();
                    return Err(problem("LLM_PROVIDER", &format!("must be one of {}", known.join(", "))).into());
                }
            },
        };
        let target = client.resolve_service_target(spec).await;
        let mut target = target.map_err(|error| problem("LLM_MODEL", &error.to_string()))?;
        target.auth = AuthData::from_single(settings.key.map_or_else(String::new, |key| key.expose().clone()));
        if let Some(url) = settings.url {
            if !url.starts_with("https://") && !url.starts_with("http://") {
                return Err(problem("LLM_URL", "must begin with `https://` or `http://`").into());
            }
            // What is behind the last slash would be replaced by the path of a call.
            target.endpoint = Endpoint::from_owned(if url.ends_with('/') { url } else { url + "/" });
        }
        Ok(RemoteModel { client, target, name: settings.model, timeout: settings.timeout, retries: settings.retries })
    }
}

fn problem(key: &str, message: &str) -> Problems {
    let mut problems = Problems::default();
    problems.add(key, message);
    problems
}

/// A question in genai's words.
fn request(request: &Request) -> (ChatRequest, ChatOptions) {
    let mut chat = ChatRequest::new(request.ask.turns.iter().map(message).collect());
    chat.system.clone_from(&request.ask.system);
    if !request.tools.is_empty() {
        let tools = request.tools.iter().map(|tool| {
            Tool::new(tool.name.clone()).with_description(tool.description.clone()).with_schema(tool.schema.clone())
        });
        chat = chat.with_tools(tools);
    }
    let mut options =
        ChatOptions::default().with_capture_usage(true).with_capture_content(true).with_capture_tool_calls(true);
    if let Some(tokens) = request.ask.most_tokens {
        options = options.with_max_tokens(tokens);
    }
    if let Some(temperature) = request.ask.temperature {
        options = options.with_temperature(temperature);
    }
    if let Some(schema) = &request.schema {
        options = options.with_response_format(ChatResponseFormat::JsonSpec(JsonSpec::new("answer", schema.clone())));
    }
    (chat, options)
}

fn message(turn: &Turn) -> ChatMessage {
    let genai = |call: &ToolCall| GenaiCall {
        call_id: call.id.clone(),
        fn_name: call.name.clone(),
        fn_arguments: call.arguments.clone(),
        thought_signatures: call.memo.clone(),
    };
    match turn {
        Turn::User(text) => ChatMessage::user(text.clone()),
        Turn::Model(text) => ChatMessage::assistant(text.clone()),
        Turn::Calls(calls) => ChatMessage::from(calls.iter().map(genai).collect::<Vec<_>>()),
        Turn::Result { call, content } => {
            ChatMessage::from(ToolResponse::from_tool_call(&genai(call), content.clone()))
        }
    }
}

fn call(call: GenaiCall) -> ToolCall {
    ToolCall { id: call.call_id, name: call.fn_name, arguments: call.fn_arguments, memo: call.thought_signatures }
}

fn usage(usage: &genai::chat::Usage) -> Usage {
    let tokens = |count: Option<i32>| count.and_then(|count| u64::try_from(count).ok()).unwrap_or_default();
    Usage { input: tokens(usage.prompt_tokens), output: tokens(usage.completion_tokens) }
}

/// A failure, and after how long the provider wants to be asked again, where it says so.
struct Failed(LlmError, Option<Duration>);

impl From<genai::Error> for Failed {
    fn from(error: genai::Error) -> Self {
        use genai::webc;
        let answered = match &error {
            genai::Error::WebModelCall { webc_error, .. } | genai::Error::WebAdapterCall { webc_error, .. } => {
                match webc_error {
                    webc::Error::ResponseFailedStatus { status, headers, .. } => Some((*status, headers)),
                    _ => None,
                }
            }
            genai::Error::HttpError { status, headers, .. } => Some((*status, headers)),
            _ => None,
        };
        let pause = answered.and_then(|(_, headers)| headers.get("retry-after")?.to_str().ok()?.parse().ok());
        let status = answered.map(|(status, _)| status.as_u16());
        // Its text has line breaks and the question in it, which is the users'.
        let said = match &error {
            genai::Error::ChatResponseGeneration { cause, .. } => cause.clone(),
            other => other.to_string().split_whitespace().collect::<Vec<_>>().join(" "),
        };
        let refused = matches!(status, Some(400..=499)) && !matches!(status, Some(408 | 409 | 425 | 429));
        let failure = if refused { LlmError::refused(said) } else { LlmError::unavailable(said) };
        Self(failure, pause.map(Duration::from_secs))
    }
}

impl RemoteModel {
    /// Asks until there is an answer, or no hope of one.
    async fn repeated<T, F>(&self, ask: impl Fn() -> F + Send + Sync) -> Result<T, LlmError>
    where
        T: Send,
        F: Future<Output = Result<T, genai::Error>> + Send,
    {
        for number in 0.. {
            let Failed(failure, pause) = match timeout(self.timeout, ask()).await {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(error)) => error.into(),
                Err(_) => Failed(LlmError::unavailable(format!("no answer within {:?}", self.timeout)), None),
            };
            let pause = pause.unwrap_or_else(|| FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(number)));
            if number >= self.retries || !matches!(failure, LlmError::Unavailable(_)) || pause > self.timeout {
                return Err(failure);
            }
            tracing::debug!(number, ?pause, "the question is repeated");
            sleep(pause).await;
        }
        unreachable!("the loop has no end")
    }
}

impl Model for RemoteModel {
    fn name(&self) -> &str {
        &self.name
    }

    async fn answer(&self, asked: Request) -> Result<Reply, LlmError> {
        let (chat, options) = request(&asked);
        let ask = || {
            let (client, target, chat, options) =
                (self.client.clone(), self.target.clone(), chat.clone(), options.clone());
            async move { client.exec_chat(target, chat, Some(&options)).await }
        };
        let answer = self.repeated(ask).await?;
        let (usage, text) = (usage(&answer.usage), answer.texts().concat());
        Ok(Reply::of(text, answer.into_tool_calls().into_iter().map(call).collect(), usage))
    }

    async fn stream(&self, asked: Request) -> Result<Pieces, LlmError> {
        let (chat, options) = request(&asked);
        let ask = || {
            let (client, target, chat, options) =
                (self.client.clone(), self.target.clone(), chat.clone(), options.clone());
            async move {
                let mut stream = client.exec_chat_stream(target, chat, Some(&options)).await?.stream;
                // The provider is asked when somebody reads: only the first event says whether it answers.
                let first = loop {
                    match stream.next().await.transpose()? {
                        Some(ChatStreamEvent::Start | ChatStreamEvent::Heartbeat) => {}
                        other => break other,
                    }
                };
                Ok((first, stream))
            }
        };
        let (first, rest) = self.repeated(ask).await?;
        Ok(pieces(first, rest, self.timeout))
    }
}

/// The events of a stream → its pieces.
fn pieces(first: Option<ChatStreamEvent>, rest: ChatStream, within: Duration) -> Pieces {
    let begun = (Some(Ok(first)), Some(rest));
    stream::unfold(begun, move |(mut ahead, rest)| async move {
        let mut rest = rest?;
        loop {
            let event = match ahead.take() {
                Some(event) => event,
                None => match timeout(within, rest.next()).await {
                    Ok(event) => event.transpose(),
                    Err(_) => {
                        return Some((Err(LlmError::unavailable(format!("nothing within {within:?}"))), (None, None)));
                    }
                },
            };
            return match event {
                Ok(Some(ChatStreamEvent::Chunk(chunk))) => Some((Ok(Piece::Text(chunk.content)), (None, Some(rest)))),
                Ok(Some(ChatStreamEvent::End(end))) => Some((ended(end), (None, None))),
                Ok(Some(_)) => continue,
                Ok(None) => None,
                Err(error) => Some((Err(Failed::from(error).0), (None, None))),
            };
        }
    })
    .boxed()
}

/// The end of a stream. Without a reason it did not come to its end: a connection that is closed early looks the same.
fn ended(end: StreamEnd) -> Result<Piece, LlmError> {
    if end.captured_stop_reason.is_none() {
        return Err(LlmError::unavailable("the answer was cut"));
    }
    let usage = end.captured_usage.as_ref().map(usage).unwrap_or_default();
    let text = end.captured_texts().map(|texts| texts.concat()).unwrap_or_default();
    let calls = end.captured_into_tool_calls().unwrap_or_default().into_iter().map(call).collect();
    Ok(Piece::End(Reply::of(text, calls, usage)))
}
