//! Texts that are given to a client: about the use of AI (L4), about the limits of confidentiality (L2).
//! Reads and checks the files; prints and stamps nothing.

use crate::domain::practice::data_file::{Flaw, both_languages, is_kebab, line_of, read_toml, split};
use crate::domain::practice::lang::Lang;
use serde::Deserialize;
use toml::Spanned;

/// A notice in both languages, Markdown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Such as `ai-notice`.
    pub id: String,
    /// Counts up with every change; a consent names the version that was shown.
    pub version: String,
    /// The rules behind it.
    pub source: String,
    ko: String,
    en: String,
}

impl Notice {
    /// The Markdown of this language.
    pub fn text(&self, lang: Lang) -> &str {
        lang.pick(&self.ko, &self.en)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    id: Spanned<String>,
    version: String,
    source: String,
}

/// Reads a notice. The flaw names line and key.
pub fn parse(text: &str) -> Result<Notice, Flaw> {
    let parts = split(text)?;
    let head: Head = read_toml(parts.head, parts.head_offset)?;
    if !is_kebab(head.id.get_ref()) {
        let line = line_of(parts.head, head.id.span().start) + parts.head_offset;
        return Err(Flaw::new(line, "id", "an id is lower-case words joined by hyphens"));
    }
    let (ko, en) = both_languages(&parts)?;
    Ok(Notice { id: head.id.into_inner(), version: head.version, source: head.source, ko, en })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_has_both_languages_or_is_refused() {
        let whole = "+++\nid = \"ai-notice\"\nversion = \"1\"\nsource = \"s\"\n+++\n# ko\n안내\n# en\nNotice\n";
        let notice = parse(whole).unwrap();
        assert_eq!((notice.text(Lang::Ko), notice.text(Lang::En)), ("안내", "Notice"));
        assert_eq!(parse(&whole.replace("# en", "# de")).unwrap_err().key, "en");
        assert_eq!(parse(&whole.replace("ai-notice", "AI")).unwrap_err().line, 2);
    }
}
