//! The `airway` command.

fn main() -> std::process::ExitCode {
    airway_script_host::main()
}
