//! A centre's own note template: the form of the shipped formats (`prompts/notes/`) with less to be written, for what belongs
//! under a heading follows from its words. Reads and checks a template, and says what is filled from what. Keeps nothing.

use crate::domain::note::format::{NoteFormat, Section, SectionText};
use crate::domain::note::headings::{FACTS, Headings};
use crate::domain::practice::data_file::{Flaw, is_kebab, line_of, read_toml};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::{clean_line, fold};
use serde::{Deserialize, Serialize};
use toml::Spanned;

/// Letters of an id at most: it is typed.
const LONGEST_ID: usize = 40;
/// Letters of a guide at most: it stands on one line.
const LONGEST_GUIDE: usize = 120;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: Spanned<String>,
    #[serde(default)]
    version: Option<String>,
    #[serde(default)]
    source: Option<String>,
    ko: Option<Spanned<Name>>,
    en: Option<Spanned<Name>>,
    #[serde(default)]
    section: Vec<Spanned<FileSection>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Name {
    title: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileSection {
    id: Option<String>,
    from_transcript: Option<bool>,
    takes: Option<Vec<String>>,
    facts: Option<Vec<String>>,
    ko: Option<FileText>,
    en: Option<FileText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileText {
    title: String,
    guide: Option<String>,
}

/// Reads a template. What a section takes is worked out from its heading where the file does not say it; one language is
/// enough. `kinds` are the ids of `prompts/note-content.toml`. A flaw names line and key, and a heading that stands twice.
pub fn parse(text: &str, headings: &Headings, kinds: &[&str]) -> Result<NoteFormat, Flaw> {
    let file: File = read_toml(text, 0)?;
    let id_line = line_of(text, file.id.span().start);
    let id = checked_id(file.id.get_ref()).map_err(|what| Flaw::new(id_line, "id", what))?;
    let name = |name: Option<Spanned<Name>>, key: &str| -> Result<Option<String>, Flaw> {
        let Some(name) = name else { return Ok(None) };
        let line = line_of(text, name.span().start);
        visible(&name.get_ref().title, headings.longest_heading).map(Some).map_err(|what| Flaw::new(line, key, what))
    };
    let (ko, en) = (name(file.ko, "ko.title")?, name(file.en, "en.title")?);
    let title = ko.clone().or_else(|| en.clone()).unwrap_or_else(|| id.clone());
    let mut sections = Vec::new();
    for section in file.section {
        let line = line_of(text, section.span().start);
        let section = section.into_inner();
        let derived = section.takes.is_none();
        sections.push((section_of(section, line, headings, kinds)?, derived));
    }
    let sections = each_kind_once(sections);
    let form = NoteFormat {
        id,
        version: file.version.as_deref().map(clean_line).filter(|v| !v.is_empty()).unwrap_or_else(|| "1".to_owned()),
        source: file.source.as_deref().map(clean_line).filter(|s| !s.is_empty()).unwrap_or_else(|| title.clone()),
        title_ko: ko.unwrap_or_else(|| title.clone()),
        title_en: en.unwrap_or(title),
        sections,
        retired: false,
    };
    whole(form, headings)
}

/// A template of these headings, in their order.
pub fn of_headings(id: &str, title: &str, lines: &[String], headings: &Headings) -> Result<NoteFormat, Flaw> {
    let id = checked_id(id).map_err(|what| Flaw::new(1, "id", what))?;
    let title = visible(title, headings.longest_heading).map_err(|what| Flaw::new(1, "title", what))?;
    let mut sections = Vec::new();
    for line in lines {
        let text = FileText { title: line.clone(), guide: None };
        let section =
            FileSection { id: None, from_transcript: None, takes: None, facts: None, ko: Some(text), en: None };
        sections.push((section_of(section, 1, headings, &[])?, true));
    }
    let sections = each_kind_once(sections);
    let form = NoteFormat {
        id,
        version: "1".to_owned(),
        source: title.clone(),
        title_ko: title.clone(),
        title_en: title,
        sections,
        retired: false,
    };
    whole(form, headings)
}

/// What was worked out from headings is written once: a kind that several take goes to the one that takes the fewest, and of
/// those to the first. What the file itself says is left as it is.
fn each_kind_once(mut sections: Vec<(Section, bool)>) -> Vec<Section> {
    let widths: Vec<usize> = sections.iter().map(|(s, _)| s.takes.len()).collect();
    let all: Vec<Vec<String>> = sections.iter().map(|(s, _)| s.takes.clone()).collect();
    for (n, (section, derived)) in sections.iter_mut().enumerate() {
        if !*derived {
            continue;
        }
        let elsewhere =
            |kind: &String| (0..all.len()).any(|m| m != n && all[m].contains(kind) && (widths[m], m) < (widths[n], n));
        section.takes.retain(|kind| !elsewhere(kind));
    }
    sections.into_iter().map(|(section, _)| section).collect()
}

/// The bounds of a template as a whole; facts of the record that no heading takes stand in the first section that is drafted.
fn whole(mut form: NoteFormat, headings: &Headings) -> Result<NoteFormat, Flaw> {
    if form.sections.is_empty() {
        return Err(Flaw::new(1, "section", "a template needs at least one section"));
    }
    if form.sections.len() > headings.most_sections {
        return Err(Flaw::new(1, "section", format!("at most {} sections", headings.most_sections)));
    }
    for (n, section) in form.sections.iter().enumerate() {
        let same = |other: &&Section| {
            let titles = [(&other.ko.title, &section.ko.title), (&other.en.title, &section.en.title)];
            other.id == section.id || titles.iter().any(|(a, b)| fold(a).to_lowercase() == fold(b).to_lowercase())
        };
        if form.sections[..n].iter().any(|other| same(&other)) {
            return Err(Flaw::new(1, format!("section {}", section.ko.title), "stands twice; give each its own name"));
        }
    }
    let first = form.sections.iter().position(|s| s.from_transcript).unwrap_or(0);
    for fact in FACTS {
        if !form.sections.iter().any(|s| s.facts.iter().any(|f| f == fact)) {
            form.sections[first].facts.push(fact.to_owned());
        }
    }
    Ok(form)
}

fn section_of(file: FileSection, line: usize, headings: &Headings, kinds: &[&str]) -> Result<Section, Flaw> {
    let missing = || Flaw::new(line, "section.ko", "a section needs a heading: ko.title or en.title");
    let given = file.ko.as_ref().or(file.en.as_ref()).ok_or_else(missing)?;
    let title =
        visible(&given.title, headings.longest_heading).map_err(|what| Flaw::new(line, "section.title", what))?;
    let meaning = headings.meaning(&title).or_else(|| headings.meaning(&file.en.as_ref()?.title));
    let id = match file.id {
        // The heading itself: a note in this template says what it says wherever the template is not.
        None => title.clone(),
        Some(id) => checked_id(&id).map_err(|what| Flaw::new(line, "section.id", what))?,
    };
    for (given, all, key) in [(&file.takes, kinds, "section.takes"), (&file.facts, FACTS.as_slice(), "section.facts")] {
        if let Some(unknown) = given.iter().flatten().find(|t| !all.contains(&t.as_str())) {
            let what = format!("`{}` is none of: {}", clean_line(unknown), all.join(", "));
            return Err(Flaw::new(line, key, what));
        }
    }
    let takes = file.takes.unwrap_or_else(|| meaning.map(|m| m.takes.clone()).unwrap_or_default());
    let facts = file.facts.unwrap_or_else(|| meaning.map(|m| m.facts.clone()).unwrap_or_default());
    let guide = if takes.is_empty() && facts.is_empty() { None } else { meaning.map(|m| &m.guide) };
    let guide = guide.unwrap_or(&headings.guide_blank);
    let words = |of: Option<FileText>, lang: Lang| -> Result<SectionText, Flaw> {
        let own = of.as_ref().map(|t| visible(&t.title, headings.longest_heading)).transpose();
        let own = own.map_err(|what| Flaw::new(line, format!("section.{lang}.title"), what))?;
        let line_of_guide = match of.and_then(|t| t.guide) {
            None => guide.text(lang).to_owned(),
            Some(text) => {
                visible(&text, LONGEST_GUIDE).map_err(|what| Flaw::new(line, format!("section.{lang}.guide"), what))?
            }
        };
        Ok(SectionText { title: own.unwrap_or_else(|| title.clone()), guide: line_of_guide })
    };
    let from_transcript = file.from_transcript.unwrap_or(!takes.is_empty());
    Ok(Section { id, from_transcript, takes, facts, ko: words(file.ko, Lang::Ko)?, en: words(file.en, Lang::En)? })
}

fn checked_id(id: &str) -> Result<String, &'static str> {
    if is_kebab(id) && id.len() <= LONGEST_ID {
        Ok(id.to_owned())
    } else {
        Err("an id is lower-case words joined by hyphens, at most 40 letters")
    }
}

/// Text as it will be shown, refused where it is not: no line breaks, nothing unseen, no control characters.
fn visible(text: &str, most: usize) -> Result<String, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        return Err("must not be empty");
    }
    if text.chars().count() > most {
        return Err("is longer than a heading");
    }
    if clean_line(text) != text {
        return Err("has letters that are not seen");
    }
    if text.starts_with('#') || text.contains(['<', '>', '{', '}', '|', '`']) {
        return Err("has marks of a markup language");
    }
    Ok(fold(text))
}

