"""From what is known of a chart to what its pages show. All of it comes from strangers."""
