"""Values of the field: ids, forms and answers, rights, the view of a case. No SQL and no engine steps."""
