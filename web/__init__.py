"""The pages of ICS Flow: work tray, tasks, a child's file. Rules and SQL do not belong here."""
