//! One filling in of an instrument as it is kept: pure and serialisable, so that the vault can seal it. The score is
//! kept as it was reported on the day; a later version of the instrument never rewrites it.

use crate::domain::assessment::instrument::{Instrument, Sex};
use crate::domain::assessment::score::{Answers, Context, Score, ScoreError};
use crate::domain::assessment::trajectory::Point;
use crate::domain::practice::ids::{InstrumentId, MemberId, SessionId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The schema name written into every administration.
pub const SCHEMA: &str = "gyeot.administration/1";

/// How the sheet was filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// The counsellor asked and marked.
    Counsellor,
    /// The client alone at the kiosk.
    Kiosk,
    /// On paper, entered afterwards.
    Paper,
    /// Read from another system's file.
    Imported,
    /// Proposed from what was said in a session and accepted item by item. Not a self-report: its scores are never compared
    /// with those of one.
    Talk,
}

impl Mode {
    /// The word in files.
    pub const fn word(self) -> &'static str {
        match self {
            Mode::Counsellor => "counsellor",
            Mode::Kiosk => "kiosk",
            Mode::Paper => "paper",
            Mode::Imported => "imported",
            Mode::Talk => "talk",
        }
    }

    /// Whether it is the client's own answer to the items, whoever marked it.
    pub const fn is_self_report(self) -> bool {
        !matches!(self, Mode::Talk)
    }
}

/// What was filled in: answers, or a total where items may not be held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sheet {
    /// Answers in order of the items.
    Answers(Answers),
    /// A total worked out elsewhere.
    Total(i32),
}

/// One filling in. `Debug` shows no answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Administration {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// Id of the instrument.
    pub instrument: InstrumentId,
    /// Which version of its file.
    pub version: String,
    /// When it was filled in, by the clock of the workstation.
    pub given_at: Timestamp,
    /// The member who gave it to the client.
    pub by: MemberId,
    /// How the answers were collected.
    pub mode: Mode,
    /// Language in which the items were shown.
    pub lang: Lang,
    /// The session it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    /// Number of that session, counting from 1; the trajectory rules use it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_number: Option<u32>,
    /// Sex as used for maxima and norms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sex: Option<Sex>,
    /// What was filled in.
    pub sheet: Sheet,
    /// What it scored on the day.
    pub score: Score,
}

/// Who gave it, when and how: what the shell knows and the domain does not.
#[derive(Debug, Clone, Copy)]
pub struct Occasion {
    /// When it was filled in, by the clock of the workstation.
    pub given_at: Timestamp,
    /// The member who gave it to the client.
    pub by: MemberId,
    /// How the answers were collected.
    pub mode: Mode,
    /// The session it belongs to, with its number.
    pub session: Option<(SessionId, u32)>,
}

impl Administration {
    /// Scores a sheet and makes the record of it. A sheet with too many blanks is kept with `valid: false`.
    pub fn new(
        instrument: &Instrument,
        sheet: Sheet,
        context: &Context,
        occasion: Occasion,
    ) -> Result<Self, ScoreError> {
        let score = match &sheet {
            Sheet::Answers(answers) => instrument.score(answers, context)?,
            Sheet::Total(total) => instrument.score_total(*total, context)?,
        };
        Ok(Administration {
            schema: SCHEMA.to_owned(),
            instrument: instrument.id.clone(),
            version: instrument.version.clone(),
            given_at: occasion.given_at,
            by: occasion.by,
            mode: occasion.mode,
            lang: context.lang,
            session: occasion.session.map(|s| s.0),
            session_number: occasion.session.map(|s| s.1),
            sex: context.sex,
            sheet,
            score,
        })
    }

    /// The answers, where there are any.
    pub fn answers(&self) -> Option<&Answers> {
        match &self.sheet {
            Sheet::Answers(a) => Some(a),
            Sheet::Total(_) => None,
        }
    }

    /// What a chart and the alert rules need of it; none when there is no score.
    pub fn point(&self) -> Option<Point> {
        Some(Point {
            at: self.given_at,
            session: self.session_number,
            score: self.score.score?,
            critical: self.score.critical.clone(),
        })
    }
}

/// The scored self-reports of one instrument as points, in order of time. Sheets made from talk are another measurement and are
/// left out; see [`points_like`].
pub fn points(all: &[Administration], instrument: &InstrumentId) -> Vec<Point> {
    points_where(all, instrument, true)
}

/// The scored administrations of one instrument that may be compared with one of this mode, in order of time.
pub fn points_like(all: &[Administration], instrument: &InstrumentId, mode: Mode) -> Vec<Point> {
    points_where(all, instrument, mode.is_self_report())
}

fn points_where(all: &[Administration], instrument: &InstrumentId, self_report: bool) -> Vec<Point> {
    let like = |a: &&Administration| &a.instrument == instrument && a.mode.is_self_report() == self_report;
    let mut points: Vec<Point> = all.iter().filter(like).filter_map(Administration::point).collect();
    points.sort_by_key(|p| p.at);
    points
}
