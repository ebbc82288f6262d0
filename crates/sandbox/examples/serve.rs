//! Serves a sandbox until it is interrupted: `serve [--port N] [--emulate VERSION] [--speed X] [--db FILE]`.

use std::error::Error;

use airway_sandbox::{Sandbox, Speed};

#[tokio::main]
#[expect(clippy::print_stdout, reason = "the address is what the example is for")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut builder = Sandbox::builder().speed("60".parse::<Speed>()?);
    let mut arguments = std::env::args().skip(1);
    while let Some(flag) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("`{flag}` needs a value"))?;
        builder = match flag.as_str() {
            "--port" => builder.port(value.parse()?),
            "--emulate" => builder.emulate(value.parse()?),
            "--speed" => builder.speed(value.parse::<Speed>()?),
            "--db" => builder.database(value),
            _ => return Err(format!("`{flag}` is not known").into()),
        };
    }
    let sandbox = builder.start().await?;
    println!("{}", sandbox.url());
    tokio::signal::ctrl_c().await?;
    sandbox.shutdown().await;
    Ok(())
}
