//! What is set up at the first run: the models of this machine and how far they are fetched, the practice client.

use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::{ClientId, ModelId};
use crate::domain::practice::lang::Lang;
use crate::texts::Message;

/// What is asked of the runtime.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SetupAsk {
    /// Look which models this machine should have; it is measured for two seconds.
    Look,
    /// Fetch these models, one after the other.
    Pull(Vec<ModelId>),
    /// Stop fetching; what is there is used by the next try.
    StopPull,
    /// Make the practice client with its session, in the language of the screens, or find it.
    Practice(Lang),
    /// Remove it.
    RemovePractice(ClientId),
}

/// What is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SetupAnswer {
    /// The models that this machine should have.
    Offers(Vec<ModelOffer>),
    /// How far the fetching is.
    Pulling(Pulling),
    /// The practice client is there.
    Practice(ClientId),
    /// It is gone.
    PracticeGone,
}

/// A model that this machine should have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelOffer {
    /// Which.
    pub id: ModelId,
    /// What it does.
    pub task: Message,
    /// Size of its file.
    pub bytes: Option<u64>,
    /// It is in the models folder.
    pub here: bool,
    /// It keeps up with a session on this machine.
    pub keeps_up: bool,
    /// Its licence.
    pub licence: String,
}

/// How far the fetching of models is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulling {
    /// The one that is fetched.
    pub id: ModelId,
    /// Bytes of its present piece.
    pub done: u64,
    /// Size of that piece, where it is known.
    pub total: Option<u64>,
    /// Which one it is of those that are asked for, from 1, and how many.
    pub nth: (usize, usize),
    /// Where it stands.
    pub state: PullState,
}

/// Where the fetching stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PullState {
    /// It goes on.
    Runs,
    /// All are here.
    Done,
    /// A person stopped it.
    Stopped,
    /// It could not be done.
    Failed(ErrorReport),
}

/// What the screen shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Setup {
    /// The models; none while the machine is measured.
    pub offers: Option<Vec<ModelOffer>>,
    /// The last fetching.
    pub pulling: Option<Pulling>,
}

impl Setup {
    /// Models that are not here.
    pub fn missing(&self) -> Vec<ModelId> {
        self.offers.iter().flatten().filter(|m| !m.here).map(|m| m.id.clone()).collect()
    }

    /// True while models are fetched.
    pub fn pulls(&self) -> bool {
        self.pulling.as_ref().is_some_and(|p| p.state == PullState::Runs)
    }
}
