package views

// Bag is one of the four piece designs, a shape and a colour: 1 hatbox,
// 2 suitcase, 3 flight bag, 4 diamond case.
type Bag int
