"""Answer extraction: what an output says, without what only wraps it."""
