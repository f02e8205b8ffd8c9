"""Is a statement what a knowledge base has?"""
