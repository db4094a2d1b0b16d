"""Lists of many dossiers under one letter: gathered, signed and numbered once for all of them."""
