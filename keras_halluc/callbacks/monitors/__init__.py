"""Callbacks that measure the model and write what they found into `logs`."""
