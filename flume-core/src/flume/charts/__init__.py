"""From points to charts: what the words `barchart`, `linechart` and the others share."""
