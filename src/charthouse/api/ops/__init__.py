"""What operators ask: metrics, liveness, readiness."""