/// One section with what it is filled from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Filled {
    /// The heading.
    pub title: String,
    /// Kinds of content from what was said, as a counsellor reads them.
    pub said: Vec<String>,
    /// Facts of the record.
    pub facts: Vec<String>,
}

/// What each section is filled from; a section with nothing in both stays blank for the hand.
pub fn filled(form: &NoteFormat, headings: &Headings, lang: Lang) -> Vec<Filled> {
    let names = |ids: &[String]| ids.iter().map(|id| headings.name(id, lang).to_owned()).collect();
    form.sections
        .iter()
        .map(|s| Filled {
            title: s.text(lang).title.clone(),
            said: if s.from_transcript { names(&s.takes) } else { Vec::new() },
            facts: names(&s.facts),
        })
        .collect()
}

/// Kinds of content that no section takes: what was said of them is not drafted.
pub fn left_out(form: &NoteFormat, headings: &Headings, lang: Lang) -> Vec<String> {
    let taken = |kind: &str| form.sections.iter().any(|s| s.from_transcript && s.takes.iter().any(|t| t == kind));
    headings.kinds().into_iter().filter(|k| !taken(k)).map(|k| headings.name(k, lang).to_owned()).collect()
}

/// The template as a file, to be changed and added under another id.
pub fn as_toml(form: &NoteFormat) -> Option<String> {
    #[derive(Serialize)]
    struct Out<'a> {
        id: &'a str,
        version: &'a str,
        source: &'a str,
        ko: Title<'a>,
        en: Title<'a>,
        section: &'a [Section],
    }
    #[derive(Serialize)]
    struct Title<'a> {
        title: &'a str,
    }
    // The id of a section without one of its own is its heading; such a section is written without it.
    let (ko, en) = (Title { title: &form.title_ko }, Title { title: &form.title_en });
    let out = Out { id: &form.id, version: &form.version, source: &form.source, ko, en, section: &form.sections };
    let text = toml::to_string(&out).ok()?;
    Some(text.lines().filter(|l| !l.starts_with("id = ") || l.split('"').nth(1).is_some_and(is_kebab)).fold(
        String::new(),
        |mut all, line| {
            all.push_str(line);
            all.push('\n');
            all
        },
    ))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::note::content::Kinds;
    use crate::domain::note::format;

    const HEADINGS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/note-headings.toml"));
    const KINDS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/note-content.toml"));
    const OWN: &str = "id = \"our-form\"\nko = { title = \"우리 센터 기록\" }\n[[section]]\nko = { title = \"주호소\" }\n\
        [[section]]\nko = { title = \"준비물\" }\n[[section]]\nko = { title = \"차기 계획\" }\n";

    fn read(text: &str) -> Result<NoteFormat, Flaw> {
        let kinds = Kinds::parse(KINDS).unwrap();
        let ids: Vec<&str> = kinds.kinds.iter().map(|k| k.id.as_str()).collect();
        parse(text, &Headings::parse(HEADINGS, &ids).unwrap(), &ids)
    }

    fn headings() -> Headings {
        let kinds = Kinds::parse(KINDS).unwrap();
        let ids: Vec<&str> = kinds.kinds.iter().map(|k| k.id.as_str()).collect();
        Headings::parse(HEADINGS, &ids).unwrap()
    }

    #[test]
    fn what_a_section_takes_follows_from_its_heading_and_an_unknown_one_stays_blank() {
        let form = read(OWN).unwrap();
        assert_eq!(form.sections[0].takes, ["complaint", "feeling", "thought"]);
        assert!(!form.sections[1].from_transcript && form.sections[1].takes.is_empty());
        assert_eq!(form.sections[2].takes, ["plan", "proposal"]);
        assert_eq!(form.sections[0].en.title, "주호소", "one language is enough");
        // No fact of the record is lost for want of a heading.
        for fact in FACTS {
            assert_eq!(form.sections.iter().filter(|s| s.facts.iter().any(|f| f == fact)).count(), 1, "{fact}");
        }
        assert!(left_out(&form, &headings(), Lang::Ko).contains(&"생활과 상황".to_owned()));
    }

    #[test]
    fn what_was_said_stands_under_one_heading_of_a_template() {
        let lines = ["주호소", "상담 내용", "차기 계획"].map(str::to_owned);
        let form = of_headings("ours", "기록", &lines, &headings()).unwrap();
        let mut seen = std::collections::BTreeSet::new();
        for kind in form.sections.iter().flat_map(|s| &s.takes) {
            assert!(seen.insert(kind), "{kind} stands under two headings");
        }
        assert!(form.sections[0].takes.contains(&"complaint".to_owned()), "the narrower heading has it");
        assert!(form.sections[1].takes.contains(&"context".to_owned()));
    }

    #[test]
    fn every_shipped_format_is_a_template_too_and_a_template_written_out_reads_again() {
        for name in ["soap", "dap", "birp", "girp", "session-journal"] {
            let path = format!("{}/prompts/notes/{name}.toml", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read_to_string(path).unwrap();
            let (shipped, own) = (format::parse(&text).unwrap(), read(&text).unwrap());
            let takes = |f: &NoteFormat| f.sections.iter().map(|s| s.takes.clone()).collect::<Vec<_>>();
            assert_eq!(takes(&shipped), takes(&own), "{name}");
        }
        let form = read(OWN).unwrap();
        assert_eq!(read(&as_toml(&form).unwrap()).unwrap(), form);
    }

    #[test]
    fn a_template_that_is_none_is_refused_by_line_and_key() {
        let twice = OWN.replace("준비물", "주호소");
        assert_eq!(read(&twice).unwrap_err().key, "section 주호소");
        let no_heading = format!("{OWN}[[section]]\ntakes = [\"plan\"]\n");
        assert_eq!(
            (read(&no_heading).unwrap_err().key.as_str(), read(&no_heading).unwrap_err().line),
            ("section.ko", 9)
        );
        let none = "id = \"x\"\nko = { title = \"가\" }\n";
        assert_eq!(read(none).unwrap_err().key, "section");
        let unknown = format!("{OWN}[[section]]\nko = {{ title = \"가족\" }}\ntakes = [\"secrets\"]\n");
        assert_eq!(read(&unknown).unwrap_err().key, "section.takes");
        for hostile in [
            "\\u202e주호소",
            "주\\n호소",
            "\\u001b[31m주호소",
            "# 주호소",
            "<b>주호소</b>",
            "{quote}",
            "",
            "   ",
            &"가".repeat(61),
        ] {
            let text = OWN.replace("준비물", hostile);
            assert_eq!(read(&text).unwrap_err().key, "section.title", "{hostile}");
        }
        for id in ["", "Our Form", "../x", "-", &"a".repeat(41)] {
            assert_eq!(read(&OWN.replace("our-form", id)).unwrap_err().key, "id", "{id}");
        }
        let many = (0..31).fold(OWN.to_owned(), |t, n| format!("{t}[[section]]\nko = {{ title = \"항목 {n}\" }}\n"));
        assert_eq!(read(&many).unwrap_err().key, "section");
        assert_eq!(read(&OWN.replace("our-form\"", "our-form\"\nshell = \"rm\"")).unwrap_err().key, "shell");
    }
}
