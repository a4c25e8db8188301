//! `serve`, unless the arguments say otherwise: try `--help`.

fn main() -> std::process::ExitCode {
    app::App::main()
}
