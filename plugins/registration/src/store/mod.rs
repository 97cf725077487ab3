//! What the database and the host's accounts hold, one module for each table.
