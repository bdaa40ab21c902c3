//! Words that may be shown while somebody still speaks: a prefix on which two decodes in a row agree is committed and
//! does not change any more on the screen; what follows is shown as well but may change (LocalAgreement-2, Macháček
//! et al. 2023, "Turning Whisper into Real-Time Transcription System", without trimming the buffer). The final pass
//! over the whole utterance replaces all of it.

/// The state of one growing utterance.
#[derive(Debug, Clone, Default)]
pub struct Agreement {
    committed: Vec<String>,
    last: Vec<String>,
}

impl Agreement {
    /// Takes the next decode of the growing sound; the words to show.
    pub fn take(&mut self, decoded: &str) -> String {
        let words: Vec<String> = decoded.split_whitespace().map(str::to_owned).collect();
        let agreed = words.iter().zip(&self.last).take_while(|(a, b)| same(a, b)).count();
        if agreed > self.committed.len() {
            // Never the last word of a decode: the sound may have ended in the middle of it.
            let upto = agreed.min(words.len().saturating_sub(1)).max(self.committed.len());
            self.committed.extend(words.iter().take(upto).skip(self.committed.len()).cloned());
        }
        let mut shown = self.committed.clone();
        shown.extend(words.iter().skip(shown.len()).cloned());
        self.last = words;
        shown.join(" ")
    }

    /// How many words do not change any more.
    pub fn committed(&self) -> usize {
        self.committed.len()
    }
}

/// Case and punctuation at the edges are a matter of what follows.
fn same(a: &str, b: &str) -> bool {
    let bare = |w: &str| w.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    bare(a) == bare(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_on_which_two_decodes_agree_stay_whatever_comes_later() {
        let mut a = Agreement::default();
        assert_eq!(a.take("I used to"), "I used to");
        assert_eq!(a.take("I used to go climb"), "I used to go climb");
        assert_eq!(a.committed(), 3);
        assert_eq!(a.take("He used two go climbing on"), "I used to go climbing on");
    }

    proptest! {
        #[test]
        fn the_committed_words_only_grow_and_are_always_shown_first(
            decodes in proptest::collection::vec("[ab]{1,2}( [ab]{1,2}){0,6}", 1..12)
        ) {
            let mut a = Agreement::default();
            let mut before: Vec<String> = Vec::new();
            for d in &decodes {
                let shown = a.take(d);
                let shown: Vec<String> = shown.split(' ').map(str::to_owned).collect();
                let committed: Vec<String> = shown.iter().take(a.committed()).cloned().collect();
                prop_assert!(committed.starts_with(&before));
                before = committed;
            }
        }
    }
}
