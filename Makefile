# make dev     the site while you change it: pages show what you save
# make test    everything that tests need, and all the tests
# make generate  the Go code of the templates, after a change to a .templ file
# make kill-test  200 games of four over HTTP, while the program is killed ten times
# make bench   the benchmarks: pages, moves, storage and streams

FERRET := $(CURDIR)/.cache/ferret

.PHONY: dev test kill-test bench generate browsers

dev:
	go run ./handlers/dev

# The tests of the whole program come last and by themselves: their browsers would not
# like to have other tests beside them.
test: browsers $(FERRET)
	go vet ./...
	FERRETDB_BIN=$(FERRET) go test -race -timeout 20m ./handlers/... ./models/... ./public/... ./views/...
	FERRETDB_BIN=$(FERRET) go test -race -timeout 50m .

# A MongoDB stand-in for the tests of that half of the store. With MONGODB_URI
# set, the tests use that server instead.
$(FERRET): $(wildcard models/store/ferret/*.go) models/store/ferret/go.mod
	cd models/store/ferret && go vet ./... && go test ./... && go build -o $@ .

# What the tests look at the site with, and nginx to stand in between: Debian's
# packages, those that are missing.
BROWSERS := chromium firefox-esr w3m lynx links2
browsers:
	@missing="$$(for tool in $(BROWSERS); do command -v $$tool >/dev/null || echo $$tool; done)"; \
	PATH="$$PATH:/usr/sbin" command -v nginx >/dev/null || missing="$$missing nginx-light"; \
	[ -z "$$missing" ] || { \
	  echo "installing" $$missing "for the tests"; \
	  sudo=$$(command -v sudo || true); \
	  $$sudo apt-get update -qq && $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing >/dev/null; }

generate:
	go tool templ generate

kill-test:
	GAMES=200 KILLS=10 go test -run TestGamesSurviveBeingKilled -v -timeout 30m .

bench:
	go test -run '^$$' -bench . -benchtime 3s ./...
