//! `microcore mcp`: the same for assistants, by the Model Context Protocol over stdin and stdout.
//!
//! In: calls of tools. Out: their texts, and data where there is some. What goes wrong is an answer, not a failure of
//! the protocol: the assistant reads it and mends it.

mod actions;
mod diagnostics;
mod listing;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation, InitializeResult,
    ListToolsResult, PaginatedRequestParams, ServerCapabilities,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler, ServiceExt as _};

use self::actions::Answer;
use crate::problem::{Problem, Result};

const INSTRUCTIONS: &str = "Work on an application on MicroCore: one file is one feature. Begin with `context`; ask `context` \
    for a domain before you change it; write files by the `add_…` tools or by hand, then `check`; `explain` an error's code.";

/// The server of one project.
struct Server {
    working: PathBuf,
}

/// Serves until the client closes its end.
pub(crate) fn serve(working: &Path) -> Result<ExitCode> {
    let failed = |error: &dyn std::fmt::Display| Problem::new(format!("the protocol failed: {error}"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| failed(&error))?;
    runtime.block_on(async {
        let server = Server { working: working.to_owned() };
        let running = server.serve(rmcp::transport::stdio()).await.map_err(|error| failed(&error))?;
        running.waiting().await.map_err(|error| failed(&error))?;
        Ok(ExitCode::SUCCESS)
    })
}

impl ServerHandler for Server {
    fn get_info(&self) -> InitializeResult {
        let mut info = InitializeResult::new(ServerCapabilities::builder().enable_tools().build());
        info.server_info = Implementation::new("microcore", env!("CARGO_PKG_VERSION"));
        info.instructions = Some(INSTRUCTIONS.to_owned());
        info
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> std::result::Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult { tools: listing::tools(), ..ListToolsResult::default() })
    }

    async fn call_tool(
        &self,
        call: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> std::result::Result<CallToolResponse, ErrorData> {
        if listing::tools().iter().all(|tool| tool.name != call.name) {
            return Err(ErrorData::invalid_params(format!("there is no tool `{}`", call.name), None));
        }
        let working = self.working.clone();
        // cargo may take minutes; the protocol answers meanwhile.
        let done = tokio::task::spawn_blocking(move || {
            actions::call(&working, &call.name, &call.arguments.unwrap_or_default())
        });
        let answer = done.await.map_err(|error| ErrorData::internal_error(error.to_string(), None))?;
        let result = match answer {
            Ok(Answer { text, data }) => {
                let mut result = CallToolResult::success(vec![ContentBlock::text(text)]);
                result.structured_content = data;
                result
            }
            Err(problem) => CallToolResult::error(vec![ContentBlock::text(format!("error: {problem}"))]),
        };
        Ok(result.into())
    }
}
