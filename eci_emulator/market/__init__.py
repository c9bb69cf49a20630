"""Pure: the catalogue of regions, zones, sizes and instance types; stock; prices; the spot market."""
