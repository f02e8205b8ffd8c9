"""Does the model give the same answer again when it is sampled?"""
