//! Mails as files: one `.eml` each, which mail programs open. For development, and for whatever else picks them up.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use microcore::lifecycle::Boot;
use microcore::prelude::*;

use super::{Backend, MailError, Mailer, Prepared};

/// The backend `Folder`.
#[derive(Debug, Clone, Copy)]
pub struct Folder;

/// What [`Folder`] reads.
#[derive(Debug, Settings)]
#[settings(prefix = "MAIL")]
#[non_exhaustive]
pub struct FolderSettings {
    /// Sender of mails that name none.
    #[setting(default = "app@localhost.localdomain")]
    pub from: String,
    /// Folder of the mails, which is made where there is none.
    #[setting(default = "mails")]
    pub folder: PathBuf,
}

/// An open folder.
#[derive(Debug)]
pub struct FolderMailer {
    settings: FolderSettings,
}

impl Backend for Folder {
    type Settings = FolderSettings;
    type Mailer = FolderMailer;

    async fn open(settings: FolderSettings, _: &Boot) -> Result<FolderMailer> {
        Ok(FolderMailer { settings })
    }
}

impl Mailer for FolderMailer {
    fn sender(&self) -> &str {
        &self.settings.from
    }

    async fn deliver(&self, mail: &Prepared) -> Result<(), MailError> {
        let name = mail.id.trim_matches(['<', '>']).split('@').next().unwrap_or_default();
        let path = self.settings.folder.join(format!("{name}.eml"));
        let bytes = mail.bytes.clone();
        blocking(move || write(&path, &bytes)).await
    }

    async fn check(&self) -> Result<(), MailError> {
        let folder = self.settings.folder.clone();
        blocking(move || std::fs::create_dir_all(folder)).await
    }
}

/// The whole file or none: whoever looks into the folder never finds half a mail.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    // Of this process and this mail alone; the same mail may be written twice at a time.
    let draft = folder.join(format!(".{}-{number}.part", std::process::id()));
    let written = std::fs::File::create(&draft).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.and_then(|()| std::fs::rename(&draft, path)).inspect_err(|_| {
        // What is left of it is of no use; that it can't be removed either is no second failure.
        let _ = std::fs::remove_file(&draft);
    })
}

async fn blocking(work: impl FnOnce() -> std::io::Result<()> + Send + 'static) -> Result<(), MailError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(MailError::unavailable),
        Err(panic) => Err(MailError::unavailable(panic)),
    }
}
