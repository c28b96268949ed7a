//go:build unix

package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// scenario is a configuration to apply and to plan again.
type scenario struct {
	name string
	// blocks are the configuration. {org} stands for the scenario's own organization, {run}
	// for a random part of names.
	blocks []block
	// free tells that calls have no delay, to measure only the provider's own cost.
	free bool
	// uncompared omits the measurements of the floor and of the provider that does nothing.
	uncompared bool
	// needs are the objects that setUp creates in addition to the organization.
	needs needs
	// applyCalls and planCalls are the fewest calls that the API allows.
	applyCalls int
	planCalls  func(registry census) int
}

// block is a resource block with a count.
type block struct {
	kind, name string
	count      int
	body       string
}

// objects returns the number of objects in a configuration.
func (s *scenario) objects() (total int) {
	for _, b := range s.blocks {
		total += b.count
	}
	return total
}

// config returns the Terraform configuration.
func (s *scenario) config() string {
	var text strings.Builder
	for _, b := range s.blocks {
		fmt.Fprintf(&text, "resource %q %q {\n  count = %d\n%s\n}\n", b.kind, b.name, b.count, b.body)
	}
	return text.String()
}

// The types and bodies of the floors' objects.
const (
	floorBody = `input = "${count.index}"`
	bareBody  = "group = \"app\"\n  name = \"name${count.index}\"\n  role = \"read\""
)

// like returns a scenario with the same blocks and counts, but of one type.
func (s *scenario) like(kind, body string) *scenario {
	var like scenario
	for i, b := range s.blocks {
		like.blocks = append(like.blocks, block{kind, fmt.Sprint("floor", i), b.count, body})
	}
	return &like
}

// needs are the objects that a scenario expects in the registry.
type needs struct {
	repositories  int // "app0", … in {org}
	robots, teams int // "robot0", "team0", … in {org}
	organizations int // "{org}x0", …
	people        int // users "{org}p0", …
	strangers     int // further users, only in memory
}

// census is the number of users and organizations in a registry.
type census struct{ users, organizations int }

// pages returns the number of pages of a list.
func pages(items int) int { return (items + 99) / 100 }

// robotPermissions are permissions of robots, spread over repositories.
func robotPermissions(count, repositories int) block {
	return block{"quay_repo_user_permission", "p", count, fmt.Sprintf(`
  repository = "{org}/app${count.index %% %[1]d}"
  username   = "{org}+robot${floor(count.index / %[1]d)}"
  role       = "read"`, repositories)}
}

// teamPermissions are permissions of teams, spread over repositories.
func teamPermissions(count, repositories int) block {
	return block{"quay_repo_team_permission", "p", count, fmt.Sprintf(`
  repository = "{org}/app${count.index %% %[1]d}"
  team       = "team${floor(count.index / %[1]d)}"
  role       = "read"`, repositories)}
}

// permissionsByRepository are permissions of robots and of teams, with two blocks for each
// repository. Terraform's time for a block grows with the square of its count.
func permissionsByRepository(repositories, robots, teams int) (blocks []block) {
	for i := range repositories {
		repository := fmt.Sprintf("  repository = \"{org}/app%d\"\n  role = \"read\"\n", i)
		blocks = append(blocks,
			block{"quay_repo_user_permission", fmt.Sprint("app", i), robots, repository + `  username = "{org}+robot${count.index}"`},
			block{"quay_repo_team_permission", fmt.Sprint("app", i), teams, repository + `  team = "team${count.index}"`})
	}
	return blocks
}

func users(count int) block {
	return block{"quay_user", "u", count, `username = "{run}u${count.index}"`}
}

func serviceKeys(count int) block {
	return block{"quay_service_key", "k", count, "service = \"bench\"\n  name = \"{run} ${count.index}\""}
}

