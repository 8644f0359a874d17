"""Everything that is read or written as a table."""
