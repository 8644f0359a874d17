"""The plan of a scan: points, their keys, and the shards that hold them."""
