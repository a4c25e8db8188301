pub struct UserCreated;
