//! Pulling over a connection that breaks, from servers that cannot resume, lie or have nothing, with `curl` itself and
//! a server of this test on 127.0.0.1. Plain http is spoken here only: manifests may name https alone.

use crate::adapters::models::pull::*;
use crate::adapters::models::report::Quiet;
use crate::domain::model::Piece;
use sha2::{Digest, Sha256};
use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// How the server behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Server {
    /// Serves ranges; the first connection breaks off after so many bytes.
    BreaksOnceAfter(usize),
    /// Serves the whole every time, whatever range is asked for.
    WithoutRange,
    /// Has nothing.
    Missing,
}

struct Site {
    address: String,
    /// The byte from which each request asked.
    asked_from: Arc<Mutex<Vec<usize>>>,
}

impl Site {
    fn new(server: Server, file: Vec<u8>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/model.bin", listener.local_addr().unwrap());
        let asked_from = Arc::new(Mutex::new(Vec::new()));
        let (seen, count) = (Arc::clone(&asked_from), AtomicUsize::new(0));
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                let nth = count.fetch_add(1, Ordering::SeqCst);
                answer(connection.unwrap(), server, nth, &file, &seen);
            }
        });
        Site { address, asked_from }
    }

    fn source(&self) -> Source {
        let pieces = vec![Piece::Url { url: self.address.clone() }];
        let ingredient = Ingredient { name: "model.bin".into(), bytes: None, sha256: None, pieces };
        Source { convert: Conversion::None, variants: Vec::new(), note: None, ingredients: vec![ingredient] }
    }

    fn asked_from(&self) -> Vec<usize> {
        self.asked_from.lock().unwrap().clone()
    }
}

fn answer(mut to: TcpStream, server: Server, nth: usize, file: &[u8], seen: &Mutex<Vec<usize>>) {
    let mut head = Vec::new();
    let mut byte = [0u8];
    while !head.ends_with(b"\r\n\r\n") && to.read(&mut byte).unwrap_or(0) == 1 {
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).to_lowercase();
    let from = head.split("range: bytes=").nth(1).and_then(|r| r.split('-').next()?.parse().ok()).unwrap_or(0);
    seen.lock().unwrap().push(from);
    let total = file.len();
    // A client that hangs up early is no concern of the server.
    let _ = match server {
        Server::Missing => to.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
        Server::WithoutRange => write!(to, "HTTP/1.1 200 OK\r\nContent-Length: {total}\r\nConnection: close\r\n\r\n")
            .and_then(|()| to.write_all(file)),
        Server::BreaksOnceAfter(n) => {
            let status = if from > 0 { "206 Partial Content" } else { "200 OK" };
            let range =
                if from > 0 { format!("Content-Range: bytes {from}-{}/{total}\r\n", total - 1) } else { String::new() };
            let end = if nth == 0 { n } else { total };
            let length = total - from;
            write!(to, "HTTP/1.1 {status}\r\n{range}Content-Length: {length}\r\nConnection: close\r\n\r\n")
                .and_then(|()| to.write_all(&file[from.min(end)..end]))
        }
    };
}

