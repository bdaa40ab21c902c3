//! A draft that models had a part in is made again from its record: the same models give the same, another wording or another choice
//! is told by place, and nothing is asked where the client took the consent back. Engines of this file, real keys.

use crate::note_bad_input::Says;
use crate::note_templates::{Pairs, data, loaded, talked};
use crate::stage::{consent, made};
use gyeot::adapters::shipped;
use gyeot::domain::explain::ErrorReport;
use gyeot::domain::model::Task;
use gyeot::domain::note::wording::{Certificate, Outcome};
use gyeot::domain::practice::consent::Scope;
use gyeot::domain::practice::ids::{ModelId, RecordId, SessionId};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::record::Body;
use gyeot::domain::transcript::ModelRef;
use gyeot::live::note_wording::Wordings;
use gyeot::ports::engine::{EngineError, LanguageEngine, SpeechEngine};
use gyeot::ports::engines::{Engines, Kind, Loaded, WorkerFound};
use gyeot::service::UnlockedVault;
use gyeot::service::note_drafts::{self, CertifiedWording, DraftData};
use gyeot::service::replay_draft::{NoteDifference, ReplayedNote, replay_note};
use gyeot::speech::voice::VoiceModel;
use std::sync::Arc;

const TALK: [(&str, &str); 5] = [
    ("counsellor", "요즘 어떻게 지내셨어요?"),
    ("client", "그냥 그래요."),
    ("client", "밤에 몇 번씩 깨서 잠을 설치고 아침에 못 일어나요."),
    ("client", "입맛이 없어서 밥을 거의 못 먹어요."),
    ("client", "이번 주에 하루 십 분씩 걸어 볼게요."),
];
/// A wording of the third line that passes the check, and another one that does.
const SAID: &str = "내담자는 밤에 몇 번씩 깨서 잠을 설치고 아침에 못 일어난다고 말함.";
const SAID_OTHERWISE: &str = "밤에 몇 번씩 깨서 잠을 설치고 아침에 못 일어난다고 내담자가 말함.";

fn wording_model() -> ModelRef {
    ModelRef { id: "qwen2.5-coder-0.5b".into(), sha256: "1".repeat(64) }
}

/// One that compares, and one that words everything in the same words.
struct Both {
    says: &'static str,
    file: ModelRef,
}

fn nothing<T>() -> Result<T, ErrorReport> {
    Err(EngineError::Died { worker: "llm".into(), how: gyeot::texts::verbatim("9") }.into())
}

impl Engines for Both {
    fn folder(&self) -> Result<(), ErrorReport> {
        Ok(())
    }
    fn speech(&self, _: Option<&ModelId>) -> Result<Loaded<dyn SpeechEngine>, ErrorReport> {
        nothing()
    }
    fn language(&self, _: Option<&ModelId>) -> Result<Loaded<dyn LanguageEngine>, ErrorReport> {
        let catalogue = gyeot::adapters::models::Catalogue::shipped().unwrap();
        let manifest = catalogue.get(&self.file.id).unwrap().clone();
        Ok(Loaded { model: self.file.clone(), manifest, ..loaded(Says(self.says, true)) })
    }
    fn embedding(&self) -> Result<Loaded<dyn LanguageEngine>, ErrorReport> {
        Ok(loaded(Pairs))
    }
    fn voices(&self) -> Result<Arc<VoiceModel>, ErrorReport> {
        nothing()
    }
    fn look_at_worker(&self, _: Kind) -> Result<WorkerFound, ErrorReport> {
        nothing()
    }
    fn look_at_model(&self, _: Task) -> Result<ModelRef, ErrorReport> {
        nothing()
    }
}

fn both(says: &'static str) -> Both {
    Both { says, file: wording_model() }
}

/// With a certificate for the model that words.
fn certified() -> DraftData {
    let wordings = Wordings { wording: shipped::note_wording().unwrap(), check: shipped::note_check().unwrap() };
    let may = Outcome { written: 12, unsupported: 0, certified: true };
    let certificate = Certificate {
        model: wording_model(),
        version: wordings.wording.version.clone(),
        check: wordings.check.version.clone(),
        ko: may,
        en: may,
    };
    let wording = Some(CertifiedWording { wordings, certificates: vec![certificate] });
    DraftData { wording, ..data(shipped::note_format("soap").unwrap()) }
}

