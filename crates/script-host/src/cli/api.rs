//! `airway api`: any operation, raw.

mod describe;
mod fields;
mod list;
mod output;
mod request;
mod tree;

use std::path::PathBuf;

use airway_client::{Airbyte, Operation, operations};
use clap::Args;
use fields::Given;
use futures::{Stream, TryStreamExt};
use output::{Output, Unread};
use serde_json::Value;

use super::connect::{Connected, announce, block_on, diagnose};
use super::target::TargetOptions;
use super::{Surroundings, complain, print, unread};
use crate::diagnostics::{Diagnostic, ExitCode, Kind};
use crate::runtime::Settings;
use request::Request;

/// Call any operation of the API
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  airway api --list connection
  airway api --describe connections/list
  airway api connections/list -f workspaceId=7d0e… --paginate
  airway api jobs/list -f configId=7d0e… -f configTypes[]=sync -F pagination.pageSize:=5
  airway api sources/create --input source.json")]
pub(super) struct Api {
    /// The operation: its path, such as `connections/list`, or its id
    #[arg(required_unless_present_any = ["list", "describe"])]
    operation: Option<String>,
    /// Send this text; `a.b=` is a member of a member, `a[]=` one more item of a list
    #[arg(short = 'f', long = "field", value_name = "NAME=TEXT")]
    texts: Vec<String>,
    /// Send this JSON, such as a number
    #[arg(short = 'F', long = "json", value_name = "NAME:=JSON")]
    values: Vec<String>,
    /// Send what is in this file, or in standard input if it is `-`
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// Ask for page after page and write all items as one list
    #[arg(long)]
    paginate: bool,
    /// List the operations, or those of one kind, such as `connection`
    #[arg(long, value_name = "TAG", num_args = 0..=1,
          conflicts_with_all = ["describe", "operation", "texts", "values", "input", "paginate"])]
    #[expect(clippy::option_option, reason = "left out, without a tag, with one")]
    list: Option<Option<String>>,
    /// Show what an operation takes and answers
    #[arg(long, value_name = "OPERATION", conflicts_with_all = ["operation", "texts", "values", "input", "paginate"])]
    describe: Option<String>,
    #[command(flatten)]
    target: TargetOptions,
}

impl Api {
    pub(super) fn execute(self, surroundings: &Surroundings) -> ExitCode {
        self.answer(surroundings).unwrap_or_else(|diagnostic| complain(&diagnostic))
    }

    fn answer(self, surroundings: &Surroundings) -> Result<ExitCode, Diagnostic> {
        if let Some(tag) = &self.list {
            print(&list::list(tag.as_deref())?);
            return Ok(ExitCode::Ok);
        }
        if let Some(name) = &self.describe {
            print(&describe::describe(named(name)?));
            return Ok(ExitCode::Ok);
        }
        let operation = named(self.operation.as_deref().unwrap_or_default())?;
        if self.paginate && operation.paging.is_none() {
            let title = format!("operation `{}` answers no list", operation.name());
            return Err(Diagnostic::error(Kind::Usage, title).hint("leave `--paginate` out"));
        }
        let settings = self.target.settings(&surroundings.environment)?;
        announce(&settings, surroundings.talk.verbosity);
        let given = Given { file: self.input, texts: self.texts, values: self.values };
        let input = given.input(operation)?;
        let request = Request::new(operation, input, settings.workspace.clone());
        let call = Call { request, is_paged: self.paginate, settings };
        match block_on(call.make())? {
            Ok(()) => Ok(ExitCode::Ok),
            Err(Unread(error)) => Ok(unread(&error)),
        }
    }
}

/// Finds an operation, without a server.
fn named(name: &str) -> Result<&'static Operation, Diagnostic> {
    operations().get(name).ok_or_else(|| {
        let near = operations().nearest(name).map(|near| format!("did you mean `{near}`?"));
        let title = format!("the API has no operation `{name}`");
        Diagnostic::error(Kind::Usage, title)
            .hint(near.unwrap_or_else(|| "`airway api --list` shows all there are".to_owned()))
    })
}

struct Call {
    request: Request,
    is_paged: bool,
    settings: Settings,
}

impl Call {
    async fn make(self) -> Result<Result<(), Unread>, Diagnostic> {
        let connected = Connected::to(&self.settings.target).await?;
        let mut client = self.settings.access.apply(Airbyte::builder());
        if let Some(address) = &connected.address {
            client = client.server(address);
        }
        let made = match self.settings.login.apply(client).build() {
            Ok(airbyte) => answer(&airbyte, self.request, self.is_paged).await,
            Err(error) => Err(diagnose(error)),
        };
        connected.close().await;
        made
    }
}

async fn answer(airbyte: &Airbyte, request: Request, is_paged: bool) -> Result<Result<(), Unread>, Diagnostic> {
    let hint = request.hint();
    let explain = |error| diagnose(error).maybe_hint(hint);
    let name = request.operation.name();
    let input = request.filled(airbyte).await.map_err(diagnose)?;
    let mut output = Output::stdout();
    if is_paged {
        let pages = airbyte.pages(name, &input, None).map_err(explain)?;
        return write_all(pages, &mut output).await.map_err(diagnose);
    }
    let answer = airbyte.call_raw(name, &input).await.map_err(explain)?;
    Ok(output.value(&answer))
}

/// Writes each page as it comes, so that no more than one is held.
async fn write_all(
    pages: impl Stream<Item = airway_client::Result<Vec<Value>>>,
    output: &mut Output,
) -> airway_client::Result<Result<(), Unread>> {
    let mut pages = std::pin::pin!(pages);
    while let Some(items) = pages.try_next().await? {
        for item in &items {
            if let Err(unread) = output.item(item) {
                return Ok(Err(unread));
            }
        }
    }
    Ok(output.end_of_list())
}
