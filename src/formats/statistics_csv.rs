//! Statistics of escalations as CSV (RFC 4180): one row per count, a withheld one as `<5`.

use crate::domain::crisis::statistics::{Shown, Statistics};
use crate::domain::practice::lang::Lang;

/// What a table counts.
pub fn table_title(of: &str, lang: Lang) -> &'static str {
    match of {
        "month" => lang.say("statistics-month"),
        "reason" => lang.say("statistics-reason"),
        "basis" => lang.say("statistics-basis"),
        "tier" => lang.say("statistics-tier"),
        "second-person" => lang.say("statistics-second-person"),
        "state" => lang.say("statistics-state"),
        _ => lang.say("statistics-outcome"),
    }
}

/// The whole file. Codes are words of the program: nothing in them needs quoting or begins a formula.
pub fn csv(found: &Statistics, lang: Lang) -> String {
    let mut out = String::from("from,to,table,code,count\r\n");
    let count = |shown: Shown| match shown {
        Shown::Count(n) => n.to_string(),
        // Both a small count and one that hides it: which of them is which would give the small one away.
        Shown::Withheld => "withheld".to_owned(),
    };
    for table in &found.tables {
        for (code, shown) in &table.rows {
            let title = table_title(table.of, lang);
            out.push_str(&format!("{},{},{title},{code},{}\r\n", found.from, found.to, count(*shown)));
        }
    }
    out
}
