"""What is asked: the questionnaire's model, its reader, its expressions, routing and answer checking."""
