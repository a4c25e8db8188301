//! What may go, and what is kept.

use std::fs;

use super::*;
use crate::new::{NewAsked, new};

struct Trial(tempfile::TempDir);

impl Trial {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        new(&NewAsked { folder: "shop".into(), ..NewAsked::default() }, folder.path()).unwrap();
        Self(folder)
    }

    fn project(&self) -> Project {
        Project::find(&self.0.path().join("shop")).unwrap()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join("shop").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn git(&self, words: &[&str]) {
        let done = Command::new("git").current_dir(self.0.path().join("shop")).args(words).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    fn remove(&self, kind: &str, place: &str, force: bool) -> Result<String> {
        let asked = RemoveAsked { kind: kind.into(), place: place.into(), force, dry_run: false };
        remove(&self.project(), &asked).map(|outcome| outcome.to_string())
    }

    #[track_caller]
    fn refuses(&self, kind: &str, place: &str, said: &str) {
        let problem = self.remove(kind, place, true).unwrap_err().to_string();
        assert!(problem.contains(said) && problem.contains("\nhelp: "), "{problem}");
    }
}

#[test]
fn what_is_named_stays() {
    let trial = Trial::new();
    trial.refuses("event", "users/user.created", "is in use:\n  src/domains/mail/plugins/welcome_email.rs:3");
    trial.refuses("event", "users/user.creatd", "did you mean `user.created`?");
    trial.refuses("event", "mail/user.created", "is one of the domain `users`, and not of `mail`");
    trial.refuses("tool", "clock", "src/domains/system/plugins/health.rs:");
    trial.refuses("plugin", "users/get_usr", "`get_user`");
    trial.refuses("migration", "users/phone", "`001_users.sql`");
    trial.write("src/domains/users/migrations/002_phone.sql", "");
    trial.refuses("migration", "users/users", "002_phone.sql comes after it");
    trial.write("src/domains/mail/migrations/001_mail.sql", "-- depends: users/002_phone\n");
    trial.refuses("migration", "users/phone", "src/domains/mail/migrations/001_mail.sql:1");
    trial.write("tests/odd.rs", "use app::domains::users::plugins::get_user::GetUser; // users");
    trial.refuses("plugin", "users/get_user", "tests/odd.rs:1");
    trial.write("src/domains/mail/plugins/big/mod.rs", "");
    trial.refuses("plugin", "mail/big", "it is a folder");
}

#[test]
fn what_git_does_not_have_stays_unless_forced() {
    let trial = Trial::new();
    let lost = trial.remove("plugin", "mail/welcome_email", false).unwrap_err().to_string();
    assert!(lost.contains("this is no repository of git"), "{lost}");
    trial.git(&["init", "-q"]);
    let lost = trial.remove("plugin", "mail/welcome_email", false).unwrap_err().to_string();
    assert!(lost.contains("git does not know it"), "{lost}");
    trial.git(&["add", "-A"]);
    trial.git(&["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "first"]);
    let told = trial.remove("plugin", "mail/welcome_email", false).unwrap();
    assert!(told.starts_with("deleted src/domains/mail/plugins/welcome_email.rs\nnext: "), "{told}");
    trial.write("src/domains/users/migrations/002_phone.sql", "-- new");
    trial.write("src/domains/users/plugins/get_user.rs", "//! Edited.\n");
    let lost = trial.remove("plugin", "users/get_user", false).unwrap_err().to_string();
    assert!(lost.contains("git does not have it as it is"), "{lost}");
    trial.remove("migration", "users/phone", false).unwrap_err();
    trial.remove("migration", "users/phone", true).unwrap();
    assert!(!trial.project().root.join("src/domains/users/migrations/002_phone.sql").exists());
}
