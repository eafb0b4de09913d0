"""The command line: one file for each group of commands, loaded only when it is used."""
