//! Which lines of a transcript suggestions were made from: named in their record so that they can be made again, and found
//! again among what was sealed.

use crate::domain::practice::text::ClientText;
use crate::domain::transcript::{Speaker, Transcript, Utterance};
use sha2::{Digest, Sha256};

/// A letter for each speaker.
const LETTERS: [(Speaker, char); 4] =
    [(Speaker::Client, 'c'), (Speaker::Counsellor, 't'), (Speaker::Other, 'o'), (Speaker::Unknown, 'u')];

/// Who is thought to speak each line, a letter each.
pub fn speakers(transcript: &Transcript) -> String {
    let letter = |u: &Utterance| LETTERS.iter().find(|(s, _)| *s == u.speaker).map_or('u', |(_, letter)| *letter);
    transcript.utterances.iter().map(letter).collect()
}

/// SHA-256 over the words of the lines in their order, hexadecimal.
pub fn words_sha256<'a>(lines: impl Iterator<Item = &'a ClientText>) -> String {
    let mut hash = Sha256::new();
    for words in lines {
        // The length first, so that no two rows of lines are the same bytes.
        hash.update((words.reveal().len() as u64).to_be_bytes());
        hash.update(words.reveal().as_bytes());
    }
    hex::encode(hash.finalize())
}

/// The first lines of this transcript under these labels, where they are the ones that were seen.
pub fn as_seen(mut transcript: Transcript, speakers: &str, sha256: &str) -> Option<Transcript> {
    let count = speakers.chars().count();
    if transcript.utterances.len() < count {
        return None;
    }
    transcript.utterances.truncate(count);
    if words_sha256(transcript.utterances.iter().map(|u| &u.text)) != sha256 {
        return None;
    }
    for (utterance, letter) in transcript.utterances.iter_mut().zip(speakers.chars()) {
        utterance.speaker = LETTERS.iter().find(|(_, l)| *l == letter)?.0;
    }
    Some(transcript)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::practice::lang::Lang;
    use crate::domain::practice::time::Span;

    fn talk(lines: &[(Speaker, &str)]) -> Transcript {
        let mut t = Transcript::empty(Lang::Ko);
        for (n, (who, words)) in lines.iter().enumerate() {
            let at = n as u64 * 1_000;
            t.add(Span { start_ms: at, end_ms: at + 900 }, *who, ClientText::new(words), None);
        }
        t
    }

    #[test]
    fn lines_are_found_again_under_the_labels_they_had_however_many_came_after() {
        let then =
            talk(&[(Speaker::Counsellor, "어떠세요"), (Speaker::Unknown, "잠을 못 자요"), (Speaker::Other, "네")]);
        let (who, hash) = (speakers(&then), words_sha256(then.utterances.iter().map(|u| &u.text)));
        assert_eq!(who, "tuo");
        let since = talk(&[
            (Speaker::Counsellor, "어떠세요"),
            (Speaker::Client, "잠을 못 자요"),
            (Speaker::Client, "네"),
            (Speaker::Client, "오늘은 잤어요"),
        ]);
        let found = as_seen(since, &who, &hash).unwrap();
        assert_eq!(found.utterances, then.utterances);
    }

    #[test]
    fn other_words_fewer_lines_and_a_letter_of_nobody_are_not_the_lines_that_were_seen() {
        let then = talk(&[(Speaker::Client, "가나"), (Speaker::Client, "다")]);
        let (who, hash) = (speakers(&then), words_sha256(then.utterances.iter().map(|u| &u.text)));
        // The same bytes, cut elsewhere.
        assert_eq!(as_seen(talk(&[(Speaker::Client, "가"), (Speaker::Client, "나다")]), &who, &hash), None);
        assert_eq!(as_seen(talk(&[(Speaker::Client, "가나")]), &who, &hash), None);
        assert_eq!(as_seen(then, "cx", &hash), None);
    }
}
