"""The commands of `quytrinh`, a module for each kind of work."""
