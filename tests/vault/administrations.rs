//! Giving an instrument and reading its history, on a real vault with the cheap key cost.
#![allow(clippy::unwrap_used, missing_docs)]

use crate::stage::{PASS, new_vault, pass, program};
use gyeot::domain::practice::ids::ClientCode;
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::text::ClientText;
use gyeot::formats::fhir::structure;
use gyeot::service::administrations;
use gyeot::service::{NewClient, UnlockedVault};
use serde_json::Value;
use std::path::Path;
use std::process::Output;

struct Position {
    dir: tempfile::TempDir,
    code: ClientCode,
}

fn place() -> Position {
    let dir = tempfile::tempdir().unwrap();
    let new = new_vault("이서윤", Role::Counsellor);
    let unlocked = UnlockedVault::init(&dir.path().join("vault"), &new, &pass()).unwrap();
    let code = unlocked.add_client(NewClient { name: ClientText::new("김하늘"), ..NewClient::default() }).unwrap();
    unlocked.lock().unwrap();
    std::fs::write(dir.path().join("pass"), PASS).unwrap();
    Position { dir, code }
}

impl Position {
    fn run(&self, args: &[&str]) -> Output {
        let at = |p: &str| self.dir.path().join(p);
        let mut c = program();
        c.arg("assess").args(args).args(["--client", self.code.as_str()]);
        c.arg("--vault").arg(at("vault")).arg("--passphrase-file").arg(at("pass"));
        c.env("GYEOT_ASSESSMENTS", at("own")).env("GYEOT_LANG", "ko").output().unwrap()
    }

    fn text(&self, args: &[&str]) -> String {
        let out = self.run(args);
        assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    }

    fn json(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.text(args)).unwrap()
    }
}

#[test]
fn what_is_given_is_kept_compared_charted_and_written_in_every_format() {
    let p = place();
    let csv = ["history", "--format", "csv", "--reason", "전원"];
    assert!(p.text(&csv).starts_with("client,given_at"));
    p.text(&["give", "phq-9", "--answers", "2,2,2,2,2,2,2,2,2", "--session", "1"]);
    let second = p.json(&["give", "phq-9", "--answers", "1,1,1,1,1,1,1,1,0", "--session", "5", "--json"]);
    assert_eq!((&second["score"], &second["change"]["from"]), (&8.into(), &18.into()));
    assert_eq!(second["change"]["class"], "recovered");
    p.text(&["give", "epds", "--total", "11"]);

    let all = p.json(&["history", "--json", "--reason", "전원"]);
    assert_eq!(all["instruments"].as_array().unwrap().len(), 2);
    let phq = &p.json(&["history", "phq-9", "--json", "--reason", "전원"])["instruments"][0];
    assert_eq!(phq["administrations"].as_array().unwrap().len(), 2);
    assert_eq!((&phq["alert"]["colour"], &phq["change"]["delta"]), (&"white".into(), &(-10).into()));

    let chart = p.text(&["history", "phq-9", "--plain", "--lang", "en"]);
    assert!(chart.contains('●') && chart.contains('▲') && chart.contains("white") && chart.contains('Σ'), "{chart}");
    let csv = p.text(&csv);
    assert_eq!(csv.trim_end().split("\r\n").count(), 4);
    let bundle = p.json(&["history", "--format", "fhir", "--lang", "en", "--reason", "전원"]);
    assert!(structure::check(&bundle).is_empty());
    assert!(!bundle.to_string().contains("김하늘"));
}

#[test]
fn a_sheet_that_gives_no_score_is_kept_all_the_same_and_ends_with_code_1() {
    let p = place();
    let out = p.run(&["give", "phq-9", "--answers", "1,1,1,1,-,1,1,1,3"]);
    assert_eq!(out.status.code(), Some(1));
    let kept = &p.json(&["history", "phq-9", "--json", "--reason", "전원"])["instruments"][0];
    assert_eq!(kept["administrations"][0]["score"]["valid"], false);
    assert_eq!(kept["administrations"][0]["score"]["critical"][0]["item"], 9);
}

#[test]
fn nothing_is_kept_of_answers_that_cannot_be() {
    let p = place();
    assert_eq!(p.run(&["give", "phq-9", "--answers", "9,1,1,1,1,1,1,1,1"]).status.code(), Some(2));
    assert_eq!(p.run(&["give", "mmpi", "--answers", "1"]).status.code(), Some(2));
    assert!(p.json(&["history", "--json", "--reason", "전원"])["instruments"].as_array().unwrap().is_empty());
}

#[test]
fn another_client_s_code_is_refused_and_no_answer_lies_readable_on_the_disk() {
    let p = place();
    p.text(&["give", "gad-7", "--answers", "3,3,3,3,3,3,3"]);
    let unlocked = UnlockedVault::unlock(&p.dir.path().join("vault"), None, &pass()).unwrap();
    assert_ne!(administrations::kept(&unlocked, &"C-9999".into()).unwrap_err().exit as u8, 0);
    assert_eq!(administrations::kept(&unlocked, &p.code).unwrap().len(), 1);
    fn all(dir: &Path, into: &mut Vec<u8>) {
        for e in std::fs::read_dir(dir).unwrap().flatten() {
            if e.path().is_dir() {
                all(&e.path(), into);
            } else {
                into.extend(std::fs::read(e.path()).unwrap());
            }
        }
    }
    let mut bytes = Vec::new();
    all(&p.dir.path().join("vault"), &mut bytes);
    assert!(!bytes.windows(5).any(|w| w == b"gad-7"));
}