/// More than fits into the buffers between curl and the server.
fn file() -> Vec<u8> {
    (0..3_000_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

fn wanted(file: &[u8]) -> Variant {
    Variant {
        name: "q".into(),
        file: "model.bin".into(),
        bytes: Some(file.len() as u64),
        sha256: Some(hex::encode(Sha256::digest(file))),
        memory_mib: None,
    }
}

/// One run of the program: it knows nothing of the runs before but what lies in the folder.
fn run(dir: &Path, source: &Source, wanted: &Variant) -> Result<PathBuf, String> {
    let mut fetcher = Fetcher::over_plain_http(dir).unwrap();
    from_source(&mut fetcher, source, wanted, dir, &mut Quiet).map_err(|m| m.why.to_string())
}

#[test]
fn a_download_that_broke_off_goes_on_where_it_stopped() {
    let (dir, file) = (tempfile::tempdir().unwrap(), file());
    let site = Site::new(Server::BreaksOnceAfter(2_000_000), file.clone());
    let broken = run(dir.path(), &site.source(), &wanted(&file)).unwrap_err();
    assert!(!broken.is_empty() && !broken.contains('\n'), "{broken}");
    assert!(!dir.path().join("model.bin").exists(), "half a file has no name of a whole one");
    let half = std::fs::metadata(dir.path().join("model.bin.0.download")).unwrap().len() as usize;
    assert!(half > 0 && half <= 2_000_000, "{half}");
    let made = run(dir.path(), &site.source(), &wanted(&file)).unwrap();
    assert_eq!(std::fs::read(made).unwrap(), file);
    assert_eq!(site.asked_from(), [0, half], "the second run asked for the rest only");
}

#[test]
fn a_server_that_cannot_resume_is_asked_for_the_whole_again() {
    let (dir, file) = (tempfile::tempdir().unwrap(), file());
    std::fs::write(dir.path().join("model.bin.0.download"), &file[..1_000_000]).unwrap();
    let site = Site::new(Server::WithoutRange, file.clone());
    let made = run(dir.path(), &site.source(), &wanted(&file)).unwrap();
    assert_eq!(std::fs::read(made).unwrap(), file);
}

#[test]
fn a_file_with_another_hash_gets_no_name_and_leaves_nothing_that_a_next_run_would_trust() {
    let (dir, file) = (tempfile::tempdir().unwrap(), file());
    let mut other = file.clone();
    other[1_500_000] ^= 1;
    let site = Site::new(Server::WithoutRange, other);
    let why = run(dir.path(), &site.source(), &wanted(&file)).unwrap_err();
    assert!(why.contains("another hash"), "{why}");
    let left: Vec<_> = std::fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap()).collect();
    let bytes: u64 = left.iter().filter(|e| e.path().is_file()).map(|e| e.metadata().unwrap().len()).sum();
    assert_eq!(bytes, 0, "{left:?}");
    // A wrong beginning of an earlier run is found out by the hash, too, and the run after it starts anew.
    std::fs::write(dir.path().join("model.bin.0.download"), vec![0u8; 1_000_000]).unwrap();
    let site = Site::new(Server::BreaksOnceAfter(file.len()), file.clone());
    assert!(run(dir.path(), &site.source(), &wanted(&file)).unwrap_err().contains("another hash"));
    let made = run(dir.path(), &site.source(), &wanted(&file)).unwrap();
    assert_eq!(std::fs::read(made).unwrap(), file);
}

#[test]
fn where_one_source_has_nothing_the_next_one_is_taken_and_all_reasons_are_told_when_none_has() {
    let (dir, file) = (tempfile::tempdir().unwrap(), file());
    let (missing, there) = (Site::new(Server::Missing, Vec::new()), Site::new(Server::WithoutRange, file.clone()));
    let mut fetcher = Fetcher::over_plain_http(dir.path()).unwrap();
    let id = ModelId::from("some-model");
    let (first, second) = (missing.source(), there.source());
    let sources = [&first, &second];
    let made = first_that_gives(&mut fetcher, &id, &sources, &wanted(&file), dir.path(), &mut Quiet).unwrap();
    assert_eq!(std::fs::read(&made).unwrap(), file);
    std::fs::remove_file(made).unwrap();
    let fault = first_that_gives(&mut fetcher, &id, &sources[..1], &wanted(&file), dir.path(), &mut Quiet).unwrap_err();
    assert!(matches!(&fault, ModelError::SourcesFailed { why, .. } if why.to_string().contains("404")), "{fault}");
}

#[test]
fn an_address_that_is_not_https_is_not_fetched_by_the_program() {
    let (dir, file) = (tempfile::tempdir().unwrap(), file());
    let site = Site::new(Server::WithoutRange, file.clone());
    let mut fetcher = Fetcher::new(dir.path()).unwrap();
    assert!(from_source(&mut fetcher, &site.source(), &wanted(&file), dir.path(), &mut Quiet).is_err());
    assert!(site.asked_from().is_empty());
}

#[test]
fn what_is_made_of_a_variant_that_is_here_is_not_fetched_unless_that_is_damaged() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let mut manifest = store.catalogue().get(&"qwen2.5-coder-0.5b".into()).unwrap().clone();
    let sha256 = Some(format!("{:x}", Sha256::digest(b"the file")));
    for variant in manifest.variants.iter_mut().filter(|v| v.name == "q4_k_m") {
        variant.sha256 = sha256.clone();
        std::fs::write(dir.path().join(&variant.file), b"the file").unwrap();
    }
    manifest.sources.iter_mut().flat_map(|s| &mut s.ingredients).for_each(|i| i.sha256 = sha256.clone());
    let source = manifest.sources.iter().find(|s| s.variants == ["iq4_nl"]).unwrap();
    let found = |content: &[u8]| {
        std::fs::write(dir.path().join("qwen2.5-coder-0.5b.q4_k_m.gguf"), content).unwrap();
        here(&store, &manifest, source).map(|file| Ingredients::Only(&file).read("model.gguf").unwrap())
    };
    assert_eq!(found(b"the file").as_deref(), Some(&b"the file"[..]));
    assert_eq!(found(b"another file, as long as it likes"), None);
    let plain = manifest.sources.iter().find(|s| s.variants == ["q4_k_m"]).unwrap();
    assert!(here(&store, &manifest, plain).is_none(), "a variant is not made of itself");
}
