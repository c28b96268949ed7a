package client

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// WithListCache returns a client of the same registry that answers reads of single objects
// from lists. It does so if a list tells as much as the single read, such as for GetUser,
// GetPermission and GetTeam. Terraform asks for each object alone, and every call costs the
// registry the same, whatever it returns. ListUserPermissions and ListTeamPermissions use the
// same lists. A permission is in up to two lists. The client chooses one of them.
//
// The client reads a list page by page when it first needs the list. It drops a list when
// either client makes a call that can change the list. It reads at most as many pages as
// Terraform has requested objects. So it makes at most twice the calls of single reads. It
// reads an object alone if the list lacks the object or has failed: only a single read says
// that an object is [NotFound].
func (c *Client) WithListCache() *Client {
	cached := *c
	cached.cached = sharedReads != "off"
	return &cached
}

// sharedReads is "off" only in a program that the benchmark links to measure single reads.
var sharedReads = "on"

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

// cacheOf returns the cache of the list with a kind and a name.
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

// findCached looks for an object in a list, if the client has a list cache.
func findCached[T any](ctx context.Context, c *Client, in *listCache[T], name string, read pageReader[T]) (object T, found bool) {
	if !c.cached {
		return object, false
	}
	return in.find(ctx, name, read)
}

// getListed returns an object from a list that Quay shows whole, if Quay has no better call.
// It uses the cached list, if there is one. If the cached list lacks the object, it reads the
// list again. The error is [NotFound] with words as the message if the new list lacks it too.
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

// listOf reads the list under a key of a response that has the whole list, and sorts it by id.
// Quay returns such lists in no order, which can change with each call.
func listOf[T any](ctx context.Context, c *Client, r request, key string, idOf func(T) string) ([]T, error) {
	answer, err := fetch[map[string]json.RawMessage](ctx, c, r)
	if err != nil {
		return nil, err
	}
	var objects []T
	if json.Unmarshal((*answer)[key], &objects) != nil || objects == nil {
		return nil, r.notAListError()
	}
	slices.SortStableFunc(objects, func(a, b T) int { return strings.Compare(idOf(a), idOf(b)) })
	return objects, nil
}

// pagesOf returns a reader for the pages of a list with items under key.
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

// snapshot is the part of a list that the client has read since the last write.
type snapshot[T any] struct {
	began    int64         // value of writes at the first read
	sem      chan struct{} // held while a reader searches, or reads a page
	requests atomic.Int64  // how many single reads the list has replaced

	// Only the holder of sem uses the following fields.
	objects map[string]T
	next    string // the token of the next page
	pages   int64
	done    bool // after the last page, and after an error
	failed  bool // after an error
}

// current returns the snapshot that is valid at a number of writes.
func (c *listCache[T]) current(writes int64) *snapshot[T] {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.snapshot == nil || c.snapshot.began != writes {
		c.snapshot = &snapshot[T]{began: writes, sem: make(chan struct{}, 1), objects: map[string]T{}}
	}
	return c.snapshot
}

// find looks for an object in the list, and reads another page if that pays. An object that it
// does not find may still exist.
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
		<-l.sem // lets waiting readers search before the next page
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

// fill adds all objects of the list from the response to another call, which began at a number
// of writes. It does nothing while another reader holds the list.
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

// readPage adds the next page. An error ends the list, unless Terraform has cancelled this
// reader.
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