fn again(
    vault: &UnlockedVault,
    session: SessionId,
    record: Option<RecordId>,
    engines: &dyn Engines,
) -> Result<ReplayedNote, ErrorReport> {
    replay_note(
        vault,
        session,
        record,
        |form| {
            assert_eq!(form, "soap");
            Ok(certified())
        },
        engines,
    )
}

#[test]
fn a_worded_draft_comes_out_the_same_and_every_kind_of_difference_is_told_by_its_place() {
    let dir = tempfile::tempdir().unwrap();
    let vault = made(dir.path());
    let session = talked(&vault, &TALK);
    note_drafts::draft(&vault, session, certified(), &both(SAID), false, Lang::Ko).unwrap();
    let (record, draft) = vault.note_history(session).unwrap().unwrap().drafts.remove(0);
    let from = draft.made_from.as_deref().unwrap();
    assert_eq!(from.wording.as_ref().unwrap().model, wording_model());
    assert_eq!(
        (from.speakers.as_str(), from.worded.len(), from.embedding.id.as_str()),
        ("tcccc", 1, "multilingual-e5-small")
    );
    let worded = from.worded[0] as usize + 1;
    assert_eq!(draft.statements[worded - 1].text.reveal(), SAID);

    let same = again(&vault, session, None, &both(SAID)).unwrap();
    assert!(same.same() && same.record == record && same.worded == 1 && same.chosen >= 2, "{same:?}");
    let otherwise = again(&vault, session, Some(record), &both(SAID_OTHERWISE)).unwrap();
    assert_eq!(otherwise.differences, [NoteDifference::Words { statement: worded }]);
    let other_file = Both { file: ModelRef { sha256: "2".repeat(64), ..wording_model() }, ..both(SAID) };
    assert_eq!(again(&vault, session, None, &other_file).unwrap_err().exit, gyeot::domain::explain::Exit::Model);

    // As if somebody had written it in: a sentence less, one in other words, one that stands otherwise, an older data file.
    let mut changed = draft.clone();
    let other = (0..changed.statements.len()).find(|n| n + 1 != worded && !changed.statements[*n].evidence.is_empty());
    let other = other.unwrap();
    changed.statements[other].text = ClientText::new("다른 말.");
    changed.statements[other].support = gyeot::domain::note::statement::Support::Inferred;
    changed.made_from.as_mut().unwrap().kinds.version = "0".into();
    let kept = vault.keep(session, &[Body::NoteDraft { draft: changed }]).unwrap().records[0];
    let found = again(&vault, session, Some(kept), &both(SAID)).unwrap().differences;
    assert!(matches!(&found[0], NoteDifference::Version { then, .. } if then.id == "note-content"), "{found:?}");
    let statement = other + 1;
    assert_eq!(found[1..], [NoteDifference::Words { statement }, NoteDifference::Support { statement }]);
    let mut fewer = draft.clone();
    let last = fewer.statements.len() - 1;
    assert!(last + 1 != worded && !fewer.statements[last].evidence.is_empty());
    let evidence = fewer.statements[last].evidence.clone();
    fewer.statements[last].evidence = fewer.statements[worded - 1].evidence.clone();
    let kept = vault.keep(session, &[Body::NoteDraft { draft: fewer }]).unwrap().records[0];
    let found = again(&vault, session, Some(kept), &both(SAID)).unwrap().differences;
    assert_eq!(found[0], NoteDifference::Gone { statement: last + 1 }, "{evidence:?}");
    assert!(matches!(found[1..], [NoteDifference::New { .. }]), "{found:?}");

    // Records of before say nothing of it; without the consent no model reads.
    let before = gyeot::domain::note::statement::DraftedNote { made_from: None, ..draft };
    let old = vault.keep(session, &[Body::NoteDraft { draft: before }]).unwrap().records[0];
    assert!(again(&vault, session, Some(old), &both(SAID)).is_err());
    let code = vault.sessions(None).unwrap().remove(0).code;
    vault.set_consent(&code, consent(&[Scope::Service, Scope::Recording])).unwrap();
    let refused = again(&vault, session, Some(record), &both(SAID)).unwrap_err();
    assert_eq!(refused.exit, gyeot::domain::explain::Exit::Refused);
}
