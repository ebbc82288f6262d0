//! What the file tells, and that it survives what happens to files.

use super::*;

const OWNER: Owner<'_> = Owner { workspace_id: "w", id: "s" };

fn at(folder: &tempfile::TempDir) -> Fingerprints {
    Fingerprints::new(folder.path().join(".airway/fingerprints.toml"), "http://localhost:8001/api/v1")
}

fn fields(secret: &str) -> Vec<Field> {
    vec![("tunnel.password".to_owned(), Zeroizing::new(secret.to_owned()))]
}

async fn state(fingerprints: &Fingerprints, secret: &str) -> SecretState {
    fingerprints.states(OWNER, fields(secret)).await.unwrap()["tunnel.password"]
}

#[tokio::test]
async fn a_secret_is_unknown_then_unchanged_then_rotated() {
    let folder = tempfile::tempdir().unwrap();
    let fingerprints = at(&folder);
    assert_eq!(state(&fingerprints, "one").await, SecretState::Unknown);
    fingerprints.note(OWNER, fields("one"), Known::Written).await.unwrap();
    assert_eq!(state(&fingerprints, "one").await, SecretState::Unchanged);
    assert_eq!(state(&fingerprints, "two").await, SecretState::Rotated);
    fingerprints.forget(OWNER).await.unwrap();
    assert_eq!(state(&fingerprints, "one").await, SecretState::Unknown);
}

#[tokio::test]
async fn one_that_was_only_seen_stays_unknown_until_another_is_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let fingerprints = at(&folder);
    fingerprints.note(OWNER, fields("one"), Known::Seen).await.unwrap();
    assert_eq!(state(&fingerprints, "one").await, SecretState::Unknown);
    assert_eq!(state(&fingerprints, "two").await, SecretState::Rotated);
    fingerprints.note(OWNER, fields("one"), Known::Written).await.unwrap();
    fingerprints.note(OWNER, fields("two"), Known::Seen).await.unwrap();
    assert_eq!(state(&fingerprints, "one").await, SecretState::Unchanged);
}

#[tokio::test]
async fn a_resource_without_secrets_makes_no_file_and_forgets_those_it_had() {
    let folder = tempfile::tempdir().unwrap();
    let fingerprints = at(&folder);
    fingerprints.note(OWNER, Vec::new(), Known::Written).await.unwrap();
    assert!(!folder.path().join(".airway").exists());
    fingerprints.note(OWNER, fields("one"), Known::Written).await.unwrap();
    fingerprints.note(OWNER, Vec::new(), Known::Seen).await.unwrap();
    assert_eq!(state(&fingerprints, "one").await, SecretState::Unchanged);
    fingerprints.note(OWNER, Vec::new(), Known::Written).await.unwrap();
    assert_eq!(state(&fingerprints, "one").await, SecretState::Unknown);
}

#[tokio::test]
async fn servers_workspaces_and_resources_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let fingerprints = at(&folder);
    fingerprints.note(OWNER, fields("one"), Known::Written).await.unwrap();
    let elsewhere = Fingerprints { server: "other".into(), ..fingerprints.clone() };
    assert_eq!(state(&elsewhere, "two").await, SecretState::Unknown);
    for owner in [Owner { id: "t", ..OWNER }, Owner { workspace_id: "x", ..OWNER }] {
        let states = fingerprints.states(owner, fields("two")).await.unwrap();
        assert_eq!(states["tunnel.password"], SecretState::Unknown);
    }
}

#[tokio::test]
async fn the_file_is_for_its_owner_and_holds_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let fingerprints = at(&folder);
    fingerprints.note(OWNER, fields("hunter2"), Known::Written).await.unwrap();
    let text = std::fs::read_to_string(&fingerprints.path).unwrap();
    assert!(text.contains("tunnel.password") && !text.contains("hunter2"), "{text}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&fingerprints.path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(std::fs::read_to_string(folder.path().join(".airway/.gitignore")).unwrap(), "*\n");
}

#[tokio::test]
async fn equal_secrets_look_different() {
    let folder = tempfile::tempdir().unwrap();
    let fingerprints = at(&folder);
    let two = ["a", "b"].map(|path| (path.to_owned(), Zeroizing::new("same".to_owned())));
    fingerprints.note(OWNER, two.to_vec(), Known::Written).await.unwrap();
    let file = File::read(&fingerprints.path).unwrap();
    let prints = file.of(&fingerprints.place(OWNER)).unwrap();
    assert_ne!((prints["a"].salt, prints["a"].hash), (prints["b"].salt, prints["b"].hash));
}

#[tokio::test]
async fn writers_do_not_lose_what_others_write() {
    let folder = tempfile::tempdir().unwrap();
    let writers = (0..16).map(|number| {
        let fingerprints = at(&folder);
        tokio::spawn(async move {
            let id = number.to_string();
            fingerprints.note(Owner { id: &id, ..OWNER }, fields("one"), Known::Written).await.unwrap();
        })
    });
    futures::future::join_all(writers).await;
    let fingerprints = at(&folder);
    for number in 0..16 {
        let id = number.to_string();
        let states = fingerprints.states(Owner { id: &id, ..OWNER }, fields("one")).await.unwrap();
        assert_eq!(states["tunnel.password"], SecretState::Unchanged, "{number}");
    }
}

#[tokio::test]
async fn a_broken_file_is_named_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let fingerprints = at(&folder);
    fingerprints.note(OWNER, fields("one"), Known::Written).await.unwrap();
    let broken = [
        ("version = 2\n", "it has version 2, and this program knows 1"),
        ("version = 1\n[servers.a.b.c]\nd = \"written x y\"\n", "a fingerprint in it is damaged"),
    ];
    for (text, reason) in broken {
        std::fs::write(&fingerprints.path, text).unwrap();
        let asked = fingerprints.states(OWNER, fields("one")).await.unwrap_err();
        let noted = fingerprints.note(OWNER, fields("one"), Known::Written).await.unwrap_err();
        for error in [asked, noted] {
            assert_eq!(
                (error.to_string().as_str(), error.label()),
                (
                    format!("the fingerprint file `{}` cannot be used: {reason}", fingerprints.path.display()).as_str(),
                    "fingerprints",
                )
            );
            assert!(error.hint().unwrap().contains("delete"));
        }
        assert_eq!(std::fs::read_to_string(&fingerprints.path).unwrap(), text);
    }
}
