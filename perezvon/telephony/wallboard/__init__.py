"""What happens in the contact centre right now: one computation for all who look, dressed for each by his rights."""
