//! Says which stages of the demo are done, and how long each took: lines for people, a list for machines.

use crate::cli::print;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::lang::Lang;
use std::time::Instant;

/// How many stages there are.
pub const STAGES: usize = 8;

/// Prints stages as they are done.
pub struct Show {
    /// Of what is said.
    pub lang: Lang,
    json: bool,
    done: Vec<serde_json::Value>,
    at: Instant,
}

impl Show {
    /// Nothing done yet.
    pub fn new(lang: Lang, json: bool) -> Self {
        Show { lang, json, done: Vec::new(), at: Instant::now() }
    }

    /// The stages so far, for machines.
    pub fn done(&self) -> &[serde_json::Value] {
        &self.done
    }

    /// A stage is done; what it found.
    pub fn stage(&mut self, id: &'static str, found: impl Into<String>) -> Result<(), ErrorReport> {
        let (found, seconds) = (found.into(), self.at.elapsed().as_secs_f64());
        self.at = Instant::now();
        self.done.push(serde_json::json!({ "stage": id, "found": found, "seconds": seconds }));
        if !self.json {
            let name = match id {
                "vault" => self.lang.say("demo-show-vault"),
                "models" => self.lang.say("demo-show-models"),
                "transcript" => self.lang.say("demo-show-transcript"),
                "directions" => self.lang.say("demo-show-directions"),
                "assessment" => self.lang.say("demo-show-assessment"),
                "note" => self.lang.say("demo-show-note"),
                "verification" => self.lang.say("demo-show-verification"),
                _ => self.lang.say("demo-show-seal"),
            };
            print::line(format!("✔ {}/{STAGES} {name} ({seconds:.1} s)  {found}", self.done.len()));
        }
        Ok(())
    }

    /// More about the stage that runs.
    pub fn detail(&self, text: impl AsRef<str>) {
        if !self.json {
            print::line(format!("      {}", text.as_ref()));
        }
    }
}
