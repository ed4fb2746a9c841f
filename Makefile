# The only doors. Each does its own set-up: as root it installs missing Debian packages,
# as an ordinary user it says which `sudo apt-get install …` is needed.

.PHONY: help run test check generate bench fuzz

help:
	@echo "make run        build and serve the demo at http://127.0.0.1:8080 (LISTEN=, DATA=, PROFILE= change that)"
	@echo "make test       every test on SQLite and PostgreSQL, in the browser and by independent readers"
	@echo "make check      format, lints, arrows between crates, licences, docs, generated pages"
	@echo "make generate   write docs/generated again"
	@echo "make bench      measure the release binary (SHORT=1, DATABASE=postgres, ARGS=\"--only pdf\" change that)"
	@echo "make fuzz       libFuzzer on the reader: files, amounts, dates, contacts (SECONDS_EACH=, default 30; TARGETS=)"

run:
	@scripts/run.sh

test:
	@scripts/test.sh

check:
	@scripts/check.sh

generate:
	@scripts/generate.sh

bench:
	@scripts/bench.sh

fuzz:
	@scripts/fuzz.sh
