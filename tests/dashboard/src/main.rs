//! `serve`, unless the arguments say otherwise.

fn main() -> std::process::ExitCode {
    shop::App::main()
}
