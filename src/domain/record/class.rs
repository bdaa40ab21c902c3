//! Which key a body is sealed to.

/// Which key a body is sealed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// To one member: a wrapped key, or what is theirs alone.
    Wrap,
    /// To the case key: cards, consents, notes, answers, plans.
    Case,
    /// To the process key: the counsellor alone.
    Process,
    /// To the session key, which a consent released.
    Session,
    /// To the readers of escalations.
    Escalation,
    /// To every member of the centre.
    Centre,
}

impl Class {
    /// Every class.
    pub const ALL: [Class; 6] =
        [Class::Wrap, Class::Case, Class::Process, Class::Session, Class::Escalation, Class::Centre];
}
