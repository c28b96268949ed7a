package client

import (
	"context"
	"sync"
)

// writeLocks makes calls with the same key run one after the other.
type writeLocks struct {
	mu   sync.Mutex
	tail map[string]chan struct{} // closed when the last writer so far is done
}

// lock waits until every earlier writer of key is done. The caller calls the returned function
// after its own write. The error is the context's.
func (o *writeLocks) lock(ctx context.Context, key string) (func(), error) {
	mine := make(chan struct{})
	o.mu.Lock()
	if o.tail == nil {
		o.tail = map[string]chan struct{}{}
	}
	before := o.tail[key]
	o.tail[key] = mine
	o.mu.Unlock()

	done := func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		if o.tail[key] == mine {
			delete(o.tail, key)
		}
		close(mine)
	}
	if before == nil {
		return done, nil
	}
	select {
	case <-before:
		return done, nil
	case <-ctx.Done():
		go func() { // later writers still wait for the earlier writers
			<-before
			done()
		}()
		return nil, ctx.Err()
	}
}
