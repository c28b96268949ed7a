package permission

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

const roleAdmin = "admin"

// roles are the roles in a repository by holder. A holder is a user ("alice"), a robot
// ("acme+ci") or a team ("team:devs").
type roles map[string]string

const teamPrefix = "team:"

// holderOf returns the holder of a kind, "user" or "team", with a name.
func holderOf(kind, name string) string {
	if kind == "team" && name != "" {
		return teamPrefix + name
	}
	return name
}

func isRobot(holder string) bool { return strings.Contains(holder, "+") }

// refOf returns the permission of a holder in a repository.
func refOf(repository client.Repository, holder, role string) permissionRef {
	text, roleText := types.StringValue(repository.String()), types.StringValue(role)
	ref := permissionRef{repository: &text, attribute: "users", grantee: client.UserGrantee(holder), role: &roleText}
	if team, ok := strings.CutPrefix(holder, teamPrefix); ok {
		ref.attribute, ref.grantee = "teams", client.TeamGrantee(team)
	} else if isRobot(holder) {
		ref.attribute = "robots"
	}
	return ref
}

// listRoles reads all direct roles in a repository.
func listRoles(ctx context.Context, c *client.Client, repository client.Repository) (roles, error) {
	users, err := c.ListUserPermissions(ctx, repository)
	if err != nil {
		return nil, err
	}
	teams, err := c.ListTeamPermissions(ctx, repository)
	if err != nil {
		return nil, err
	}
	all := roles{}
	for name, permission := range users {
		all[name] = permission.Role
	}
	for name, permission := range teams {
		all[teamPrefix+name] = permission.Role
	}
	return all, nil
}

// leaveMirrorRobot removes the robot of a repository's mirror from the roles, unless keep has
// it. It reads the mirror only if keep lacks a robot.
func (r roles) leaveMirrorRobot(ctx context.Context, c *client.Client, repository client.Repository, keep roles) error {
	unlisted := func(holder string) bool { return isRobot(holder) && keep[holder] == "" }
	if !slices.ContainsFunc(slices.Collect(maps.Keys(r)), unlisted) {
		return nil
	}
	robot, err := c.GetMirrorRobot(ctx, repository)
	if errors.Is(err, client.NotFound) {
		return nil
	}
	if err == nil && keep[robot] == "" {
		delete(r, robot)
	}
	return err
}

// leaveOwner copies the role of the namespace's owner to keep, because Quay does not change
// it.
func (r roles) leaveOwner(repository client.Repository, keep roles) {
	delete(r, repository.Namespace)
	if keep[repository.Namespace] != "" {
		r[repository.Namespace] = roleAdmin
	}
}

// step is a call that changes the role of a holder. An empty role means no role.
type step struct{ holder, from, to string }

func (s step) raises() bool {
	return s.to != "" && slices.Index(ranks, s.to) > slices.Index(ranks, s.from)
}

// dismisses tells whether an administrator loses the role admin.
func (s step) dismisses() bool { return s.from == roleAdmin && s.to != roleAdmin }

// steps returns the steps from the current roles to the wanted roles. First come new and
// higher roles, the role admin first. Last come administrators who lose the role. At the very
// end are the holders through whom the provider itself administers the repository.
func (r roles) steps(wanted roles, own []string) []step {
	var steps []step
	for holder, role := range wanted {
		if r[holder] != role {
			steps = append(steps, step{holder, r[holder], role})
		}
	}
	for holder, role := range r {
		if wanted[holder] == "" {
			steps = append(steps, step{holder, role, ""})
		}
	}
	place := func(s step) int {
		switch {
		case s.raises() && s.to == roleAdmin:
			return 0
		case s.raises():
			return 1
		case !s.dismisses():
			return 2
		}
		return 3 + slices.Index(own, s.holder) + 1
	}
	slices.SortFunc(steps, func(a, b step) int {
		return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a.holder, b.holder))
	})
	return steps
}

// ownHolders returns the holders through whom the token's user can administer a repository:
// the user's teams, and then the user. It returns none if the user administers the namespace,
// or if Quay does not tell.
func ownHolders(ctx context.Context, c *client.Client, repository client.Repository) ([]string, error) {
	var own []string
	access, err := c.GetOrganizationAccess(ctx, repository.Namespace)
	switch {
	case err == nil && access.IsAdmin:
		return nil, nil
	case err == nil:
		for _, team := range slices.Sorted(slices.Values(access.Teams)) {
			own = append(own, teamPrefix+team)
		}
	case !errors.Is(err, client.NotFound):
		return nil, err
	default: // in a user's namespace, a superuser with full access has all rights
		_, err := c.GetUser(ctx, repository.Namespace)
		if err == nil || !errors.Is(err, client.NotFound) && !errors.Is(err, client.Denied) && !errors.Is(err, client.Unauthenticated) {
			return nil, err
		}
	}
	username, err := c.GetTokenUser(ctx)
	switch {
	case errors.Is(err, client.Unauthenticated): // the token lacks the scope
		return own, nil
	case err != nil:
		return nil, err
	case username == repository.Namespace:
		return nil, nil
	}
	return append(own, username), nil
}

