//! Days as people write them: `1990-03-15`, `1990.3.15`, `900315`, `1990년 3월 15일`, `15 March 1990`.

use jiff::civil::Date;

/// The months as English writes them; three letters are enough.
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

fn month(word: &str) -> Option<i8> {
    let word = word.to_lowercase();
    let at = (word.len() >= 3).then(|| MONTHS.iter().position(|m| m.starts_with(&word)))??;
    i8::try_from(at + 1).ok()
}

/// The year of two digits: the latest that `today` has reached. Of more digits it is what it says.
fn year(digits: &str, today: Date) -> Option<i16> {
    let said: i16 = digits.parse().ok()?;
    match digits.len() {
        2 => {
            let century = today.year() / 100 * 100;
            Some(if century + said > today.year() { century - 100 + said } else { century + said })
        }
        4 => Some(said),
        _ => None,
    }
}

/// The day that is meant; none where none is, or where it might be another (`3.4.90`). Years of two digits are the latest
/// that are not after `today`, so a day of a client's birth is never taken for one to come.
pub fn day(text: &str, today: Date) -> Option<Date> {
    let text = text.trim();
    let apart = |c: char| c.is_whitespace() || matches!(c, '-' | '.' | '/' | ',' | '년' | '월' | '일');
    let parts: Vec<&str> = text.split(apart).filter(|part| !part.is_empty()).collect();
    let number = |part: &str| part.parse::<i8>().ok().filter(|_| part.len() <= 2);
    match parts[..] {
        // Of a century that was not written only the six digits of a resident number are usual.
        [digits] if digits.bytes().all(|b| b.is_ascii_digit()) && matches!(digits.len(), 6 | 8) => {
            let (head, tail) = digits.split_at(digits.len() - 4);
            Date::new(year(head, today)?, tail[..2].parse().ok()?, tail[2..].parse().ok()?).ok()
        }
        [d, m, y] if m.bytes().all(|b| b.is_ascii_alphabetic()) => {
            Date::new(year(y, today).filter(|_| y.len() == 4)?, month(m)?, number(d)?).ok()
        }
        [m, d, y] if m.bytes().all(|b| b.is_ascii_alphabetic()) => {
            Date::new(year(y, today).filter(|_| y.len() == 4)?, month(m)?, number(d)?).ok()
        }
        // Two digits in front are a year where they can be no day.
        [y, m, d] if y.len() == 4 || (y.len() == 2 && y.parse::<u8>().is_ok_and(|y| y > 31)) => {
            Date::new(year(y, today)?, number(m)?, number(d)?).ok()
        }
        _ => None,
    }
}

/// A day as it is kept, `YYYY-MM-DD`, also one that is to come; none where it is no day.
pub fn written(text: &str, today: &str) -> Option<String> {
    day(text, today.parse().ok()?).map(|day| day.to_string())
}

/// A birth date as it is kept, `YYYY-MM-DD`; none where it is no day or one after `today`.
pub fn birth(text: &str, today: &str) -> Option<String> {
    let today: Date = today.parse().ok()?;
    day(text, today).filter(|born| *born <= today).map(|born| born.to_string())
}

/// Whether a text is a day and one after `today`: no birth date, though it is written like one.
pub fn to_come(text: &str, today: &str) -> bool {
    today.parse().is_ok_and(|today: Date| day(text, today).is_some_and(|day| day > today))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: &str = "2026-11-28";

    #[test]
    fn a_day_is_read_as_people_write_it() {
        for text in [
            "1990-03-15",
            "1990-3-15",
            "1990.3.15",
            "1990.03.15.",
            "1990/3/15",
            "1990 3 15",
            "1990년 3월 15일",
            "1990년3월15일",
            "19900315",
            "900315",
            "90.3.15",
            "90-03-15",
            "15 March 1990",
            "15 Mar 1990",
            "March 15, 1990",
            " mar 15 1990 ",
        ] {
            assert_eq!(birth(text, TODAY).as_deref(), Some("1990-03-15"), "{text}");
        }
        assert_eq!(birth("050102", TODAY).as_deref(), Some("2005-01-02"));
        assert_eq!(birth("270102", TODAY).as_deref(), Some("1927-01-02"), "27 is not reached yet");
    }

    #[test]
    fn what_is_no_day_or_might_be_another_is_refused() {
        for text in [
            "",
            "1990",
            "1990-13-01",
            "1990-02-30",
            "3.4.90",
            "03/04/1990",
            "1990-03-15-1",
            "199003",
            "9003150",
            "오늘",
            "2027-01-01",
            "20270101",
            "15 Ma 1990",
            "15 Foo 1990",
            "1990-003-15",
            "-1990-03-15x",
        ] {
            assert_eq!(birth(text, TODAY), None, "{text}");
        }
    }

    #[test]
    fn a_day_to_come_is_told_from_what_is_no_day() {
        for text in ["2990-03-15", "2990.3.15", "29900315", "2026-11-29", "15 March 2990"] {
            assert!(to_come(text, TODAY) && birth(text, TODAY).is_none(), "{text}");
        }
        for text in ["", "2990", "2990-13-01", TODAY, "1990-03-15", "900315", "오늘"] {
            assert!(!to_come(text, TODAY), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_a_day_or_refused_and_a_day_that_is_kept_reads_back_the_same(text in "\\PC{0,20}", n in 0i32..40_000) {
            let _ = birth(&text, TODAY);
            let today: Date = TODAY.parse().unwrap_or_default();
            let day = today.saturating_sub(jiff::Span::new().days(n));
            proptest::prop_assert_eq!(birth(&day.to_string(), TODAY), Some(day.to_string()));
        }
    }
}
