"""The console: pages for people, rendered on the server. It shows what the API shows, never more."""
