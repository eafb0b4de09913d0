"""The two fiscal years of the demo, told through the same commands that people use."""
