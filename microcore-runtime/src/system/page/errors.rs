//! `/system/api/errors`: failures in groups, the latest first.

use super::{Page, told};
use crate::record::groups;

pub(super) const PAGE: Page = Page::shows("/system/api/errors", |_| Box::pin(async { told(&groups()) }));
