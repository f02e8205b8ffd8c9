"""How much of an output's words does its source cover?"""
