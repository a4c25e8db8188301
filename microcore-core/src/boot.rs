//! What a tool may know while it is set up.

use std::any::Any;
use std::sync::Arc;

use crate::settings::Environment;

/// The circumstances of a boot, handed to every [`Tool::setup`](crate::tool::Tool::setup).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Boot {
    /// Where settings come from.
    pub environment: Environment,
    /// Whether this is a test: tools keep to temporary, isolated places and record what happens.
    pub test: bool,
    /// The tools that a test wants as they are in production.
    real: Arc<[String]>,
    /// What is known of the application. Only the framework's own tools look at it, so its type is not named here.
    application: &'static (dyn Any + Send + Sync),
}

impl Boot {
    /// A boot that reads its settings from here.
    pub fn new(environment: Environment) -> Self {
        Self { environment, test: false, real: Arc::new([]), application: &() }
    }

    /// The same as a test: tools with a fake open the fake.
    #[must_use]
    pub fn in_test(self) -> Self {
        Self { test: true, ..self }
    }

    /// The same with one more setting, which wins: what a test sets for itself.
    #[must_use]
    pub fn with(mut self, key: &str, value: &str) -> Self {
        self.environment = self.environment.with(key, value);
        self
    }

    /// The same with a clock that stands at this time of RFC 3339, for tests of what runs at times.
    #[must_use]
    pub fn clock(self, time: &str) -> Self {
        self.with("JOBS_TEST_CLOCK", time)
    }

    /// The same with one tool as it is in production, although this is a test: `boot.real("mail")` opens the backend that
    /// `app!` names, not the fake.
    #[must_use]
    pub fn real(mut self, tool: &str) -> Self {
        self.real = self.real.iter().cloned().chain([tool.to_owned()]).collect();
        self
    }

    /// Whether the tool of this name opens its fake, where it has one.
    pub fn opens_fake_of(&self, tool: &str) -> bool {
        self.test && !self.real.iter().any(|real| real == tool)
    }

    /// The same, of this application.
    #[doc(hidden)]
    #[must_use]
    pub fn of(self, application: &'static (dyn Any + Send + Sync)) -> Self {
        Self { application, ..self }
    }

    /// The same for one of several instances of a tool: it reads settings of its own, and what is known of the application
    /// belongs to the first.
    #[doc(hidden)]
    #[must_use]
    pub fn of_instance(&self, tool: &str, name: &str) -> Self {
        Self { environment: self.environment.of_instance(tool, name), application: &(), ..self.clone() }
    }

    /// Whether the tool that is set up is one of several instances, and not the first.
    pub fn is_instance(&self) -> bool {
        self.environment.is_instance()
    }

    /// What is known of the application, where it is of this type.
    #[doc(hidden)]
    pub fn application<T: Any>(&self) -> Option<&'static T> {
        self.application.downcast_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_opens_fakes_but_for_the_tools_that_it_wants_real() {
        let boot = Boot::new(Environment::default());
        assert!(!boot.opens_fake_of("mail"));
        let boot = boot.in_test().real("mail");
        assert!(!boot.opens_fake_of("mail") && boot.opens_fake_of("storage"));
    }
}
