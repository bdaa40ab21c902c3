//! Arguments, wiring, hand over.

fn main() -> std::process::ExitCode {
    gyeot::cli::main().into()
}
