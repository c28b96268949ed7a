package client

import (
	"context"
	"encoding/json"
	"maps"
	"sync"
	"sync/atomic"
)

// WithListCache returns a client of the same registry that answers reads of single
// objects from lists, where Quay has one that tells as much: GetUser,
// GetServiceKey, GetPermission, GetQuota, GetTeam and GetRepository. Terraform asks
// for each object by itself, and every call costs the registry the same, whatever
// it returns. ListUserPermissions and ListTeamPermissions use the same lists. A permission
// is in up to two lists, of which the client chooses one.
//
// Lists are read when they are first needed, page by page, and kept as long as no
// call that can change them is made through either client. No more pages are read than objects
// were asked for, so the calls are never more than twice those of single reads.
// What a list does not hold is read by itself, and so is everything once a list
// has failed: only a single read says that an object is [NotFound].
func (c *Client) WithListCache() *Client {
	cached := *c
	cached.cached = true
	return &cached
}

// listKind is a kind of lists that answer reads of single objects. An operation
// names the kinds that it can change.
type listKind string

// listCaches are the lists that a client has read, by kind and name.
type listCaches struct {
	stale map[string][]listKind // by the name of the operation that can change them

	mu     sync.Mutex
	writes map[listKind]*atomic.Int64 // how many calls that can change such lists began or ended
	caches map[listKind]map[string]any
}

// writesOf returns the counter of a kind.
func (l *listCaches) writesOf(kind listKind) *atomic.Int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.writes == nil {
		l.writes = map[listKind]*atomic.Int64{}
	}
	if l.writes[kind] == nil {
		l.writes[kind] = &atomic.Int64{}
	}
	return l.writes[kind]
}

// wrote notes that a call that can change lists begins or ends.
func (l *listCaches) wrote(op Operation) {
	for _, kind := range l.stale[op.Name] {
		l.writesOf(kind).Add(1)
	}
}

// cacheOf returns the cache of a client's list, of which there can be several of a
// kind, by name.
func cacheOf[T any](c *Client, kind listKind, name string) *listCache[T] {
	writes := c.lists.writesOf(kind)
	c.lists.mu.Lock()
	defer c.lists.mu.Unlock()
	if c.lists.caches == nil {
		c.lists.caches = map[listKind]map[string]any{}
	}
	if c.lists.caches[kind] == nil {
		c.lists.caches[kind] = map[string]any{}
	}
	cache, ok := c.lists.caches[kind][name].(*listCache[T])
	if !ok {
		cache = &listCache[T]{writes: writes}
		c.lists.caches[kind][name] = cache
	}
	return cache
}

// findCached looks for an object in a list, if reads are shared.
func findCached[T any](ctx context.Context, c *Client, in *listCache[T], name string, read pageReader[T]) (object T, found bool) {
	if !c.cached {
		return object, false
	}
	return in.find(ctx, name, read)
}

// getListed returns an object from a list that Quay shows whole, for which Quay has no
// better call. The list that other reads share answers, if there is one. Only a list that
// is read for this object tells that there is none: the error is [NotFound] then, on the
// request, in words.
func getListed[T any](ctx context.Context, c *Client, in *listCache[T], id string, idOf func(T) string, list func(ctx context.Context) ([]T, error), r request, words string) (*T, error) {
	read := func(ctx context.Context, _ string) (map[string]T, string, error) {
		objects, err := list(ctx)
		return byName(objects, idOf), "", err
	}
	if object, found := findCached(ctx, c, in, id, read); found {
		return &object, nil
	}
	objects, _, err := read(ctx, "")
	if err != nil {
		return nil, err
	}
	object, found := objects[id]
	if !found {
		return nil, r.failed(NotFound, words, nil)
	}
	return &object, nil
}

// listOf reads a list that Quay shows whole, under a key.
func listOf[T any](ctx context.Context, c *Client, r request, key string) ([]T, error) {
	answer, err := fetch[map[string]json.RawMessage](ctx, c, r)
	if err != nil {
		return nil, err
	}
	var objects []T
	if json.Unmarshal((*answer)[key], &objects) != nil || objects == nil {
		return nil, r.notAListError()
	}
	return objects, nil
}

