"""What a fit predicts, the effects it absorbed, and average marginal effects."""
