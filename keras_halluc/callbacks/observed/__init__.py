"""What a monitor looks at: answers to cases, rows of data, attention, text features."""
