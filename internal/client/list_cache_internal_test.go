package client

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

const perPage = 100

// counted is a registry that only counts the calls it would get.
type counted struct {
	names   []string // in the order of the list
	pages   atomic.Int64
	singles atomic.Int64
	latency time.Duration
}

func (l *counted) readPage(_ context.Context, token string) (map[string]string, string, error) {
	l.pages.Add(1)
	time.Sleep(l.latency)
	from, _ := strconv.Atoi(token) // none for the first page
	to := min(from+perPage, len(l.names))
	next := ""
	if to < len(l.names) {
		next = strconv.Itoa(to)
	}
	return byName(l.names[from:to], func(name string) string { return name }), next, nil
}

// There are two simple ways to read: each object alone, or all pages and each missing object
// alone. The client makes at most twice the calls of the better way, plus two. This holds for
// every size of the registry, share of read objects, order and number of readers. Every result
// is right.
func TestSharedReadsCost(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 1))
			registry := &counted{latency: time.Duration(random.IntN(3)) * 100 * time.Millisecond}
			size := random.IntN([]int{3, 150, 1200, 30000}[random.IntN(4)])
			for i := range size {
				registry.names = append(registry.names, fmt.Sprint("user", i))
			}
			wanted := slices.Clone(registry.names)
			random.Shuffle(size, func(i, j int) { wanted[i], wanted[j] = wanted[j], wanted[i] })
			wanted = wanted[:random.IntN(min(size, 1500)+1)]
			missing := 0
			if random.IntN(2) == 0 {
				missing = random.IntN(1 + len(wanted)/3)
			}
			for i := range missing {
				wanted = append(wanted, fmt.Sprint("nobody", i))
			}
			switch random.IntN(3) {
			case 0:
				slices.Sort(wanted)
			case 1:
				random.Shuffle(len(wanted), func(i, j int) { wanted[i], wanted[j] = wanted[j], wanted[i] })
			}

			var writes atomic.Int64
			users := listCache[string]{writes: &writes}
			queue := make(chan string)
			var readers sync.WaitGroup
			parallelism := []int{1, 10, 100}[random.IntN(3)]
			for range parallelism {
				readers.Go(func() {
					for name := range queue {
						got, found := users.find(t.Context(), name, registry.readPage)
						if found && got != name {
							t.Errorf("asked for %s, got %q", name, got)
						}
						if !found {
							registry.singles.Add(1)
							time.Sleep(registry.latency)
						}
					}
				})
			}
			for _, name := range wanted {
				queue <- name
			}
			close(queue)
			readers.Wait()

			pages := max(1, (size+perPage-1)/perPage)
			better := min(len(wanted), pages+missing)
			if calls := int(registry.pages.Load() + registry.singles.Load()); calls > 2*better+2 {
				t.Errorf("seed %d: %d of %d users, %d missing, %d at a time: %d pages and %d reads, where %d would do", seed,
					len(wanted)-missing, size, missing, parallelism, registry.pages.Load(), registry.singles.Load(), better)
			}
		})
	}
}

// Parallel readers wait for one list, even if Terraform cancels the reader of the list.
func TestSharedReadsAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var writes, lists atomic.Int64
		keys := listCache[string]{writes: &writes}
		read := func(ctx context.Context, _ string) (map[string]string, string, error) { //nolint:unparam // a list of one page
			lists.Add(1)
			select {
			case <-time.After(time.Second):
				return map[string]string{"key": "value"}, "", nil
			case <-ctx.Done():
				return nil, "", ctx.Err()
			}
		}
		cancelled, cancel := context.WithCancel(t.Context())
		go keys.find(cancelled, "key", read)
		synctest.Wait() // it reads the list
		for range 10 {
			go func() {
				if value, found := keys.find(t.Context(), "key", read); !found || value != "value" {
					t.Errorf("found %q, %v", value, found)
				}
			}()
		}
		time.Sleep(500 * time.Millisecond)
		cancel()
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if n := lists.Load(); n != 2 { // the cancelled one, and one for all others
			t.Errorf("%d lists were read", n)
		}
	})
}

