"""Does a model hallucinate more for some groups of cases than for others?"""
