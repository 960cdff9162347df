# ADMF: see `make help`.
.PHONY: test
test:
	swift test
