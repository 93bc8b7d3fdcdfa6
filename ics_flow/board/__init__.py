"""The change board: requests, drafts of releases, what they change, and what becomes of open cases. Not here: pages, tables."""
