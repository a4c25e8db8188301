//! A tool crate of somebody else: what goes wrong changes nothing, and what goes in goes out without a trace.

use super::{Alone, Path, commit, fs, git, microcore, passes, project, refused, root};

/// A tool crate as its author would write it; the word `Broken` has no backend behind it.
fn compass(folder: &Path) {
    let write = |path: &str, text: &str| {
        let path = folder.join("compass").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let contract = root().join("microcore-tool");
    write(
        "Cargo.toml",
        &format!(
            "[package]\nname = \"acme-compass\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[package.metadata.microcore]\n\
             tool = \"compass\"\nbackends = {{ Magnetic = [], Broken = [] }}\nenv = [\"COMPASS_DRIFT\"]\n\n[dependencies]\n\
             microcore = {{ package = \"microcore-tool\", path = {:?} }}\n\n[workspace]\n",
            contract.display().to_string()
        ),
    );
    write(
        "src/slot.rs",
        "//! The words.\npub type Tool<B = super::Magnetic> = super::Compass<B>;\npub mod backends { pub use super::super::Magnetic; }\n",
    );
    write(
        "src/lib.rs",
        "//! Where north is.\nuse microcore::prelude::*;\npub mod slot;\n\n#[derive(Debug, Clone)]\npub struct Magnetic;\n\n\
         #[derive(Debug, Clone)]\npub struct Compass<B = Magnetic> { backend: std::marker::PhantomData<fn() -> B> }\n\n\
         /// Where north is.\n#[tool]\nimpl<B: Clone + Send + Sync + 'static> Compass<B> {\n    \
         pub async fn setup() -> Result<Self> { Ok(Self { backend: std::marker::PhantomData }) }\n    \
         /// Degrees.\n    pub fn north(&self) -> u32 { let _ = self.backend; 0 }\n}\n",
    );
}

/// The one project in which `add` compiles what it wrote: the template's, whose dependencies other tests check as well.
#[test]
fn a_pack_that_does_not_compile_leaves_every_file_as_it_was() {
    let _alone = Alone::wait();
    let folder = tempfile::tempdir().unwrap();
    let shop = &project(folder.path(), "--auth", "app-template/Cargo.lock");
    compass(folder.path());
    passes(env!("CARGO"), shop, "metadata --format-version 1 --offline");
    commit(shop);

    let said = refused(shop, "add ../compass Broken");
    assert!(said.contains("Broken") && said.contains("every file is as it was"), "{said}");
    assert_eq!(git(shop, "diff"), "");

    let told = microcore(shop, "add ../compass");
    assert!(
        told.contains("changed Cargo.toml\nchanged Cargo.lock\nchanged .env.example\nchanged src/lib.rs\n"),
        "{told}"
    );
    assert!(microcore(shop, "add ../compass Magnetic").contains("is there already"));
    microcore(shop, "add plugin users/north --get /north --tool compass");
    let used = refused(shop, "remove compass");
    assert!(used.contains("src/domains/users/plugins/north.rs:"), "{used}");
    microcore(shop, "remove plugin users/north --force");
    microcore(shop, "remove compass --no-check");
    assert_eq!(git(shop, "diff"), "");

    // A tool of the framework, by its name alone.
    let told = microcore(shop, "add mail Smtp --no-check");
    assert!(told.contains("--tool mail"), "{told}");
    let manifest = fs::read_to_string(shop.join("Cargo.toml")).unwrap();
    assert!(manifest.contains("microcore-mail = {") && manifest.contains("features = [\"smtp\"]"), "{manifest}");
    assert!(fs::read_to_string(shop.join("src/lib.rs")).unwrap().contains("mail: Smtp"));
    assert!(fs::read_to_string(shop.join(".env.example")).unwrap().contains("# MAIL_URL=\n"));
    microcore(shop, "remove mail --no-check");
    assert_eq!(git(shop, "diff"), "");
    let checked = microcore(shop, &format!("tool check {}", root().join("microcore-tools/mail").display()));
    assert!(checked.ends_with("everything is right\n"), "{checked}");
}
