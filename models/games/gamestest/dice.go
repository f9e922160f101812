package gamestest

import (
	"hash/fnv"
	"math/rand/v2"

	"worldtravel/models/games"
)

// Bytes makes dice of a fuzz test's bytes: each draw in [0, n) is the next byte
// modulo n. When they have run out, and for n above 256, chance seeded from all
// of them goes on; so a game with such dice can be repeated, and ends as surely
// as one with fair dice.
func Bytes(data []byte) games.Dice {
	seed := fnv.New64a()
	seed.Write(data)
	return &byteDice{data: data, after: rand.New(rand.NewPCG(seed.Sum64(), 0))}
}

type byteDice struct {
	data  []byte
	after *rand.Rand
}

func (d *byteDice) IntN(n int) int {
	if len(d.data) == 0 || n > 256 {
		return d.after.IntN(n)
	}
	v := int(d.data[0]) % n
	d.data = d.data[1:]
	return v
}
