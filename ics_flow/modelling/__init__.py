"""The model of a release as pages to read: process model, hierarchy, data model, records and entities, made from what runs and from nothing else.

The same release gives the same bytes. Not here: where the pages are kept (``ics_flow.cli.model``).
"""

from ics_flow.modelling.pages import pages_of

__all__ = ["pages_of"]
