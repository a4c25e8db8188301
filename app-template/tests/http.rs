//! Boots the whole application on a free port and speaks HTTP to it, as a client would.

use app::App;
use microcore::testing::{Running, boot, run};

#[test]
fn lives_and_is_ready() {
    run(async {
        let app = Running::<App>::boot(&boot::<App>()).await.unwrap();
        assert_eq!(app.get("/health").await.status, 200);
        assert_eq!(app.get("/ready").await.status, 200);
        app.stop().await;
    });
}
