package views

import "worldtravel/views/words"

// Bag is one of the four piece designs, a shape and a colour: 1 hatbox,
// 2 suitcase, 3 flight bag, 4 diamond case.
type Bag int

// Bags lists the designs.
func Bags() []Bag { return []Bag{1, 2, 3, 4} }

var bags = [...]string{"hatbox", "suitcase", "flight-bag", "diamond-case"}

func (b Bag) known() Bag {
	if b < 1 || int(b) > len(bags) {
		return 1
	}
	return b
}

// Slug names the bag in the files of the art: "flight-bag".
func (b Bag) Slug() string { return bags[b.known()-1] }

// Name is what people call the bag: "Flight bag".
func (b Bag) Name(l *words.Language) string { return l.T("bag." + b.Slug()) }

// freeBags are the n first designs that none of the labels carries.
func freeBags(taken []SeatLabel, n int) []Bag {
	var free []Bag
	for _, b := range Bags() {
		used := false
		for _, l := range taken {
			used = used || l.Bag == b
		}
		if !used && len(free) < n {
			free = append(free, b)
		}
	}
	return free
}
