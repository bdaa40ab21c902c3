//! Two lines that answer one question differently: one denies what the other says, or they say different frequencies. By rule.

use crate::domain::assessment::proposal::frequency::rate;
use crate::domain::assessment::proposal::matching::{any, plain};
use crate::domain::assessment::proposal::wording::Words;

/// Frequencies that differ by this factor are different: twice a week and every day.
const FACTOR: f32 = 2.0;

/// Whether two lines that answer the same question contradict one another.
pub fn contradict(one: &str, other: &str, words: &Words) -> bool {
    let (one, other) = (plain(one), plain(other));
    if let (Some(a), Some(b)) = (rate(&one, words), rate(&other, words)) {
        let (low, high) = (a.per_day.min(b.per_day), a.per_day.max(b.per_day));
        return high > low * FACTOR;
    }
    any(&one, &words.negative) != any(&other, &words.negative)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::assessment::proposal::wording::Reading;
    use crate::domain::practice::lang::Lang;

    const SHIPPED: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/items/reading.toml"));

    #[test]
    fn another_frequency_and_a_denial_contradict_and_the_same_again_does_not() {
        let reading = Reading::parse(SHIPPED).unwrap();
        let (ko, en) = (reading.words(Lang::Ko), reading.words(Lang::En));
        assert!(contradict("술은 매일 마셔요.", "술은 일주일에 한 번만 마셔요.", ko));
        assert!(contradict("술은 안 마셔요.", "맥주를 자주 마셔요.", ko));
        assert!(!contradict("매일 마셔요.", "거의 매일 한 잔씩 해요.", ko));
        assert!(contradict("I do not drink.", "I drink wine on Fridays.", en));
        assert!(!contradict("I drink every night.", "I drink nearly every night.", en));
    }
}
