"""Does the source entail what the output claims, by a model of pairs?"""
