//! Mail, as a tool.
use std::sync::{Arc, Mutex};

use microcore::prelude::*;

#[derive(Debug, Settings)]
#[settings(prefix = "MAIL")]
pub struct MailSettings {
    /// Sender of every mail.
    #[setting(default = "noreply@example.com")]
    from: String,
    /// Password of the relay; without one, mails are kept and not sent.
    password: Option<Secret<String>>,
}

#[derive(Clone)]
pub struct Mailer {
    settings: Arc<MailSettings>,
    kept: Arc<Mutex<Vec<String>>>,
}

/// Mails to customers.
#[tool]
impl Mailer {
    pub async fn setup(settings: MailSettings) -> Result<Self> {
        Ok(Self { settings: Arc::new(settings), kept: Arc::default() })
    }

    /// Sends one mail.
    pub fn deliver(&self, to: &str, text: &str) -> Result<()> {
        let mail = format!("from {} to {to}: {text}", self.settings.from);
        self.kept.lock().expect("no holder of the lock panics").push(mail);
        Ok(())
    }

    pub async fn health_check(&self) -> Result<()> {
        match &self.settings.password {
            Some(password) if password.expose().is_empty() => Err(Error::unavailable("the password is empty")),
            _ => Ok(()),
        }
    }

    pub async fn shutdown(&self) -> Result<()> {
        self.kept.lock().expect("no holder of the lock panics").clear();
        Ok(())
    }
}
