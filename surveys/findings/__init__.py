"""What it says: tables, estimates, disclosure control, releases, charts and exports."""