// The client drops everything that it has read before or during a write.
func TestSharedReadsAfterWrite(t *testing.T) {
	t.Parallel()
	var writes atomic.Int64
	keys := listCache[int]{writes: &writes}
	lists := 0
	duringList := func() {}
	find := func() (int, bool) {
		return keys.find(t.Context(), "key", func(context.Context, string) (map[string]int, string, error) {
			lists++
			value := lists
			duringList()
			return map[string]int{"key": value}, "", nil
		})
	}
	expect := func(value int, found bool) {
		t.Helper()
		if got, ok := find(); ok != found || found && got != value {
			t.Errorf("found %d, %v, want %d, %v", got, ok, value, found)
		}
	}
	expect(1, true)
	expect(1, true)
	writes.Add(1) // begins
	expect(2, true)
	writes.Add(1) // ends
	duringList = func() { writes.Add(1) }
	expect(0, false) // so the client reads the object alone
	duringList = func() {}
	expect(4, true)
}

// The client does not read a failed list again for each object.
func TestSharedReadsAfterError(t *testing.T) {
	t.Parallel()
	var writes atomic.Int64
	keys := listCache[int]{writes: &writes}
	lists := 0
	for range 10 {
		if _, found := keys.find(t.Context(), "key", func(context.Context, string) (map[string]int, string, error) {
			lists++
			return nil, "", errors.New("no list")
		}); found {
			t.Error("found what no list holds")
		}
	}
	if lists != 1 {
		t.Errorf("%d lists were read", lists)
	}
}

// Every call that writes says which lists it can change.
func TestWritesNameTheirLists(t *testing.T) {
	t.Parallel()
	for _, op := range Operations() {
		if says := op.stale != nil; says != (op.Method != http.MethodGet) {
			t.Errorf("%s %s changes the lists %q", op.Method, op.Name, op.stale)
		}
	}
}

