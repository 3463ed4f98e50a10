"""Who answered: waves, responses and the links that open them, kept in one database."""
