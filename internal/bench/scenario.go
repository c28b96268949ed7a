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
	name    string
	objects int
	// config is the Terraform configuration; {org} stands for an organization
	// of the scenario's own, {run} for a random part of names.
	config string
	// standing tells that the objects are there before, so that only a plan is
	// measured, of what the provider itself costs: calls are free.
	standing bool
	// needs is what setUp makes beside the organization.
	needs needs
	// applyCalls and planCalls return how many calls the API allows at least.
	applyCalls int
	planCalls  func(registry census) int
}

// needs is what a scenario expects in the registry.
type needs struct {
	repositories  int // "app0", … in {org}
	robots, teams int // "robot0", "team0", … in {org}
	organizations int // "{org}x0", …
	strangers     int // users beside those of the configuration, in memory only
}

// census is how much a registry holds.
type census struct{ users, organizations int }

// pages is how many pages a list has.
func pages(items int) int { return (items + 99) / 100 }

const permissions = `
resource "quay_repo_%[1]s_permission" "p" {
  count      = %[2]d
  repository = "{org}/app${count.index %% %[3]d}"
  %[4]s
  role       = "read"
}
`

func userPermissions(count, repositories int) string {
	return fmt.Sprintf(permissions, "user", count, repositories, fmt.Sprintf(`username   = "{org}+robot${floor(count.index / %d)}"`, repositories))
}

func teamPermissions(count, repositories int) string {
	return fmt.Sprintf(permissions, "team", count, repositories, fmt.Sprintf(`team       = "team${floor(count.index / %d)}"`, repositories))
}

func users(count int) string {
	return fmt.Sprintf("resource \"quay_user\" \"u\" {\n  count    = %d\n  username = \"{run}u${count.index}\"\n}\n", count)
}

var scenarios = []scenario{
	{
		name: "team-permissions", objects: 300, config: teamPermissions(300, 10), applyCalls: 300,
		needs:     needs{repositories: 10, teams: 30},
		planCalls: func(census) int { return 10 },
	},
	{
		name: "user-permissions", objects: 300, config: userPermissions(300, 10), applyCalls: 300,
		needs:     needs{repositories: 10, robots: 30},
		planCalls: func(census) int { return 10 },
	},
	{
		name: "users", objects: 1000, config: users(1000), applyCalls: 1000,
		planCalls: func(c census) int { return min(1000, pages(c.users)) },
	},
	{
		name: "org-quotas", objects: 500, applyCalls: 500,
		config: `
resource "quay_org_quota" "q" {
  count        = 500
  organization = "{org}x${count.index}"
  limit        = "1 GiB"
}
`,
		needs:     needs{organizations: 500},
		planCalls: func(c census) int { return min(500, pages(c.organizations)) },
	},
	{
		name: "service-keys", objects: 200, applyCalls: 200,
		config:    "resource \"quay_service_key\" \"k\" {\n  count   = 200\n  service = \"bench\"\n  name    = \"{run} ${count.index}\"\n}\n",
		planCalls: func(census) int { return 1 },
	},
	{
		name: "few-of-many", objects: 3, config: users(3), applyCalls: 3,
		needs:     needs{strangers: 100_000},
		planCalls: func(c census) int { return min(3, pages(c.users)) },
	},
	{
		name: "mixed", objects: 2000,
		config: users(600) + userPermissions(500, 10) + strings.ReplaceAll(teamPermissions(500, 10), `"p"`, `"t"`) + `
resource "quay_user_quota" "q" {
  count    = 200
  username = quay_user.u[count.index].username
  limit    = "1 GiB"
}
resource "quay_organization" "o" {
  count = 50
  name  = "{run}o${count.index}"
}
resource "quay_org_quota" "q" {
  count        = 50
  organization = quay_organization.o[count.index].name
  limit        = "1 GiB"
}
resource "quay_service_key" "k" {
  count   = 100
  service = "bench"
  name    = "{run} ${count.index}"
}
`,
		needs:      needs{repositories: 10, robots: 50, teams: 50},
		applyCalls: 2050, // an organization takes two: the answer to the first lacks its settings
		planCalls:  func(c census) int { return pages(c.users) + pages(c.organizations) + 50 + 1 + 10 + 10 },
	},
	{
		name: "no-latency", objects: 10_000, standing: true,
		config:    userPermissions(5000, 100) + strings.ReplaceAll(teamPermissions(5000, 100), `"p"`, `"t"`),
		needs:     needs{repositories: 100, robots: 50, teams: 50},
		planCalls: func(census) int { return 200 },
	},
}

// setUp makes the organization org and what the scenario needs.
func (s *scenario) setUp(ctx context.Context, registry *quaytest.Front, org string) error {
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
	if registry.Memory != nil {
		for i := range s.needs.strangers {
			registry.Memory.AddUser(fmt.Sprint("stranger", i), fmt.Sprintf("stranger%d@example.com", i))
		}
	}
	return each(ctx, registry.API, calls)
}

// clear removes what setUp made.
func (s *scenario) clear(ctx context.Context, registry *quaytest.Front, org string) error {
	calls := []request{{http.MethodDelete, "/superuser/organizations/" + org, nil}}
	for i := range s.needs.organizations {
		calls = append(calls, request{http.MethodDelete, fmt.Sprintf("/superuser/organizations/%sx%d", org, i), nil})
	}
	return each(ctx, registry.API, calls)
}

// request is a call beside Terraform.
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
