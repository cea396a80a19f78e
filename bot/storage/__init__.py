"""Everything that stands in SQLite. The only place with SQL; never commits by itself."""
