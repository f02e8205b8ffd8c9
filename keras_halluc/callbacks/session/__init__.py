"""What the callbacks of one `fit` share."""
