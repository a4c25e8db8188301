//! The battery on every backend, and what only a real server shows: STARTTLS, passwords, 4xx, 5xx, silence.
//!
//! The server is aiosmtpd. Without it the cases of `Smtp` are skipped, unless `MICROCORE_REQUIRE_SERVICES` is set.

#![allow(clippy::unwrap_used, reason = "tests")]

mod server;

use std::time::{Duration, Instant};

use microcore::error::Error;
use microcore::lifecycle::Boot;
use microcore::settings::{Environment, Problems, Settings};
use microcore_mail::battery::{Bench, run};
use microcore_mail::{Folder, Mail, MailError, Message, Smtp, SmtpSettings};
use server::Server;
use tempfile::TempDir;

mod folder {
    use super::*;

    struct InFolder(TempDir);

    impl Bench for InFolder {
        type Backend = Folder;

        async fn begin() -> Option<Self> {
            Some(Self(TempDir::new().unwrap()))
        }

        fn environment(&self) -> Environment {
            Environment::of([("MAIL_FOLDER", self.0.path().join("mails").to_str().unwrap())])
        }

        async fn arrived(&self) -> Vec<Vec<u8>> {
            server::mails(&self.0.path().join("mails"))
        }
    }

    microcore_mail::battery!(InFolder);

