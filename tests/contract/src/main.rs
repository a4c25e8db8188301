//! `serve`, unless the arguments say otherwise.

fn main() -> std::process::ExitCode {
    contract::App::main()
}
