"""What the answers say: released tables as charts, pages and files, and figures known from elsewhere."""
