"""Is an output supported by passages that a search finds?"""