// replaceRoles changes the roles in a repository to the wanted roles. After each call to Quay,
// it calls save with the current roles.
//
// It refuses to remove the last role admin through which the token's user administers the
// repository. With keepAccess, it keeps this role instead.
func replaceRoles(ctx context.Context, c *client.Client, repository client.Repository, current, wanted roles, ignored []string, keepAccess bool, save func(roles)) error {
	current.leaveOwner(repository, wanted)
	if err := current.leaveMirrorRobot(ctx, c, repository, wanted); err != nil {
		return err
	}
	steps := current.steps(wanted, nil)
	if slices.ContainsFunc(steps, step.dismisses) {
		own, err := ownHolders(ctx, c, repository)
		if err != nil {
			return err
		}
		steps = current.steps(wanted, own)
		last, lost := losesAccess(steps, wanted, own)
		if lost {
			lost, err = noneAdministers(ctx, c, repository, own, ignored)
		}
		if err != nil {
			return err
		}
		if lost {
			if !keepAccess {
				return accessError(repository, last.holder)
			}
			steps = slices.DeleteFunc(steps, func(s step) bool { return s == last })
		}
	}
	var dismissed []string
	for i, s := range steps {
		if err := s.do(ctx, c, repository); err != nil {
			if errors.Is(err, client.Denied) && len(dismissed) > 0 {
				err = lostAccessError(dismissed, steps[i:], err)
			}
			return err
		}
		if s.dismisses() {
			dismissed = append(dismissed, s.holder)
		}
		current[s.holder] = s.to
		if s.to == "" {
			delete(current, s.holder)
		}
		save(current)
	}
	return nil
}

// losesAccess returns the last step that removes the role admin from one of the provider's own
// holders. It also returns whether none of these holders then has the role.
func losesAccess(steps []step, wanted roles, own []string) (last step, lost bool) {
	for _, holder := range own {
		if wanted[holder] == roleAdmin {
			return step{}, false
		}
	}
	for _, s := range steps {
		if s.dismisses() && slices.Contains(own, s.holder) {
			last, lost = s, true
		}
	}
	return last, lost
}

// noneAdministers tells whether none of the provider's own holders that are ignored has
// the role admin. It reads the roles only if one of them is ignored.
func noneAdministers(ctx context.Context, c *client.Client, repository client.Repository, own, ignored []string) (bool, error) {
	isOwn := func(holder string) bool { return slices.Contains(own, holder) }
	if !slices.ContainsFunc(ignored, isOwn) {
		return true, nil
	}
	all, err := listRoles(ctx, c, repository)
	return !slices.ContainsFunc(ignored, func(holder string) bool { return isOwn(holder) && all[holder] == roleAdmin }), err
}

func accessError(repository client.Repository, holder string) error {
	ref := refOf(repository, holder, "")
	return envelope.WithDetail(ref.attribute, fmt.Sprintf("The user of the access token administers the repository %q only through the role admin of %q. "+
		"Without this role, Terraform could not read or change the repository any more. List %q in %s with the role admin, or name it in ignore as %q.",
		repository, ref.grantee, ref.grantee, ref.attribute, holder), nil)
}

func lostAccessError(dismissed []string, left []step, cause error) error {
	var names []string
	for _, s := range left {
		names = append(names, s.holder)
	}
	return envelope.WithDetail("", fmt.Sprintf("Terraform has removed the role admin of %s. The user of the access token administered the repository only through this role. The roles of %s "+
		"are unchanged. Ask an administrator to give the role back, and apply again. Or change these roles elsewhere, and remove the resource from the "+
		"state with \"terraform state rm\".",
		strings.Join(dismissed, ", "), strings.Join(names, ", ")), cause)
}

// do makes the call.
func (s step) do(ctx context.Context, c *client.Client, repository client.Repository) error {
	ref := refOf(repository, s.holder, s.to)
	if s.to != "" {
		return ref.set(ctx, c)
	}
	err := ref.delete(ctx, c)
	if errors.Is(err, client.NotFound) { // somebody else has removed the role
		return nil
	}
	return err
}