// wholeOrganization is an organization with 200 repositories and all other objects in it.
func wholeOrganization() []block {
	return []block{
		{"quay_organization", "o", 1, `
  name = "{run}o"`},
		{"quay_repository", "r", 200, `
  depends_on = [quay_organization.o]
  namespace  = "{run}o"
  name       = "app${count.index}"`},
		{"quay_organization_team", "t", 5, `
  depends_on   = [quay_organization.o]
  organization = "{run}o"
  name         = "team${count.index}"
  role         = "member"`},
		{"quay_organization_team_member", "m", 40, `
  depends_on   = [quay_organization_team.t]
  organization = "{run}o"
  team         = "team${count.index % 5}"
  member       = "{org}p${count.index}"`},
		{"quay_organization_robot", "r", 20, `
  depends_on   = [quay_organization.o]
  organization = "{run}o"
  name         = "robot${count.index}"`},
		{"quay_organization_default_permission", "t", 5, `
  depends_on    = [quay_organization_team.t]
  organization  = "{run}o"
  delegate_team = "team${count.index}"
  role          = "read"`},
		{"quay_organization_default_permission", "r", 5, `
  depends_on     = [quay_organization_robot.r]
  organization   = "{run}o"
  delegate_robot = "{run}o+robot${count.index}"
  role           = "read"`},
		{"quay_repo_team_permission", "t", 800, `
  depends_on = [quay_repository.r, quay_organization_team.t]
  repository = "{run}o/app${count.index % 160}"
  team       = "team${floor(count.index / 160)}"
  role       = "write"`},
		{"quay_repo_user_permission", "r", 100, `
  depends_on = [quay_repository.r, quay_organization_robot.r]
  repository = "{run}o/app${count.index % 20}"
  username   = "{run}o+robot${floor(count.index / 20)}"
  role       = "write"`},
		{"quay_repo_user_permission", "p", 60, `
  depends_on = [quay_repository.r]
  repository = "{run}o/app${count.index % 15}"
  username   = "{org}p${floor(count.index / 15)}"
  role       = "write"`},
		{"quay_org_quota", "q", 1, `
  depends_on   = [quay_organization.o]
  organization = "{run}o"
  limit        = "1 TiB"
  limits = {
    warning_percentages = [80]
    reject_percentages  = [100]
  }`},
		{"quay_organization_autoprune_policy", "a", 1, `
  depends_on   = [quay_organization.o]
  organization = "{run}o"
  method       = "number_of_tags"
  value        = "100"`},
		{"quay_repository_autoprune_policy", "a", 10, `
  depends_on = [quay_repository.r]
  repository = "{run}o/app${count.index}"
  method     = "creation_date"
  value      = "90d"`},
	}
}

var scenarios = []scenario{
	{
		name: "team-permissions", applyCalls: 300,
		blocks:    []block{teamPermissions(300, 10)},
		needs:     needs{repositories: 10, teams: 30},
		planCalls: func(census) int { return 10 },
	},
	{
		name: "many-repositories", applyCalls: 400,
		blocks:    []block{teamPermissions(400, 100)},
		needs:     needs{repositories: 100, teams: 4},
		planCalls: func(census) int { return 4 },
	},
	{
		name: "user-permissions", applyCalls: 300,
		blocks:    []block{robotPermissions(300, 10)},
		needs:     needs{repositories: 10, robots: 30},
		planCalls: func(census) int { return 10 },
	},
	{
		name: "users", applyCalls: 1000,
		blocks:    []block{users(1000)},
		planCalls: func(c census) int { return min(1000, pages(c.users)) },
	},
	{
		name: "org-quotas", applyCalls: 500,
		blocks:    []block{{"quay_org_quota", "q", 500, "organization = \"{org}x${count.index}\"\n  limit = \"1 GiB\""}},
		needs:     needs{organizations: 500},
		planCalls: func(c census) int { return min(500, pages(c.organizations)) },
	},
	{
		name: "service-keys", applyCalls: 200,
		blocks:    []block{serviceKeys(200)},
		planCalls: func(census) int { return 1 },
	},
	{
		name: "few-of-many", applyCalls: 3,
		blocks:    []block{users(3)},
		needs:     needs{strangers: 100_000},
		planCalls: func(c census) int { return min(3, pages(c.users)) },
	},
	{
		name: "mixed",
		blocks: []block{
			users(600), robotPermissions(500, 10), teamPermissions(500, 10), serviceKeys(100),
			{"quay_user_quota", "q", 200, "username = quay_user.u[count.index].username\n  limit = \"1 GiB\""},
			{"quay_organization", "o", 50, `name = "{run}o${count.index}"`},
			{"quay_org_quota", "q", 50, "organization = quay_organization.o[count.index].name\n  limit = \"1 GiB\""},
		},
		needs:      needs{repositories: 10, robots: 50, teams: 50},
		applyCalls: 2050, // an organization takes two calls, because the first response lacks its settings
		planCalls:  func(c census) int { return pages(c.users) + pages(c.organizations) + 50 + 1 + 10 + 10 },
	},
	{
		name:   "organization",
		blocks: wholeOrganization(),
		needs:  needs{people: 40},
		// Each object takes one call. The settings of the organization take one more. The
		// quota takes three more: a read of its id, and two calls for its limits.
		applyCalls: 1248 + 1 + 3,
		planCalls: func(c census) int {
			return 1 + // the organization and its teams
				pages(200) + // repositories
				5 + // members of teams
				1 + // robots
				1 + // default permissions
				5 + // roles of teams
				5 + 15 + // roles of robots, and users and robots in 15 repositories
				min(1, pages(c.organizations)) + // the quota with its limits
				1 + 10 // policies of the organization and of repositories
		},
	},
	{
		name: "no-latency", free: true, applyCalls: 10_000,
		blocks:    permissionsByRepository(100, 50, 50),
		needs:     needs{repositories: 100, robots: 50, teams: 50},
		planCalls: func(census) int { return 50 + 50 }, // the lists of robots and of teams
	},
}

