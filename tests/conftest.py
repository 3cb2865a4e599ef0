"""The small world of all tests: Alice owns, Bob belongs, Carol reviews, Charlie is a stranger."""