    #[test]
    fn a_repetition_replaces_its_file_and_no_draft_is_left() {
        run(async {
            let bench = InFolder::begin().await.unwrap();
            let settings = <Folder as microcore_mail::Backend>::Settings::load(&bench.environment()).unwrap();
            let mail = Mail::<Folder>::setup(settings, &Boot::new(bench.environment())).await.unwrap();
            for _ in 0..3 {
                mail.send(Message::to("ada@example.com").key("a")).await.unwrap();
            }
            let files = std::fs::read_dir(bench.0.path().join("mails")).unwrap().count();
            assert_eq!(files, 1);
        });
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_an_outage() {
        run(async {
            let folder = TempDir::new().unwrap();
            let file = folder.path().join("file");
            std::fs::write(&file, "").unwrap();
            let environment = Environment::of([("MAIL_FOLDER", file.to_str().unwrap())]);
            let settings = <Folder as microcore_mail::Backend>::Settings::load(&environment).unwrap();
            let mail = Mail::<Folder>::setup(settings, &Boot::new(environment)).await.unwrap();
            let failed = mail.send(Message::to("ada@example.com")).await;
            assert!(matches!(failed, Err(MailError::Unavailable(_))), "{failed:?}");
            assert_eq!(mail.health_check().await.unwrap_err().status(), 503);
        });
    }
}

mod smtp {
    macro_rules! on_server {
        ($name:ident, $mode:literal) => {
            mod $name {
                use super::super::*;

                struct OnServer(Server);

                impl Bench for OnServer {
                    type Backend = Smtp;

                    async fn begin() -> Option<Self> {
                        Server::start($mode).map(Self)
                    }

                    fn environment(&self) -> Environment {
                        self.0.environment("localhost")
                    }

                    async fn arrived(&self) -> Vec<Vec<u8>> {
                        server::mails(self.0.folder())
                    }
                }

                microcore_mail::battery!(OnServer);
            }
        };
    }
    on_server!(by_starttls, "starttls");
    on_server!(by_tls, "tls");
    on_server!(without_tls, "plain");
}

async fn mail(environment: &Environment) -> Mail<Smtp> {
    let settings = SmtpSettings::load(environment).unwrap();
    Mail::<Smtp>::setup(settings, &Boot::new(environment.clone())).await.unwrap()
}

fn to(name: &str) -> Message {
    Message::to(format!("{name}@example.com")).subject("Hello").text("Hello")
}

#[test]
fn what_the_server_answers_decides_whether_trying_again_helps() {
    let Some(server) = Server::start("starttls") else { return };
    run(async {
        let mail = mail(&server.environment("localhost")).await;
        let busy: Error = mail.send(to("busy")).await.unwrap_err().into();
        assert_eq!((busy.status(), busy.is_permanent()), (503, false), "{busy}");
        let gone: Error = mail.send(to("gone")).await.unwrap_err().into();
        assert!(gone.is_permanent() && gone.to_string().contains("no such user"), "{gone}");
        assert_eq!(gone.public_message(), "internal error", "a client reads nothing of the server's answer");
        assert!(mail.send(to("late")).await.is_err());
        mail.send(to("late")).await.unwrap();
        assert_eq!(server::mails(server.folder()).len(), 1);
    });
}

#[test]
fn everybody_gets_it_blind_copies_too() {
    let Some(server) = Server::start("starttls") else { return };
    run(async {
        mail(&server.environment("localhost"))
            .await
            .send(to("ada").cc("bob@example.com").bcc("eve@example.com"))
            .await
            .unwrap();
        let to = std::fs::read_to_string(server.folder().join("1.to")).unwrap();
        assert_eq!(to, "ada@example.com bob@example.com eve@example.com");
    });
}

#[test]
fn a_server_that_is_silent_costs_no_more_than_the_deadline_and_the_next_mail_goes() {
    let Some(server) = Server::start("starttls") else { return };
    run(async {
        let mail = mail(&server.environment("localhost").with("MAIL_TIMEOUT", "1s")).await;
        let begun = Instant::now();
        let failed = mail.send(to("stall")).await;
        assert!(matches!(failed, Err(MailError::Unavailable(_))), "{failed:?}");
        assert!(begun.elapsed() >= Duration::from_secs(1));
        mail.send(to("ada")).await.unwrap();
        // One that accepts and says nothing at all.
        let deaf = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("smtp://localhost:{}?tls=none", deaf.local_addr().unwrap().port());
        let mail = mail_by(&server, &url).await;
        assert!(matches!(mail.send(to("ada")).await, Err(MailError::Unavailable(_))));
        assert_eq!(mail.health_check().await.unwrap_err().status(), 503);
    });
}

async fn mail_by(server: &Server, url: &str) -> Mail<Smtp> {
    mail(&server.environment("localhost").with("MAIL_URL", url).with("MAIL_TIMEOUT", "1s")).await
}

#[test]
fn neither_password_nor_mail_goes_to_a_server_that_is_not_the_one_that_was_meant() {
    let (Some(server), Some(plain)) = (Server::start("starttls"), Server::start("plain")) else { return };
    run(async {
        // Its certificate is for another name.
        let failed = mail_by(&server, &server.url("127.0.0.1")).await.send(to("ada")).await;
        assert!(matches!(failed, Err(MailError::Unavailable(_))), "{failed:?}");
        // Nobody vouches for it.
        let unknown =
            Environment::of([("MAIL_FROM", "shop@example.com".to_owned()), ("MAIL_URL", server.url("localhost"))]);
        assert!(matches!(mail(&unknown).await.send(to("ada")).await, Err(MailError::Unavailable(_))));
        // It offers no STARTTLS.
        let stripped = format!("smtp://shop:s3cr3t@localhost:{}", plain.port());
        assert!(mail_by(&server, &stripped).await.send(to("ada")).await.is_err());
        // The password is another one: no mail is to blame, so each of them waits.
        let wrong = server.url("localhost").replace("s3cr3t", "guess");
        let failed = mail(&server.environment("localhost").with("MAIL_URL", wrong)).await.send(to("ada")).await;
        assert!(matches!(failed, Err(MailError::Unavailable(_))), "{failed:?}");
        let error: Error = failed.unwrap_err().into();
        assert!(error.to_string().contains("535"), "{error}");
        assert!(server::mails(server.folder()).is_empty() && server::mails(plain.folder()).is_empty());
    });
}

#[test]
fn what_is_configured_wrongly_ends_the_boot_and_never_shows_the_password() {
    run(async {
        for url in ["smtp://shop:s3cr3t@mail.example.com?tls=none", "ftp://shop:s3cr3t@mail.example.com", "smtp://"] {
            let environment = Environment::of([("MAIL_FROM", "shop@example.com"), ("MAIL_URL", url)]);
            let settings = SmtpSettings::load(&environment).unwrap();
            assert!(!format!("{settings:?}").contains("s3cr3t"));
            let error = Mail::<Smtp>::setup(settings, &Boot::new(environment)).await.unwrap_err();
            assert!(error.find::<Problems>().is_some(), "{error}");
            assert!(error.to_string().starts_with("MAIL_URL") && !error.to_string().contains("s3cr3t"), "{error}");
        }
        let environment =
            Environment::of([("MAIL_FROM", "a@b.de"), ("MAIL_URL", "smtps://b.de"), ("MAIL_TLS_CA", "/none.pem")]);
        let settings = SmtpSettings::load(&environment).unwrap();
        let error = Mail::<Smtp>::setup(settings, &Boot::new(environment)).await.unwrap_err();
        assert!(error.to_string().contains("/none.pem"), "{error}");
        let problems = SmtpSettings::load(&Environment::default()).unwrap_err().to_string();
        assert!(problems.contains("MAIL_FROM is not set") && problems.contains("MAIL_URL is not set"), "{problems}");
    });
}

#[test]
fn the_fake_keeps_what_was_sent_and_fails_as_it_is_told() {
    run(async {
        let mail = Mail::<Smtp>::fake().await.unwrap();
        mail.refuses("550 no such user");
        mail.goes_down();
        assert!(matches!(mail.send(to("ada")).await, Err(MailError::Refused(_))));
        assert!(matches!(mail.send(to("ada")).await, Err(MailError::Unavailable(_))));
        assert!(matches!(mail.send(to("a\nb")).await, Err(MailError::Invalid(_))), "as every backend does");
        mail.send(to("ada")).await.unwrap();
        let sent = mail.sent();
        assert_eq!(sent.len(), 1);
        assert_eq!((sent[0].to[0].as_str(), sent[0].subject.as_str()), ("ada@example.com", "Hello"));
    });
}
