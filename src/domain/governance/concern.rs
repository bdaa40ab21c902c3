//! What a member is shown when the vault opens and for as long as it holds: whether the vault is whole, what was put
//! right, what waits to be inspected or reviewed. One set of words for the command line and the screens.

use crate::domain::governance::access_log::Month;
use crate::domain::practice::lang::Lang;

/// One thing to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Concern {
    /// The vault does not hold what was acknowledged, or that cannot be said: its sentence in Korean and in English.
    NotWhole([String; 2]),
    /// The vault is whole, but a write was interrupted before it was acknowledged: the sentence, as above.
    Interrupted([String; 2]),
    /// What was damaged, cut or put back by somebody and was put right at the opening, by its name in the vault.
    Mended(Vec<String>),
    /// The access log does not read to its end, so that nobody can say what waits in it.
    LogUnread,
    /// Months that are over and that nobody inspected since (L9), oldest first. For whose duty it is.
    Overdue(Vec<Month>),
    /// What one person did alone and no other has reviewed.
    Waiting {
        /// Acts of others, which this member can review.
        to_review: usize,
        /// Acts that somebody else has to review: the member's own, or all where the role does not review.
        by_others: usize,
    },
}

impl Concern {
    /// True when what is shown may not be all there is, and nothing is written until it is settled.
    pub const fn grave(&self) -> bool {
        matches!(self, Concern::NotWhole(_))
    }

    /// What is, one sentence or two.
    pub fn words(&self, lang: Lang) -> String {
        match (self, lang) {
            (Concern::NotWhole([ko, _]) | Concern::Interrupted([ko, _]), Lang::Ko) => ko.clone(),
            (Concern::NotWhole([_, en]) | Concern::Interrupted([_, en]), Lang::En) => en.clone(),
            (Concern::Mended(files), Lang::Ko) => {
                format!("손상되었거나 잘려 있던 파일을 바로잡았습니다: {}", files.join(", "))
            }
            (Concern::Mended(files), Lang::En) => {
                format!("damaged or cut files were put right: {}", files.join(", "))
            }
            (Concern::LogUnread, Lang::Ko) => "접근 기록에 읽히지 않는 곳이 있습니다".into(),
            (Concern::LogUnread, Lang::En) => "the access log does not read in one place".into(),
            (Concern::Overdue(months), Lang::Ko) => format!("점검하지 않은 달이 있습니다: {}", listed(months)),
            (Concern::Overdue(months), Lang::En) => format!("these months were not inspected: {}", listed(months)),
            (Concern::Waiting { to_review, by_others }, Lang::Ko) => {
                format!("혼자 처리한 일 {}건이 사후 검토를 기다립니다", to_review + by_others)
            }
            (Concern::Waiting { to_review, by_others }, Lang::En) => match to_review + by_others {
                1 => "1 act that one person did alone waits for an after-review".into(),
                n => format!("{n} acts that one person did alone wait for an after-review"),
            },
        }
    }

    /// What to do about it.
    pub const fn remedy(&self, lang: Lang) -> &'static str {
        match self {
            Concern::NotWhole(_) => lang.pick(
                "그때까지 아무것도 쓰지 않습니다. 프로그램을 끝내고 터미널에서 `gyeot vault check`로 살펴본 뒤, 백업 가운데 가장 새것을 `gyeot backup restore`로 되돌리세요. 백업이 없으면 `gyeot vault check --salvage`가 남은 것을 살립니다.",
                "Nothing is written until that is settled. Leave the program, look with `gyeot vault check` in a terminal, and restore the newest backup with `gyeot backup restore`; without a backup `gyeot vault check --salvage` saves what is there.",
            ),
            Concern::Interrupted(_) => {
                lang.pick("마지막으로 적던 것이 있는지 살펴보세요", "look whether the last thing written is there")
            }
            Concern::Mended(_) => lang.pick(
                "디스크를 살펴보고 `gyeot backup create`로 새 백업을 만드세요",
                "look at the disk, and make a new backup with `gyeot backup create`",
            ),
            Concern::LogUnread => {
                lang.pick("`gyeot audit verify`가 어디인지 보입니다", "`gyeot audit verify` shows where")
            }
            Concern::Overdue(_) => {
                lang.pick("`gyeot audit inspect --month 연-월`로 점검하세요", "inspect each with `gyeot audit inspect --month`")
            }
            Concern::Waiting { to_review: 0, .. } => lang.pick(
                "나중에 등록한 수퍼바이저(외부도 됩니다)가 `gyeot audit review`로 검토합니다",
                "a supervisor enrolled later, also one from outside, does it with `gyeot audit review`",
            ),
            Concern::Waiting { .. } => lang.pick("`gyeot audit review`로 검토하세요", "review them with `gyeot audit review`"),
        }
    }
}

fn listed(months: &[Month]) -> String {
    months.iter().map(Month::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_concern_says_what_is_and_what_to_do_in_both_languages_and_only_a_vault_that_is_not_whole_is_grave() {
        let both = ["저장소에서 3건이 없습니다".to_owned(), "store: 3 behind".to_owned()];
        let all = [
            Concern::NotWhole(both.clone()),
            Concern::Interrupted(both),
            Concern::Mended(vec!["roster".into()]),
            Concern::LogUnread,
            Concern::Overdue("2026-09".parse().into_iter().collect()),
            Concern::Waiting { to_review: 0, by_others: 2 },
            Concern::Waiting { to_review: 1, by_others: 0 },
        ];
        for concern in &all {
            let hangul = |text: &str| text.chars().any(|c| ('가'..='힣').contains(&c));
            assert!(hangul(&concern.words(Lang::Ko)) && hangul(concern.remedy(Lang::Ko)), "{concern:?}");
            assert!(!hangul(&concern.words(Lang::En)) && !hangul(concern.remedy(Lang::En)), "{concern:?}");
            assert_eq!(concern.grave(), matches!(concern, Concern::NotWhole(_)));
        }
        assert!(all[4].words(Lang::En).contains("2026-09"));
    }
}
