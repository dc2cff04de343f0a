"""The data standards as dated data, and one checker for portal and hospitals."""
