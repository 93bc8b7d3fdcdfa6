"""What a page or a report shows, as values: one file a page. Reading only; words for people are mostly the pages' own."""
