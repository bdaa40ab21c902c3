//! Rebuilds the program when the data that is built into it changes.

fn main() {
    for dir in ["prompts", "assessments", "models"] {
        println!("cargo:rerun-if-changed={dir}");
    }
}
