"""Where a text has numbers, dates, times, quantities and names, and what they are worth."""
