"""Acts: one function per act, permission first, inside a transaction opened at the edge."""
