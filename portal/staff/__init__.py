"""The room of the research team: surveys, people, mail, jobs, activity and privacy, each behind its roles."""
