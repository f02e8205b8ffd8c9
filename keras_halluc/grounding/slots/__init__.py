"""Does a text say every slot of its meaning representation, and no other?"""
