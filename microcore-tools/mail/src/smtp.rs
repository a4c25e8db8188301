//! Mails by a server, over TLS. The protocol is lettre's.
//!
//! A mail has a connection of its own: one that a deadline cut in the middle is never used again.

use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::address::{Address, Envelope};
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::{AsyncSmtpTransportBuilder, Error as SmtpError};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use microcore::lifecycle::Boot;
use microcore::prelude::*;
use microcore::settings::Problems;
use tokio::time::timeout;

use super::{Backend, MailError, Mailer, Prepared};

/// The backend `Smtp`.
#[derive(Debug, Clone, Copy)]
pub struct Smtp;

/// What [`Smtp`] reads.
#[derive(Debug, Settings)]
#[settings(prefix = "MAIL")]
#[non_exhaustive]
pub struct SmtpSettings {
    /// Sender of mails that name none.
    pub from: String,
    /// Server: `smtp://user:password@host:587` with STARTTLS, `smtps://…:465` with TLS from the start, `?tls=none` for neither.
    pub url: Secret<String>,
    /// Time for one mail, from the connection to the server's last answer.
    #[setting(default = "30s", within = "1s..=10m")]
    pub timeout: Duration,
    /// File with the certificate of an authority of your own, in PEM.
    pub tls_ca: Option<PathBuf>,
}

/// An open way to a server.
#[derive(Debug)]
pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: String,
    timeout: Duration,
}

impl Backend for Smtp {
    type Settings = SmtpSettings;
    type Mailer = SmtpMailer;

    async fn open(settings: SmtpSettings, _: &Boot) -> Result<SmtpMailer> {
        let authority = settings.tls_ca.as_deref().map(certificate).transpose()?;
        let transport = transport(settings.url.expose(), authority).map_err(|why| problem("MAIL_URL", &why))?.build();
        Ok(SmtpMailer { transport, from: settings.from, timeout: settings.timeout })
    }
}

impl Mailer for SmtpMailer {
    fn sender(&self) -> &str {
        &self.from
    }

    async fn deliver(&self, mail: &Prepared) -> Result<(), MailError> {
        let address = |text: &str| text.parse::<Address>().map_err(MailError::invalid);
        let to = mail.to.iter().map(|to| address(to)).collect::<Result<Vec<_>, _>>()?;
        let envelope = Envelope::new(Some(address(&mail.from)?), to).map_err(MailError::invalid)?;
        self.within(self.transport.send_raw(&envelope, &mail.bytes)).await.map(drop)
    }

    async fn check(&self) -> Result<(), MailError> {
        if self.within(self.transport.test_connection()).await? {
            return Ok(());
        }
        Err(MailError::unavailable("the mail server does not answer NOOP"))
    }
}

impl SmtpMailer {
    /// The answer of the server, as long as it is waited for. lettre's own deadline is for the connection alone.
    async fn within<T>(&self, asked: impl Future<Output = Result<T, SmtpError>>) -> Result<T, MailError> {
        match timeout(self.timeout, asked).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) if error.is_permanent() && !is_about_us(&error) => Err(MailError::refused(error)),
            Ok(Err(error)) => Err(MailError::unavailable(error)),
            Err(_) => Err(MailError::unavailable(format!("no answer within {:?}", self.timeout))),
        }
    }
}

/// 53x: the server wants another password or TLS (RFC 4954, 6). No mail is to blame, and each goes when that is mended.
fn is_about_us(error: &SmtpError) -> bool {
    error.status().is_some_and(|code| code.to_string().starts_with("53"))
}

/// The way to a server. `smtp` is STARTTLS that must succeed: a server that offers none gets neither password nor mail.
fn transport(url: &str, authority: Option<Certificate>) -> Result<AsyncSmtpTransportBuilder, String> {
    let (scheme, rest) = url.split_once("://").ok_or("must begin with `smtp://` or `smtps://`")?;
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    // lettre reads the rest; the way of TLS is ours to say, because its default is none.
    let plain = match (scheme, query) {
        ("smtps", "") | ("smtp", "" | "tls=required") => false,
        ("smtp", "tls=none") => true,
        ("smtp" | "smtps", _) => return Err("may end with `?tls=none` or `?tls=required`".to_owned()),
        _ => return Err("must begin with `smtp://` or `smtps://`".to_owned()),
    };
    let has_password = place.contains('@');
    let host = place.rsplit('@').next().unwrap_or_default();
    let host = host.split('/').next().unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    if name.is_empty() {
        return Err("must name a host".to_owned());
    }
    if plain && has_password && !is_near(name) {
        return Err(format!("must not send a password to `{name}` without TLS: drop `?tls=none`"));
    }
    let read = |url: &str| AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|error| error.to_string());
    if plain {
        return read(&format!("smtp://{place}"));
    }
    let mut parameters = TlsParameters::builder(name.trim_matches(['[', ']']).to_owned());
    if let Some(authority) = authority {
        parameters = parameters.add_root_certificate(authority);
    }
    let parameters = parameters.build().map_err(|error| error.to_string())?;
    Ok(match scheme {
        "smtps" => read(&format!("smtps://{place}"))?.tls(Tls::Wrapper(parameters)),
        _ => read(&format!("smtp://{place}?tls=required"))?.tls(Tls::Required(parameters)),
    })
}

/// A server on this machine: nobody listens in between.
fn is_near(name: &str) -> bool {
    name == "localhost" || name == "[::1]" || name.starts_with("127.")
}

fn certificate(path: &Path) -> Result<Certificate> {
    let unreadable = |why: String| problem("MAIL_TLS_CA", &format!("`{}` can't be read: {why}", path.display()));
    let pem = std::fs::read(path).map_err(|error| unreadable(error.to_string()))?;
    Ok(Certificate::from_pem(&pem).map_err(|error| unreadable(error.to_string()))?)
}

/// What is configured wrongly ends the boot; the value may be a secret.
fn problem(key: &str, message: &str) -> Problems {
    let mut problems = Problems::default();
    problems.add(key, message);
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_goes_to_nobody_without_tls() {
        let refusal = |url: &str| transport(url, None).map(|_| ()).unwrap_err();
        assert!(refusal("smtp://a:b@mail.example.com?tls=none").contains("without TLS"));
        assert!(refusal("http://mail.example.com").contains("smtps://"));
        assert!(refusal("smtp://a:secret@?tls=required").contains("host"));
        assert!(refusal("smtp://mail.example.com?tls=opportunistic").contains("tls=none"));
        for right in [
            "smtp://mail.example.com",
            "smtp://a:b@mail.example.com:2525",
            "smtps://a:b@mail.example.com",
            "smtp://a:b@localhost:25?tls=none",
            "smtp://mail.example.com?tls=none",
        ] {
            assert!(transport(right, None).is_ok(), "{right}");
        }
    }
}