// setUp creates the organization org and the objects that the scenario needs.
func (s *scenario) setUp(ctx context.Context, registry *quaytest.Proxy, org string) error {
	calls := []request{{http.MethodPost, "/organization/", map[string]string{"name": org, "email": org + "@example.com"}}}
	if err := each(ctx, registry.API, calls); err != nil {
		return err
	}
	calls = nil
	for i := range s.needs.repositories {
		calls = append(calls, request{http.MethodPost, "/repository", map[string]string{
			"namespace": org, "repository": fmt.Sprint("app", i), "visibility": "private", "description": "",
		}})
	}
	for i := range s.needs.robots {
		calls = append(calls, request{http.MethodPut, fmt.Sprintf("/organization/%s/robots/robot%d", org, i), map[string]string{"description": ""}})
	}
	for i := range s.needs.teams {
		calls = append(calls, request{http.MethodPut, fmt.Sprintf("/organization/%s/team/team%d", org, i), map[string]string{"role": "member"}})
	}
	for i := range s.needs.organizations {
		name := fmt.Sprintf("%sx%d", org, i)
		calls = append(calls, request{http.MethodPost, "/organization/", map[string]string{"name": name, "email": name + "@example.com"}})
	}
	for i := range s.needs.people {
		name := fmt.Sprintf("%sp%d", org, i)
		calls = append(calls, request{http.MethodPost, "/superuser/users/", map[string]string{"username": name, "email": name + "@example.com"}})
	}
	if registry.Memory != nil {
		for i := range s.needs.strangers {
			registry.Memory.AddUser(fmt.Sprint("stranger", i), fmt.Sprintf("stranger%d@example.com", i))
		}
	}
	return each(ctx, registry.API, calls)
}

// clear deletes the objects that setUp has created.
func (s *scenario) clear(ctx context.Context, registry *quaytest.Proxy, org string) error {
	calls := []request{{http.MethodDelete, "/superuser/organizations/" + org, nil}}
	for i := range s.needs.organizations {
		calls = append(calls, request{http.MethodDelete, fmt.Sprintf("/superuser/organizations/%sx%d", org, i), nil})
	}
	for i := range s.needs.people {
		calls = append(calls, request{http.MethodDelete, fmt.Sprintf("/superuser/users/%sp%d", org, i), nil})
	}
	return each(ctx, registry.API, calls)
}

// request is a call outside of Terraform.
type request struct {
	method, path string
	body         any
}

// each makes calls, four at a time, and returns the first failure.
func each(ctx context.Context, api quaytest.API, calls []request) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	queue := make(chan request)
	var workers sync.WaitGroup
	for range 4 {
		workers.Go(func() {
			for call := range queue {
				status, answer, err := api.Call(ctx, call.method, call.path, call.body)
				if err == nil && status >= http.StatusMultipleChoices {
					err = fmt.Errorf("%s %s: %d %v", call.method, call.path, status, answer)
				}
				if err != nil {
					cancel(err)
				}
			}
		})
	}
	for _, call := range calls {
		queue <- call
	}
	close(queue)
	workers.Wait()
	return context.Cause(ctx)
}
