//! Note formats (SOAP, DAP, BIRP, GIRP, 상담일지): which sections a note has and what belongs in each. Reads and checks
//! format files; writes no note.

use crate::domain::practice::data_file::{Flaw, is_kebab, line_of, read_toml};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::fold;
use serde::{Deserialize, Serialize};
use toml::Spanned;

/// A section of a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Unique within the format, such as `subjective`.
    pub id: String,
    /// Whether a draft may be proposed from the transcript. False where only the counsellor's own judgement belongs.
    pub from_transcript: bool,
    /// Kinds of `prompts/note-content.toml` whose lines belong here; empty where nothing is drafted from lines.
    #[serde(default)]
    pub takes: Vec<String>,
    /// Facts of the record that belong here: `session`, `measures`, `risk`, `marks`, `off-record`.
    #[serde(default)]
    pub facts: Vec<String>,
    /// Korean.
    pub ko: SectionText,
    /// English.
    pub en: SectionText,
}

/// The words of a section in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SectionText {
    /// Heading.
    pub title: String,
    /// One line on what belongs here.
    pub guide: String,
}

impl Section {
    /// The words of this language.
    pub const fn text(&self, lang: Lang) -> &SectionText {
        match lang {
            Lang::Ko => &self.ko,
            Lang::En => &self.en,
        }
    }
}

/// A note format in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteFormat {
    /// Such as `soap`.
    pub id: String,
    /// Counts up with every change of the words.
    pub version: String,
    /// Where the format comes from.
    pub source: String,
    /// Korean name.
    pub title_ko: String,
    /// English name.
    pub title_en: String,
    /// In the order in which they are written; at least one.
    pub sections: Vec<Section>,
    /// A centre's own that is no longer offered for a new note; notes in it are read by it still.
    #[serde(default)]
    pub retired: bool,
}

impl NoteFormat {
    /// The section that takes most of what the section `key` of one of `forms` takes, kinds of content and facts; the first
    /// of equals, none where it shares nothing.
    pub fn likest(&self, key: &str, forms: &[NoteFormat]) -> Option<usize> {
        let of = forms.iter().flat_map(|form| &form.sections).find(|section| section.id == key)?;
        let wanted: Vec<&String> = of.takes.iter().chain(&of.facts).collect();
        let shared = |s: &Section| s.takes.iter().chain(&s.facts).filter(|has| wanted.contains(has)).count();
        let most = self.sections.iter().map(shared).max().filter(|most| *most > 0)?;
        self.sections.iter().position(|s| shared(s) == most)
    }

    /// The name in this language.
    pub fn title(&self, lang: Lang) -> &str {
        lang.pick(&self.title_ko, &self.title_en)
    }

    /// The section that a person names: by its id, its heading in either language, or its number from 1.
    pub fn named(&self, name: &str) -> Option<&Section> {
        let low = fold(name).to_lowercase();
        let number = low.parse::<usize>().ok().and_then(|n| n.checked_sub(1)).and_then(|n| self.sections.get(n));
        let all = |s: &&Section| [&s.id, &s.ko.title, &s.en.title].into_iter().any(|t| fold(t).to_lowercase() == low);
        // "계획" names "P 계획": one section only whose heading ends so.
        let mut ends = self.sections.iter().filter(|s| {
            [&s.ko.title, &s.en.title]
                .into_iter()
                .any(|t| fold(t).to_lowercase().split(' ').skip(1).collect::<Vec<_>>().join(" ") == low)
        });
        let ending = ends.next().filter(|_| ends.next().is_none());
        self.sections.iter().find(all).or(number).or(ending)
    }

    /// The section of this id.
    pub fn section(&self, id: &str) -> Option<&Section> {
        self.sections.iter().find(|s| s.id == id)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: Spanned<String>,
    version: String,
    source: Spanned<String>,
    ko: Name,
    en: Name,
    section: Vec<Spanned<Section>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Name {
    title: Spanned<String>,
}

/// Reads a format file and checks it. The flaw names line and key.
pub fn parse(text: &str) -> Result<NoteFormat, Flaw> {
    let file: File = read_toml(text, 0)?;
    let line = |span: std::ops::Range<usize>| line_of(text, span.start);
    if !is_kebab(file.id.get_ref()) {
        return Err(Flaw::new(line(file.id.span()), "id", "an id is lower-case words joined by hyphens"));
    }
    for (key, value) in [("source", &file.source), ("ko.title", &file.ko.title), ("en.title", &file.en.title)] {
        if value.get_ref().trim().is_empty() {
            return Err(Flaw::new(line(value.span()), key, "must not be empty"));
        }
    }
    if file.section.is_empty() {
        return Err(Flaw::new(1, "section", "a format needs at least one section"));
    }
    let mut seen = std::collections::HashSet::new();
    for section in &file.section {
        let at = line(section.span());
        let section = section.get_ref();
        if !is_kebab(&section.id) || !seen.insert(section.id.as_str()) {
            return Err(Flaw::new(at, "section.id", "an id is lower-case words joined by hyphens, once in the format"));
        }
        for lang in [Lang::Ko, Lang::En] {
            let words = section.text(lang);
            if words.title.trim().is_empty() || words.guide.trim().is_empty() || words.guide.contains('\n') {
                return Err(Flaw::new(at, format!("section.{lang}"), "needs a title and a guide of one line"));
            }
        }
    }
    Ok(NoteFormat {
        id: file.id.into_inner(),
        version: file.version,
        source: file.source.into_inner(),
        title_ko: file.ko.title.into_inner(),
        title_en: file.en.title.into_inner(),
        sections: file.section.into_iter().map(Spanned::into_inner).collect(),
        retired: false,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const FORMAT: &str = "id = \"dap\"\nversion = \"1\"\nsource = \"in use\"\nko = { title = \"기록\" }\nen = { title = \"note\" }\n\
        [[section]]\nid = \"data\"\nfrom_transcript = true\nko = { title = \"자료\", guide = \"적는다\" }\nen = { title = \"Data\", guide = \"Write\" }\n";

    #[test]
    fn a_format_is_read_in_both_languages() {
        let format = parse(FORMAT).unwrap();
        assert_eq!((format.title(Lang::Ko), format.title(Lang::En)), ("기록", "note"));
        assert_eq!(format.section("data").map(|s| s.text(Lang::Ko).guide.as_str()), Some("적는다"));
    }

    #[test]
    fn each_rule_of_a_format_can_fail() {
        for (from, to, key) in [
            ("\"dap\"", "\"D A P\"", "id"),
            ("\"in use\"", "\"\"", "source"),
            ("id = \"data\"", "id = \"\"", "section.id"),
            ("guide = \"Write\"", "guide = \"\"", "section.en"),
            ("from_transcript = true\n", "", "from_transcript"),
        ] {
            assert_eq!(parse(&FORMAT.replacen(from, to, 1)).unwrap_err().key, key);
        }
    }
}
