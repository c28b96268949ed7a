package client

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// edge is a permission: of a grantee in a repository.
type edge struct{ repository, grantee int }

// layout has the permissions of grantees in repositories. The first grantees are users. Quay
// has no list of a user's permissions.
type layout struct {
	repositories, grantees, users int
	edges                         []edge
}

// randomLayout returns a layout with at most so many repositories and grantees.
func randomLayout(random *rand.Rand, most int) layout {
	l := layout{repositories: 1 + random.IntN(most), grantees: 1 + random.IntN(most)}
	l.users = random.IntN(l.grantees + 1)
	density := random.Float64()
	for repository := range l.repositories {
		for grantee := range l.grantees {
			if random.Float64() < density {
				l.edges = append(l.edges, edge{repository, grantee})
			}
		}
	}
	return l
}

// all returns a layout in which all grantees have permissions in all repositories.
func all(repositories, grantees int) layout {
	l := layout{repositories: repositories, grantees: grantees}
	for repository := range repositories {
		for grantee := range grantees {
			l.edges = append(l.edges, edge{repository, grantee})
		}
	}
	return l
}

// minimum returns the least number of lists that have all permissions: those of the
// repositories of users, and of the rest a maximum matching, by the theorem of König.
func (l layout) minimum() int {
	needed := map[int]bool{}
	for _, e := range l.edges {
		if e.grantee < l.users {
			needed[e.repository] = true
		}
	}
	grantees := make([][]int, l.repositories)
	for _, e := range l.edges {
		if !needed[e.repository] {
			grantees[e.repository] = append(grantees[e.repository], e.grantee)
		}
	}
	partner := map[int]int{} // the repository of a grantee
	var match func(repository int, seen map[int]bool) bool
	match = func(repository int, seen map[int]bool) bool {
		for _, grantee := range grantees[repository] {
			if seen[grantee] {
				continue
			}
			seen[grantee] = true
			if other, taken := partner[grantee]; !taken || match(other, seen) {
				partner[grantee] = repository
				return true
			}
		}
		return false
	}
	for repository := range l.repositories {
		match(repository, map[int]bool{})
	}
	return len(needed) + len(partner)
}

// calls reads all permissions, so many at a time, and returns how many calls it takes.
// Lists of grantees fail if the token may not read them.
func (l layout) calls(t *testing.T, random *rand.Rand, parallelism int, mayList bool) int {
	t.Helper()
	var calls, writes atomic.Int64
	latency := time.Duration(random.IntN(3)) * 100 * time.Millisecond
	list := func(ofGrantee bool, number int) pageReader[Permission] {
		return func(context.Context, string) (map[string]Permission, string, error) {
			calls.Add(1)
			time.Sleep(latency)
			if ofGrantee && !mayList {
				return nil, "", Denied
			}
			permissions := map[string]Permission{}
			for _, e := range l.edges {
				switch {
				case ofGrantee && e.grantee == number:
					permissions[strconv.Itoa(e.repository)] = Permission{Role: fmt.Sprint(e)}
				case !ofGrantee && e.repository == number:
					permissions[strconv.Itoa(e.grantee)] = Permission{Role: fmt.Sprint(e)}
				}
			}
			return permissions, "", nil
		}
	}
	caches := map[string]*listCache[Permission]{}
	for repository := range l.repositories {
		caches[fmt.Sprint("repository", repository)] = &listCache[Permission]{writes: &writes}
	}
	for grantee := range l.grantees {
		caches[fmt.Sprint("grantee", grantee)] = &listCache[Permission]{writes: &writes}
	}
	end := func(ofGrantee bool, number, key int) permissionEnd {
		kind := "repository"
		if ofGrantee {
			kind = "grantee"
		}
		name := fmt.Sprint(kind, number)
		return permissionEnd{operation: kind, name: name, key: strconv.Itoa(key), cache: caches[name], read: list(ofGrantee, number)}
	}
	cover := &permissionCover{}
	queue := make(chan edge)
	var readers sync.WaitGroup
	for range parallelism {
		readers.Go(func() {
			for e := range queue {
				grantee := permissionEnd{}
				if e.grantee >= l.users {
					grantee = end(true, e.grantee, e.repository)
				}
				permission, found := cover.find(t.Context(), 0, end(false, e.repository, e.grantee), grantee)
				if !found || permission.Role != fmt.Sprint(e) {
					t.Errorf("%v is found: %t, as %q", e, found, permission.Role)
				}
			}
		})
	}
	edges := slices.Clone(l.edges)
	if random.IntN(4) > 0 {
		random.Shuffle(len(edges), func(i, j int) { edges[i], edges[j] = edges[j], edges[i] })
	}
	for _, e := range edges {
		queue <- e
	}
	close(queue)
	readers.Wait()
	return int(calls.Load())
}

// The client reads at most twice the fewest lists that have all permissions. This holds for
// every layout, order and number of parallel reads. If the token may not read the lists of
// teams and robots, the calls are at most one more than the repositories.
func TestPermissionsCost(t *testing.T) {
	t.Parallel()
	for seed := range uint64(400) {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 3))
			l := randomLayout(random, 25)
			parallelism := []int{1, 10, 100}[random.IntN(3)]
			if calls, least := l.calls(t, random, parallelism, true), l.minimum(); calls > 2*least {
				t.Errorf("seed %d: %d calls, where %d would do", seed, calls, least)
			}
			// Readers at the same time may all ask before one of them is refused.
			if calls := l.calls(t, random, 1, false); calls > l.repositories+1 {
				t.Errorf("seed %d: %d calls for %d repositories", seed, calls, l.repositories)
			}
		})
	}
}

// Usual layouts take few calls.
func TestPermissionsOfUsualLayouts(t *testing.T) {
	t.Parallel()
	robotsAndUsers := layout{repositories: 200, grantees: 7, users: 2}
	for repository := range 200 {
		for grantee := range 7 {
			if grantee >= 2 || repository < 20 {
				robotsAndUsers.edges = append(robotsAndUsers.edges, edge{repository, grantee})
			}
		}
	}
	for name, test := range map[string]struct {
		lists []layout // users and robots, and teams
		most  int
	}{
		"100 repositories and 4 teams":                    {[]layout{all(100, 4)}, 8},
		"10 repositories and 30 teams":                    {[]layout{all(10, 30)}, 20},
		"200 repositories, 3 teams, 5 robots and 2 users": {[]layout{all(200, 3), robotsAndUsers}, 36},
		"one permission":                                  {[]layout{all(1, 1)}, 1},
		"one team in 2 repositories":                      {[]layout{all(2, 1)}, 2},
	} {
		for seed := range uint64(20) {
			synctest.Test(t, func(t *testing.T) {
				random, calls := rand.New(rand.NewPCG(seed, 4)), 0
				for _, l := range test.lists {
					calls += l.calls(t, random, []int{1, 10}[seed%2], true)
				}
				if calls > test.most {
					t.Errorf("%s, seed %d: %d calls, want at most %d", name, seed, calls, test.most)
				}
			})
		}
	}
}
