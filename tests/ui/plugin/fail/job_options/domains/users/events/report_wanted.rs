use crate::prelude::*;

#[event("report.wanted", job)]
pub struct ReportWanted {
    pub tenant: i64,
    pub month: String,
}
