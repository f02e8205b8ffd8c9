"""How do people and models say that they do not know? A grammar for each language."""
