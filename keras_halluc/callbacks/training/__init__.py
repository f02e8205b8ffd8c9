"""Callbacks that change training: stopping, unfreezing, pruning, rounding, clipping."""
