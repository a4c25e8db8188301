# No `plugin.toml` beside it.
