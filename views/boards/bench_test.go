package boards_test

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"worldtravel/models/games"
	"worldtravel/models/games/worldtravel"
	"worldtravel/views/boards"
	"worldtravel/views/words"
)

// BenchmarkPicture measures the board in mid-game, as it is rendered for every
// kind of viewer after every move.
func BenchmarkPicture(b *testing.B) {
	rules, dice := worldtravel.Rules{}, rand.New(rand.NewPCG(1, 2))
	state := rules.Setup(4, dice)
	for range 20 {
		state, _, _ = rules.Apply(state, state.Turn, worldtravel.Roll, dice)
	}
	picture := boards.WorldTravel.Picture(rules.View(state, games.Watcher), boards.Table{
		Names: []string{"Ada", "Ben", "Chen", "Dora"}, Bags: []int{1, 2, 3, 4}, Words: words.English(),
	})
	var page bytes.Buffer
	b.ReportAllocs()
	for b.Loop() {
		page.Reset()
		if err := picture.Render(b.Context(), &page); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(page.Len()))
}