// pagesOf reads the pages of a list whose items, under key, have names.
func pagesOf[T any](c *Client, r request, key string, name func(T) string) pageReader[T] {
	return func(ctx context.Context, token string) (map[string]T, string, error) {
		items, next, err := page[T](ctx, c, r, key, token)
		return byName(items, name), next, err
	}
}

// pageReader reads a page of a list: its objects by name, and the token of the
// next page, which is empty after the last. The first page has no token.
type pageReader[T any] func(ctx context.Context, token string) (objects map[string]T, next string, err error)

// listCache answers reads from a list.
type listCache[T any] struct {
	writes   *atomic.Int64 // how many calls that can change the list began or ended
	mu       sync.Mutex
	snapshot *snapshot[T]
}

// snapshot is what has been read of a list since the last write.
type snapshot[T any] struct {
	began    int64         // at how many writes
	sem      chan struct{} // holds who looks, or reads a page
	requests atomic.Int64  // how many reads of single objects it took the place of

	// The rest belongs to the holder of sem.
	objects map[string]T
	next    string // the token of the next page
	pages   int64
	done    bool // after the last page, and after an error
	failed  bool // after an error
}

// current returns the snapshot that holds at a number of writes.
func (c *listCache[T]) current(writes int64) *snapshot[T] {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.snapshot == nil || c.snapshot.began != writes {
		c.snapshot = &snapshot[T]{began: writes, sem: make(chan struct{}, 1), objects: map[string]T{}}
	}
	return c.snapshot
}

// find looks for an object in the list, and reads more of the list where that
// pays. What it does not find may exist all the same.
func (c *listCache[T]) find(ctx context.Context, name string, read pageReader[T]) (object T, found bool) {
	l := c.current(c.writes.Load())
	l.requests.Add(1)
	for ctx.Err() == nil {
		select {
		case l.sem <- struct{}{}:
		case <-ctx.Done():
			return object, false
		}
		object, found = l.objects[name]
		valid := c.writes.Load() == l.began
		pays := valid && !found && !l.done && l.pages < l.requests.Load()
		if pays {
			l.readPage(ctx, read)
		}
		<-l.sem // before another page, so that who waits for this one can go on
		if !pays {
			return object, found && valid
		}
	}
	return object, false
}

// all returns a copy of the whole list, and false if it cannot be had.
func (c *listCache[T]) all(ctx context.Context, read pageReader[T]) (objects map[string]T, found bool) {
	l := c.current(c.writes.Load())
	select {
	case l.sem <- struct{}{}:
	case <-ctx.Done():
		return nil, false
	}
	defer func() { <-l.sem }()
	for ctx.Err() == nil && !l.done && c.writes.Load() == l.began {
		l.readPage(ctx, read)
	}
	if !l.done || l.failed || c.writes.Load() != l.began {
		return nil, false
	}
	return maps.Clone(l.objects), true
}

// fill adds all objects of the list, as another call has told them that began at a
// number of writes. It does nothing while somebody reads the list.
func (c *listCache[T]) fill(began int64, objects map[string]T) {
	l := c.current(began)
	select {
	case l.sem <- struct{}{}:
		maps.Copy(l.objects, objects)
		l.done = true
		<-l.sem
	default:
	}
}

// readPage adds the next page. An error ends the list, unless it is only the
// one who reads that has been cancelled.
func (l *snapshot[T]) readPage(ctx context.Context, read pageReader[T]) {
	objects, next, err := read(ctx, l.next)
	if err != nil && ctx.Err() != nil {
		return
	}
	l.pages++
	l.next, l.done, l.failed = next, err != nil || next == "", err != nil
	maps.Copy(l.objects, objects)
}

// byName returns objects by name.
func byName[T any](objects []T, name func(T) string) map[string]T {
	result := make(map[string]T, len(objects))
	for _, object := range objects {
		result[name(object)] = object
	}
	return result
}
