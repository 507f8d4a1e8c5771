// Placeholder until this folder has a source of its own.
