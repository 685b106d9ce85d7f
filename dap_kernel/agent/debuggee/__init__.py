"""The program that is debugged: its threads, its modules, whose code is whose."""
