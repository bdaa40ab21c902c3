//! Verbatim protocols (축어록) number their turns: 상1, 내1, 상2, 내2 or T1, C1, T2, C2. The number is the turn's and not the
//! speaker's.

use crate::domain::transcript::Speaker;
use crate::formats::import::line::Line;
use std::collections::BTreeMap;

/// Letters and words that stand before a turn's number, lower case.
const COUNSELLOR: &[&str] = &[
    "상",
    "상담",
    "상담자",
    "상담사",
    "상담원",
    "치",
    "치료자",
    "치료사",
    "t",
    "th",
    "co",
    "counselor",
    "counsellor",
    "therapist",
];
const CLIENT: &[&str] = &["내", "내담자", "cl", "pt", "p", "client", "patient"];
/// The client beside a therapist, and the counsellor beside a patient: the other one says which.
const EITHER: &[&str] = &["c"];

/// The role of a label that is a letter or a word of such a protocol alone.
pub(super) fn role(lower: &str) -> Option<Speaker> {
    if COUNSELLOR.contains(&lower) {
        Some(Speaker::Counsellor)
    } else if CLIENT.contains(&lower) {
        Some(Speaker::Client)
    } else {
        None
    }
}

/// The label without the number of the turn, where it can be one.
fn stem(name: &str) -> Option<(&str, u32)> {
    let letters = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = name[letters.len()..].parse().ok()?;
    let stem = letters.trim_end_matches([' ', '-', '.', '_']);
    let lower = stem.to_lowercase();
    let known = [COUNSELLOR, CLIENT, EITHER].iter().any(|words| words.contains(&lower.as_str()));
    known.then_some((stem, number))
}

/// The lines without numbers in their names, where these count turns: every name has one, and each label's numbers only
/// rise. Two clients of one session, C1 and C2, speak in turn, so theirs do not.
pub(super) fn unnumbered(lines: Vec<Line>) -> Vec<Line> {
    let mut last: BTreeMap<String, u32> = BTreeMap::new();
    for name in lines.iter().filter_map(|line| line.speaker.as_deref()) {
        let Some((stem, number)) = stem(name) else { return lines };
        if last.insert(stem.to_lowercase(), number).is_some_and(|before| before >= number) {
            return lines;
        }
    }
    // One label that is numbered is no conversation whose turns are counted.
    if last.len() < 2 {
        return lines;
    }
    let bare = |name: String| stem(&name).map(|(stem, _)| stem.to_owned()).unwrap_or(name);
    lines.into_iter().map(|line| Line { speaker: line.speaker.map(bare), ..line }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(of: &[&str]) -> Vec<String> {
        let line = |name: &&str| Line { start_ms: None, end_ms: None, speaker: Some((*name).into()), text: "a".into() };
        unnumbered(of.iter().map(line).collect()).into_iter().filter_map(|line| line.speaker).collect()
    }

    #[test]
    fn the_number_of_a_turn_is_no_part_of_a_name_and_the_number_of_a_person_is() {
        assert_eq!(names(&["상1", "내1", "상2", "내2"]), ["상", "내", "상", "내"]);
        assert_eq!(names(&["T1", "C1", "T2", "C2"]), ["T", "C", "T", "C"]);
        assert_eq!(names(&["상담자 10", "내담자 10", "상담자 11"]), ["상담자", "내담자", "상담자"]);
        for persons in
            [&["T1", "C1", "T2", "C2", "C1"][..], &["참석자 1", "참석자 2"], &["Speaker 1", "Speaker 2"], &["C1", "C2"]]
        {
            assert_eq!(names(persons), persons);
        }
        assert_eq!(names(&["상1", "내1", "김하늘"]), ["상1", "내1", "김하늘"], "one name without a number");
    }
}
