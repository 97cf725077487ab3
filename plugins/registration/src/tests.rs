//! What the plugin as a whole promises.
