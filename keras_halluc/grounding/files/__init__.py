"""How is text that was generated elsewhere checked, from files or in a data engine?"""
