"""Are the numbers, dates and names of an output those of its source?"""
