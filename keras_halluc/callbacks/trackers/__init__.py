"""Callbacks that send what was measured to an experiment tracker."""
