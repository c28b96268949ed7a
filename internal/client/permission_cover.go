package client

import (
	"context"
	"errors"
	"strings"
	"sync"
)

// Quay lists a permission at both of its ends. One list has all permissions in a repository.
// Another list has all permissions of a team or a robot. Terraform asks for one permission at
// a time. Take the permissions as the edges of a graph. The fewest lists that have all of them
// are then a minimum vertex cover.
//
// If no list with a permission was read yet, the client reads one. For the first permission of
// a team or a robot, it reads the list of the repository. For the second permission, it reads
// the list of the team or the robot. So a single permission takes one call, and all
// permissions take at most twice the minimum. The permissions for which the client reads a
// repository's list are a matching, and every cover has at least as many lists. The client
// reads at most as many lists of teams and robots.

// permissionEnd is a list that has a permission.
type permissionEnd struct {
	operation string
	name      string // of the list, among the lists of the operation; empty without a list
	key       string // of the permission in the list
	cache     *listCache[Permission]
	read      pageReader[Permission]
}

func (e permissionEnd) id() string { return e.operation + " of " + e.name }

// permissionCover chooses the lists of a kind that answer reads of permissions.
type permissionCover struct {
	mu     sync.Mutex
	writes int64 // number of writes for which the choices are valid

	chosen  map[string]bool // lists that are read, or being read
	spared  map[string]bool // lists of teams and robots of which one permission is in a repository's list
	failed  map[string]bool // lists that could not be read
	refused map[string]bool // operations that the token does not allow
}

// find looks for a permission in one of its lists, at a number of writes. A permission that it
// does not find may still exist.
func (p *permissionCover) find(ctx context.Context, writes int64, repository, grantee permissionEnd) (permission Permission, found bool) {
	for ctx.Err() == nil {
		end, ok := p.choose(writes, repository, grantee)
		if !ok {
			break
		}
		permission, found = end.cache.find(ctx, end.key, p.watch(end))
		if found || p.usable(end) {
			return permission, found
		}
	}
	return permission, false
}

// choose returns the list to look for a permission in, and false if there is none.
func (p *permissionCover) choose(writes int64, repository, grantee permissionEnd) (end permissionEnd, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.forget(writes)
	byRepository, byGrantee := p.canRead(repository), p.canRead(grantee)
	switch {
	case byRepository && p.chosen[repository.id()]:
		return repository, true
	case byGrantee && p.chosen[grantee.id()]:
		return grantee, true
	case byGrantee && (p.spared[grantee.id()] || !byRepository):
		p.chosen[grantee.id()] = true
		return grantee, true
	case byRepository:
		p.spared[grantee.id()] = true
		p.chosen[repository.id()] = true
		return repository, true
	}
	return permissionEnd{}, false
}

// forget drops the choices from before a write. It keeps the lists that failed.
func (p *permissionCover) forget(writes int64) {
	if p.chosen != nil && p.writes == writes {
		return
	}
	p.writes, p.chosen, p.spared = writes, map[string]bool{}, map[string]bool{}
	if p.failed == nil {
		p.failed, p.refused = map[string]bool{}, map[string]bool{}
	}
}

// choosing records that the client reads a whole list.
func (p *permissionCover) choosing(writes int64, end permissionEnd) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.forget(writes)
	p.chosen[end.id()] = true
}

// usable tells whether a list can be read, as far as is known.
func (p *permissionCover) usable(end permissionEnd) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.canRead(end)
}

func (p *permissionCover) canRead(end permissionEnd) bool {
	return end.name != "" && !p.failed[end.id()] && !p.refused[end.operation]
}

// watch returns a reader of a list that records a failure. If Quay denies one list of an
// operation, the client stops reading lists of this operation.
func (p *permissionCover) watch(end permissionEnd) pageReader[Permission] {
	return func(ctx context.Context, token string) (map[string]Permission, string, error) {
		permissions, next, err := end.read(ctx, token)
		if err != nil && ctx.Err() == nil {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.failed[end.id()] = true
			if errors.Is(err, Denied) {
				p.refused[end.operation] = true
			}
		}
		return permissions, next, err
	}
}

// repositoryEnd returns the list of a repository that has the permission of a grantee.
func (c *Client) repositoryEnd(repository Repository, grantee Grantee) permissionEnd {
	end := permissionEnd{operation: grantee.list.Name, name: repository.String(), key: grantee.name}
	end.cache = cacheOf[Permission](c, grantee.lists, end.id())
	end.read = func(ctx context.Context, _ string) (map[string]Permission, string, error) {
		permissions, err := c.readPermissions(ctx, grantee.list, repository)
		return permissions, "", err
	}
	return end
}

// granteeEnd returns the list of a team or a robot that has its permission in a repository. A
// user has no such list.
func (c *Client) granteeEnd(grantee Grantee, repository Repository) permissionEnd {
	list, op, name := c.ListTeamRoles, getOrganizationTeamPermissions, grantee.name
	if grantee.lists == userPermissionLists {
		namespace, robot, isRobot := strings.Cut(grantee.name, "+")
		if !isRobot || namespace != repository.Namespace {
			return permissionEnd{}
		}
		list, op, name = c.ListRobotRoles, getOrgRobotPermissions, robot
	}
	end := permissionEnd{operation: op.Name, name: repository.Namespace + ":" + name, key: repository.Name}
	end.cache = cacheOf[Permission](c, grantee.lists, end.id())
	end.read = func(ctx context.Context, _ string) (map[string]Permission, string, error) {
		roles, err := list(ctx, repository.Namespace, name)
		permissions := make(map[string]Permission, len(roles))
		for repository, role := range roles {
			permissions[repository] = Permission{Name: grantee.name, Role: role, IsRobot: grantee.lists == userPermissionLists}
		}
		return permissions, "", err
	}
	return end
}
