"""Results of a monitor: what it keeps of each measurement, and how that is shown."""
