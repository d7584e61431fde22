"""From an answer of a web server to the entries of a feed: no network, no models, pure functions."""
