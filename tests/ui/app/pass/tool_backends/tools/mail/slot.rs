pub type Tool<B = super::Folder> = super::Mail<B>;

pub mod backends {
    pub use super::super::{Folder, Smtp};
}
