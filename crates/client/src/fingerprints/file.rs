//! The file: read as a whole, written as a whole, by one process at a time, for its owner alone.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use super::{Known, Print};

/// What of it is read and written.
#[derive(Debug, Default)]
pub(super) struct File(Servers);

/// By server, workspace, resource and path of the secret.
type Servers<T = Print> = BTreeMap<String, BTreeMap<String, BTreeMap<String, BTreeMap<String, T>>>>;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: u32,
    #[serde(default)]
    servers: Servers<String>,
}

const VERSION: u32 = 1;

const ABOUT: &str = "\
# Kept by airway to tell whether a secret has changed: salted hashes, no secrets. For this machine only: do not
# commit it, do not give it away. Without it, secrets count as unknown.
";

impl File {
    /// Reads the file; one that does not exist is empty.
    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(error.to_string()),
        };
        let written: Written = toml::from_str(&text).map_err(|error| error.message().to_owned())?;
        if written.version != VERSION {
            return Err(format!("it has version {}, and this program knows {VERSION}", written.version));
        }
        let broken = || "a fingerprint in it is damaged".to_owned();
        let mut servers = Servers::new();
        for (server, workspaces) in written.servers {
            for (workspace, resources) in workspaces {
                for (resource, prints) in resources {
                    let prints = prints.into_iter().map(|(path, text)| Some((path, Print::parse(&text)?)));
                    let prints = prints.collect::<Option<BTreeMap<_, _>>>().ok_or_else(broken)?;
                    servers
                        .entry(server.clone())
                        .or_default()
                        .entry(workspace.clone())
                        .or_default()
                        .insert(resource, prints);
                }
            }
        }
        Ok(Self(servers))
    }

    /// Changes the file, while no other process does.
    pub(super) fn change(path: &Path, change: impl FnOnce(&mut Self)) -> Result<(), String> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let changed = || -> io::Result<Result<(), String>> {
            make_folder(folder)?;
            // The file itself is replaced, so the lock is on one beside it. It goes with the process, whatever ends that.
            let lock = fs::OpenOptions::new().create(true).append(true).open(path.with_extension("lock"))?;
            lock.lock()?;
            let mut file = match Self::read(path) {
                Ok(file) => file,
                Err(reason) => return Ok(Err(reason)),
            };
            change(&mut file);
            // Readable for its owner only, from the beginning.
            let mut written = NamedTempFile::new_in(folder)?;
            written.write_all(file.text()?.as_bytes())?;
            written.as_file().sync_all()?;
            written.persist(path)?;
            Ok(Ok(()))
        };
        changed().map_err(|error| error.to_string())?
    }

    pub(super) fn of(&self, [server, workspace, resource]: &[String; 3]) -> Option<&BTreeMap<String, Print>> {
        self.0.get(server)?.get(workspace)?.get(resource)
    }

    pub(super) fn put(&mut self, place: [String; 3], prints: BTreeMap<String, Print>, known: Known) {
        let [server, workspace, resource] = place;
        let kept = self.0.entry(server).or_default().entry(workspace).or_default().entry(resource).or_default();
        match known {
            Known::Written => *kept = prints,
            Known::Seen => prints.into_iter().for_each(|(path, print)| {
                kept.entry(path).or_insert(print);
            }),
        }
    }

    pub(super) fn remove(&mut self, [server, workspace, resource]: &[String; 3]) {
        if let Some(resources) = self.0.get_mut(server).and_then(|workspaces| workspaces.get_mut(workspace)) {
            resources.remove(resource);
        }
    }

    fn text(&self) -> io::Result<String> {
        let mut written = Written { version: VERSION, servers: BTreeMap::new() };
        for (server, workspaces) in &self.0 {
            for (workspace, resources) in workspaces {
                for (resource, prints) in resources.iter().filter(|(_, prints)| !prints.is_empty()) {
                    let texts = prints.iter().map(|(path, print)| (path.clone(), print.to_string())).collect();
                    let workspaces = written.servers.entry(server.clone()).or_default();
                    workspaces.entry(workspace.clone()).or_default().insert(resource.clone(), texts);
                }
            }
        }
        let text = toml::to_string(&written).map_err(io::Error::other)?;
        Ok(format!("{ABOUT}{text}"))
    }
}

/// Makes the folder, for its owner and for nobody's version control, unless it is there.
fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    #[cfg(unix)]
    fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    fs::write(folder.join(".gitignore"), "*\n")
}
