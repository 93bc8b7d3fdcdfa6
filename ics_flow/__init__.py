"""The application of ICS Flow: cases, histories, forms and commands. Pages belong in ``web``, stepping of pathways in ``engine``."""
