//! Welcomes everybody who registers.
use crate::prelude::*;
use microcore_mail::Message;

#[plugin]
pub struct Welcome {
    mail: Mail,
}

#[plugin]
impl Welcome {
    #[on(UserRegistered, retries = 3, backoff = "10ms")]
    async fn send(&self, event: &UserRegistered) -> Result<()> {
        let message = Message::to(&event.email).subject("Welcome").text("Good to have you here.");
        self.mail.send(message).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[microcore::test]
    async fn writes_to_whoever_registered(mail: Mail) {
        let event = UserRegistered { email: "ada@example.com".to_owned() };
        Welcome::new(mail.clone()).send(&event).await.unwrap();
        assert_eq!(mail.sent()[0].to, ["ada@example.com"]);
    }
}
