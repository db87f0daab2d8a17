"""Every product rule, written once. Services know ports and the model; neither engines nor wire formats."""
