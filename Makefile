# make test    everything that tests need, and all the tests
# make generate  the Go code of the templates, after a change to a .templ file
# make kill-test  200 games of four over HTTP, while the program is killed ten times
# make bench   the benchmarks: pages, moves, storage and streams

FERRET := $(CURDIR)/.cache/ferret

.PHONY: test kill-test bench generate chromium

test: chromium $(FERRET)
	go vet ./...
	FERRETDB_BIN=$(FERRET) go test -race -timeout 20m ./...

# A MongoDB stand-in for the tests of that half of the store. With MONGODB_URI
# set, the tests use that server instead.
$(FERRET): $(wildcard models/store/ferret/*.go) models/store/ferret/go.mod
	cd models/store/ferret && go vet ./... && go test ./... && go build -o $@ .

chromium:
	@command -v chromium >/dev/null || { \
	  echo "installing Chromium for the browser tests"; \
	  sudo=$$(command -v sudo || true); \
	  $$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq chromium >/dev/null; }

generate:
	go tool templ generate

kill-test:
	GAMES=200 KILLS=10 go test -run TestGamesSurviveBeingKilled -v -timeout 30m .

bench:
	go test -run '^$$' -bench . -benchtime 3s ./...
