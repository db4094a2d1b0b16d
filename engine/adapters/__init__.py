"""The engine's own answers to its ports: role register, holidays, passwords, files."""