// A call that writes drops the lists that it can change, and keeps the others.
func TestOtherListsAreKept(t *testing.T) {
	t.Parallel()
	ctx, server := t.Context(), quaytest.Start(t)
	server.AddUser("alice", "alice@example.com")
	server.AddOrganization("acme", "acme@example.com", "admin")
	server.AddOrganization("umbrella", "umbrella@example.com", "admin")
	server.AddRepository("acme", "app", "admin")
	kid := server.AddServiceKey("ci", "")
	c, err := New(Config{URL: server.URL, Token: server.Token})
	if err != nil {
		t.Fatal(err)
	}
	cached, app, acme := c.WithListCache(), Repository{"acme", "app"}, OrganizationNamespace("acme")
	robots, policies, devs := OrganizationRobots("acme"), OrganizationAutoprune("acme"), Team{Name: "devs", Role: "member"}
	newPolicy := AutoprunePolicy{Method: AutopruneByNumber, Value: "7"}
	permit := func(grantee Grantee, role string) error {
		_, err := c.SetPermission(ctx, app, grantee, role)
		return err
	}
	addRobot := func(name string) error { _, err := c.CreateRobot(ctx, robots, name, NewRobot{}); return err }
	rule, ruleErr := c.CreateDefaultPermission(ctx, "acme", DefaultPermission{Role: "read", Delegate: Delegate{Name: "owners", Kind: "team"}})
	policy, policyErr := c.CreateAutoprunePolicy(ctx, policies, newPolicy)
	newPolicy.UUID = policy
	tags, newTags := OrganizationImmutability("acme"), ImmutabilityPolicy{TagPattern: "v.*"}
	newTags.UUID, err = c.CreateImmutabilityPolicy(ctx, tags, newTags)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(ruleErr, policyErr, c.CreateQuota(ctx, acme, 5), addRobot("ci"), c.SetTeam(ctx, "acme", devs),
		c.AddTeamMember(ctx, "acme", "devs", "alice"), permit(TeamGrantee("devs"), "read")); err != nil {
		t.Fatal(err)
	}
	reads := map[listKind]func() error{
		userList:                func() error { _, err := cached.GetUser(ctx, "alice"); return err },
		organizationList:        func() error { _, err := cached.GetQuota(ctx, acme); return err },
		keyList:                 func() error { _, err := cached.GetServiceKey(ctx, kid); return err },
		repositoryLists:         func() error { _, err := cached.GetRepository(ctx, app); return err },
		userPermissionLists:     func() error { _, err := cached.GetPermission(ctx, app, UserGrantee("admin")); return err },
		teamPermissionLists:     func() error { _, err := cached.GetPermission(ctx, app, TeamGrantee("devs")); return err },
		teamLists:               func() error { _, err := cached.GetTeam(ctx, "acme", "devs"); return err },
		memberLists:             func() error { _, err := cached.GetTeamMember(ctx, "acme", "devs", "alice"); return err },
		robotLists:              func() error { _, err := cached.GetRobot(ctx, robots, "ci"); return err },
		defaultPermissionLists:  func() error { _, err := cached.GetDefaultPermission(ctx, "acme", rule); return err },
		autoprunePolicyLists:    func() error { _, err := cached.GetAutoprunePolicy(ctx, policies, policy); return err },
		immutabilityPolicyLists: func() error { _, err := cached.GetImmutabilityPolicy(ctx, tags, newTags.UUID); return err },
	}
	for name, write := range map[string]struct {
		make  func() error
		drops []listKind
	}{
		"a user": {func() error { return c.ChangeUser(ctx, "alice", UserChange{Enabled: new(true)}) }, []listKind{userList}},
		"a quota": {func() error {
			q, err := c.GetQuota(ctx, acme)
			return errors.Join(err, c.ChangeQuota(ctx, acme, *q.ID, 7))
		}, []listKind{userList, organizationList}},
		"a key":                  {func() error { return c.ApproveServiceKey(ctx, kid, "") }, []listKind{keyList}},
		"a permission of a user": {func() error { return permit(UserGrantee("alice"), "read") }, []listKind{userPermissionLists}},
		"a permission of a team": {func() error { return permit(TeamGrantee("devs"), "write") }, []listKind{teamPermissionLists}},
		"a description":          {func() error { return c.DescribeRepository(ctx, app, "An application.") }, []listKind{repositoryLists}},
		"a repository's existence": {func() error {
			_, err := c.CreateRepository(ctx, Repository{"acme", "new"}, "", false)
			return err
		}, []listKind{repositoryLists, userPermissionLists, teamPermissionLists}},
		"a team": {func() error { return c.SetTeam(ctx, "acme", devs) }, []listKind{teamLists}},
		"a team's existence": {func() error {
			return errors.Join(c.SetTeam(ctx, "acme", Team{Name: "ops", Role: "member"}), c.DeleteTeam(ctx, "acme", "ops"))
		}, []listKind{teamLists, memberLists, teamPermissionLists, defaultPermissionLists}},
		"a member": {func() error { return c.AddTeamMember(ctx, "acme", "owners", "alice") }, []listKind{memberLists}},
		"a robot":  {func() error { return addRobot("deploy") }, []listKind{robotLists}},
		"a robot's existence": {func() error {
			return errors.Join(addRobot("old"), c.DeleteRobot(ctx, robots, "old"))
		}, []listKind{robotLists, userPermissionLists, memberLists, defaultPermissionLists}},
		"a default permission":   {func() error { return c.ChangeDefaultPermission(ctx, "acme", rule, "write") }, []listKind{defaultPermissionLists}},
		"a policy":               {func() error { return c.ChangeAutoprunePolicy(ctx, policies, newPolicy) }, []listKind{autoprunePolicyLists}},
		"an immutability policy": {func() error { return c.ChangeImmutabilityPolicy(ctx, tags, newTags) }, []listKind{immutabilityPolicyLists}},
		"the name of an organization": {func() error { return c.RenameOrganization(ctx, "umbrella", "corp") }, []listKind{
			organizationList, repositoryLists, userPermissionLists, teamPermissionLists, teamLists, memberLists, robotLists, defaultPermissionLists, autoprunePolicyLists,
			immutabilityPolicyLists,
		}},
		"a mirror": {func() error {
			_, err := c.CreateRepositoryMirror(ctx, app, RepositoryMirrorChange{
				ExternalReference: new("8.8.8.8/lib/app"), SyncInterval: new(int64(60)), SyncStartDate: new(time.Unix(1893456000, 0)), Tags: []string{"latest"}, Robot: new("acme+ci"),
			})
			return errors.Join(err, c.ChangeRepositoryMirror(ctx, app, RepositoryMirrorChange{IsEnabled: new(false)}))
		}, []listKind{repositoryLists, userPermissionLists}},
		"a registry size": {func() error { return c.CalculateRegistrySize(ctx) }, nil},
	} {
		for kind, read := range reads {
			if err := read(); err != nil {
				t.Fatal(kind, err)
			}
		}
		if err := write.make(); err != nil {
			t.Fatal(name, err)
		}
		for kind, read := range reads {
			server.ResetCalls()
			if err := read(); err != nil {
				t.Fatal(kind, err)
			}
			if dropped := len(server.Requests()) > 0; dropped != slices.Contains(write.drops, kind) {
				t.Errorf("after a change of %s the list of %s is read anew: %t", name, kind, dropped)
			}
		}
	}
}
