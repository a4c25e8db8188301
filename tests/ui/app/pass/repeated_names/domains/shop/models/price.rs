pub struct Price {
    pub cents: i64,
}
