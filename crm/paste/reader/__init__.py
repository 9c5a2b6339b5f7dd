"""Reads what people paste (chat, name cards, rows of a spreadsheet) by rules alone; knows no web and no database."""
