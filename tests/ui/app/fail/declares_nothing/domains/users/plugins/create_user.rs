pub struct CreateUser;
