package client

import (
	"context"
	"maps"
	"sync"
	"sync/atomic"
)

// Sharing returns a client of the same registry that answers reads of single
// objects from lists, where Quay has one that tells as much: GetUser,
// GetServiceKey, GetPermission and GetQuota. Terraform asks for each object by
// itself, and every call costs the registry the same, whatever it returns.
//
// Lists are read when they are first needed, page by page, and kept as long as
// nothing is written through either client. No more pages are read than objects
// were asked for, so the calls are never more than twice those of single reads.
// What a list does not hold is read by itself, and so is everything once a list
// has failed: only a single read says that an object is [Gone].
func (c *Client) Sharing() *Client {
	sharing := *c
	sharing.sharing = true
	return &sharing
}

// collections are the lists that single reads are answered from.
type collections struct {
	writes        atomic.Int64 // how many calls that write began or ended
	users         collection[User]
	organizations collection[ListedOrganization]
	keys          collection[ServiceKey]

	mu          sync.Mutex
	permissions map[permissionList]*collection[Permission]
}

// permissionList is the list of a repository's users, or of its teams.
type permissionList struct {
	operation  Operation
	repository Repository
}

// of returns the collection of the permissions in a list.
func (s *collections) of(list permissionList) *collection[Permission] {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.permissions == nil {
		s.permissions = map[permissionList]*collection[Permission]{}
	}
	if s.permissions[list] == nil {
		s.permissions[list] = &collection[Permission]{}
	}
	return s.permissions[list]
}

// listed looks for an object in a collection, if reads are shared.
func listed[T any](ctx context.Context, c *Client, in *collection[T], name string, read pageReader[T]) (object T, found bool) {
	if !c.sharing {
		return object, false
	}
	return in.find(ctx, &c.shared.writes, name, read)
}

// pagesOf reads the pages of a list whose items, under key, have names.
func pagesOf[T any](c *Client, r request, key string, name func(T) string) pageReader[T] {
	return func(ctx context.Context, token string) (map[string]T, string, error) {
		items, next, err := page[T](ctx, c, r, key, token)
		return keyed(items, name), next, err
	}
}

// pageReader reads a page of a list: its objects by name, and the token of the
// next page, which is empty after the last. The first page has no token.
type pageReader[T any] func(ctx context.Context, token string) (objects map[string]T, next string, err error)

// collection answers reads from a list. Its zero value is ready.
type collection[T any] struct {
	mu      sync.Mutex
	listing *listing[T]
}

// listing is what has been read of a list since the last write.
type listing[T any] struct {
	began int64         // at how many writes
	turn  chan struct{} // holds who looks, or reads a page
	asked atomic.Int64  // how many reads of single objects it took the place of

	// The rest belongs to who has the turn.
	objects map[string]T
	next    string // the token of the next page
	pages   int64
	over    bool // after the last page, and after an error
}

// current returns the listing that holds at a number of writes.
func (c *collection[T]) current(writes int64) *listing[T] {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.listing == nil || c.listing.began != writes {
		c.listing = &listing[T]{began: writes, turn: make(chan struct{}, 1), objects: map[string]T{}}
	}
	return c.listing
}

// find looks for an object in the list, and reads more of the list where that
// pays. What it does not find may exist all the same.
func (c *collection[T]) find(ctx context.Context, writes *atomic.Int64, name string, read pageReader[T]) (object T, found bool) {
	l := c.current(writes.Load())
	l.asked.Add(1)
	for ctx.Err() == nil {
		select {
		case l.turn <- struct{}{}:
		case <-ctx.Done():
			return object, false
		}
		object, found = l.objects[name]
		valid := writes.Load() == l.began
		pays := valid && !found && !l.over && l.pages < l.asked.Load()
		if pays {
			l.readPage(ctx, read)
		}
		<-l.turn // before another page, so that who waits for this one can go on
		if !pays {
			return object, found && valid
		}
	}
	return object, false
}

// readPage adds the next page. An error ends the list, unless it is only the
// one who reads that has been cancelled.
func (l *listing[T]) readPage(ctx context.Context, read pageReader[T]) {
	objects, next, err := read(ctx, l.next)
	if err != nil && ctx.Err() != nil {
		return
	}
	l.pages++
	l.next, l.over = next, err != nil || next == ""
	maps.Copy(l.objects, objects)
}

// keyed returns objects by name.
func keyed[T any](objects []T, name func(T) string) map[string]T {
	result := make(map[string]T, len(objects))
	for _, object := range objects {
		result[name(object)] = object
	}
	return result
}
