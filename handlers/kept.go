package handlers

import "sync"

// kept holds values by name, at most so many: when there are more, any one of them
// gives way, for each can be made again.
type kept[T any] struct {
	most int
	mu   sync.Mutex
	held map[string]*T
}

func keep[T any](most int) *kept[T] { return &kept[T]{most: most, held: map[string]*T{}} }

// get gives the value with the name, a new one when there is none.
func (k *kept[T]) get(name string) *T {
	k.mu.Lock()
	defer k.mu.Unlock()
	value := k.held[name]
	if value == nil {
		if len(k.held) >= k.most {
			for other := range k.held {
				delete(k.held, other)
				break
			}
		}
		value = new(T)
		k.held[name] = value
	}
	return value
}

// known gives the value with the name, nil when there is none.
func (k *kept[T]) known(name string) *T {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.held[name]
}
