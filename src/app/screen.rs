//! The list of screens: one line each. Everything that is made once per screen follows from it: the names below, the
//! modules and the table of `app::pages`, the modules and the table of `ui::screens`.
//!
//! A new screen is `app/pages/<file>.rs` with its `PAGE`, `ui/screens/<file>.rs` with its `VIEW`, and one line here.

use crate::domain::practice::member::Role;

/// Hands the list to a macro, as `Name file` pairs. The file is the module's name in `app::pages` and `ui::screens`.
macro_rules! screens {
    ($each:ident) => {
        $each! {
            Unlock unlock,
            FirstRun first_run,
            Recovery recovery,
            Caseload caseload,
            Assigned assigned,
            Centre centre,
            NewClient new_client,
            Client client,
            Card card,
            Words words,
            Merge merge,
            Guardian guardian,
            Input input,
            Live live,
            Past past,
            Mirror mirror,
            Note note,
            Review review,
            Comment comment,
            Readers readers,
            Supervisees supervisees,
            Deputies deputies,
            Deputy deputy,
            Hours hours,
            HoursEntry hours_entry,
            ProcessNote process_note,
            ProcessText process_text,
            Instruments instruments,
            Assessment assessment,
            Score score,
            ScreeningLeft screening_left,
            SafetyPlan safety_plan,
            PlanHistory plan_history,
            PlanPaper plan_paper,
            CaseReport case_report,
            ReportReplace report_replace,
            ReportStretch report_stretch,
            ReportPaper report_paper,
            CrisisLines crisis_lines,
            History history,
            Schedule schedule,
            Appointment appointment,
            Kiosk kiosk,
            Settings settings,
            Templates templates,
            TemplateNew template_new,
            Setup setup,
            Doctor doctor,
            Members members,
            Enrol enrol,
            AccessLog access_log,
            Models models,
            VaultCheck vault_check,
            Backup backup,
            Raise raise,
            Packets packets,
            PacketExport packet_export,
            PacketReceipt packet_receipt,
            Course course,
            Inspection inspection,
            PaperOut paper_out,
        }
    };
}
pub(crate) use screens;

macro_rules! names {
    ($($name:ident $file:ident,)*) => {
        /// A screen, by the name it has in the list.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[allow(missing_docs)]
        pub enum Screen { $($name,)* }

        impl Screen {
            /// Every screen, in the order of the list.
            pub const ALL: &'static [Screen] = &[$(Screen::$name,)*];

            /// The name of its files.
            pub const fn file(self) -> &'static str {
                match self { $(Screen::$name => stringify!($file),)* }
            }
        }
    };
}
screens!(names);

/// Where a member starts after unlocking, and where Back leads at the latest.
pub const fn start(role: Role) -> Screen {
    match role {
        Role::Counsellor => Screen::Caseload,
        Role::Supervisor => Screen::Assigned,
        Role::Admin => Screen::Centre,
    }
}

/// Where keys are looked up: a screen, or what lies over one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Context {
    /// The screen itself.
    At(Screen),
    /// Help lies over the screen.
    Help,
    /// The palette lies over the screen.
    Palette,
    /// A question lies over the screen.
    Confirm,
    /// What was written and is not saved is asked about.
    Leave,
    /// A tour leads over the screens.
    Tour,
    /// Somebody types what is to be found in the list of the screen.
    Find,
}
