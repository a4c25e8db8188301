//! `serve`, unless the arguments say otherwise.

fn main() -> std::process::ExitCode {
    oddities::App::main()
}
