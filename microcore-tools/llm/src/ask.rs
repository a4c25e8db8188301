//! What is asked, and what is answered.

use serde_json::Value;

/// A question with all that was said before.
#[derive(Debug, Clone, Default, PartialEq)]
#[must_use = "a question is asked by `llm.ask`"]
#[non_exhaustive]
pub struct Ask {
    /// How the model shall behave.
    pub system: Option<String>,
    /// What was said, oldest first; the last one is what is asked.
    pub turns: Vec<Turn>,
    /// The most tokens of the answer; the provider's own limit where there is none.
    pub most_tokens: Option<u32>,
    /// From 0, which is sober, to 2; the model's own where there is none.
    pub temperature: Option<f64>,
}

/// Something that was said.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Turn {
    /// By the user.
    User(String),
    /// By the model.
    Model(String),
    /// The model called tools.
    Calls(Vec<ToolCall>),
    /// What a tool gave back.
    Result {
        /// The call.
        call: ToolCall,
        /// What the model reads, often JSON.
        content: String,
    },
}

/// A call of a tool by the model.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolCall {
    /// Its name, by which its result is known.
    pub id: String,
    /// The tool.
    pub name: String,
    /// What it is called with.
    pub arguments: Value,
    /// What the provider wants back with the call, word by word; some sign their thoughts.
    pub memo: Option<Vec<String>>,
}

impl Ask {
    /// A question.
    pub fn of(question: impl Into<String>) -> Self {
        Self::default().user(question)
    }

    /// How the model shall behave.
    pub fn system(self, text: impl Into<String>) -> Self {
        Self { system: Some(text.into()), ..self }
    }

    /// What the user says next.
    pub fn user(mut self, text: impl Into<String>) -> Self {
        self.turns.push(Turn::User(text.into()));
        self
    }

    /// What the model said.
    pub fn model(mut self, text: impl Into<String>) -> Self {
        self.turns.push(Turn::Model(text.into()));
        self
    }

    /// The most tokens of the answer.
    pub fn most_tokens(self, tokens: u32) -> Self {
        Self { most_tokens: Some(tokens), ..self }
    }

    /// From 0 to 2.
    pub fn temperature(self, temperature: f64) -> Self {
        Self { temperature: Some(temperature), ..self }
    }
}

/// An answer.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Reply {
    /// What the model says; empty where it only calls tools.
    pub text: String,
    /// The tools that it calls.
    pub calls: Vec<ToolCall>,
    /// What it cost.
    pub usage: Usage,
}

impl Reply {
    /// For backends.
    pub fn of(text: impl Into<String>, calls: Vec<ToolCall>, usage: Usage) -> Self {
        Self { text: text.into(), calls, usage }
    }
}

/// What an answer cost, in tokens; 0 where the provider does not say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// What the model read.
    pub input: u64,
    /// What it wrote.
    pub output: u64,
}

impl std::ops::AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        self.input += other.input;
        self.output += other.output;
    }
}
