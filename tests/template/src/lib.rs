//! Nothing: the package is its test, apart from the others so that nothing else is compiled with the template's
//! features.
