"""Objects in pictures: which an output names, and which of them are there."""
