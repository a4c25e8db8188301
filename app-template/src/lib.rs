//! An application: what is in the folders is what it does.

microcore::app! { auth: Jwt }
