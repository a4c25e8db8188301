pub type Tool<B = super::Folder> = super::Search<B>;

pub mod backends {
    pub use super::super::{Folder, Smtp};
}
