//! The template in a real browser: a package of its own, so that nothing else is compiled with the template's features.
