//! Nothing: the package is its test, apart from the others so that trybuild builds no more than the cases need.
