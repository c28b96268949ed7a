package client

import "sync"

// record remembers values by name. Goroutines can share it.
type record[V any] struct {
	mu     sync.Mutex
	values map[string]V
}

// set remembers the value of a name.
func (r *record[V]) set(name string, value V) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.values == nil {
		r.values = map[string]V{}
	}
	r.values[name] = value
}

// get returns the value of a name, and whether there is one.
func (r *record[V]) get(name string) (value V, found bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	value, found = r.values[name]
	return value, found
}

// isEmpty tells whether there are no values.
func (r *record[V]) isEmpty() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.values) == 0
}
