"""Meetings that institutions ask for: times proposed, a day confirmed, a file for the calendar."""
