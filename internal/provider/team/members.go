package team

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// setMembers adds and removes members until the team has the wanted members. At first, the
// model has the team's current members. After an error, setMembers saves the model with the
// current members.
func setMembers(ctx context.Context, c *client.Client, m *model, wanted types.Set, save func()) error {
	organization, team := m.Organization.ValueString(), m.Name.ValueString()
	has, wants := names(m.Members), names(wanted)
	failed := func(verb, name string, err error) error {
		m.Members = envelope.TextSet(slices.Collect(maps.Keys(has)))
		save()
		return envelope.WithDetail("members", fmt.Sprintf("Unable to %s %q.", verb, name), err)
	}
	for _, name := range slices.Sorted(maps.Keys(wants)) {
		if has[name] {
			continue
		}
		if err := addMember(ctx, c, organization, team, name); err != nil && !errors.Is(err, client.Exists) {
			return failed("add", name, err)
		}
		has[name] = true
	}
	var entries map[string]int // read before the first removal
	for _, name := range slices.Sorted(maps.Keys(has)) {
		if wants[name] {
			continue
		}
		if entries == nil {
			members, err := c.ListTeamMembers(ctx, organization, team)
			if err != nil {
				return failed("remove", name, err)
			}
			entries = countByName(members)
		}
		if err := removeMember(ctx, c, organization, team, name, entries[name]); err != nil {
			return failed("remove", name, err)
		}
		delete(has, name)
	}
	m.Members = wanted
	return nil
}

// addMember adds or invites a member. A second call would send a second invite. So if the
// response is lost, addMember checks whether Quay has carried out the call.
func addMember(ctx context.Context, c *client.Client, organization, team, name string) error {
	err := c.AddTeamMember(ctx, organization, team, name)
	if client.CarriedOut(err) {
		tflog.Warn(ctx, "Quay has invited the user, but also reports an error: "+err.Error(), map[string]any{"team": team, "member": name})
		return nil
	}
	checkCtx, cancel, unknown := envelope.OutcomeUnknown(ctx, err)
	defer cancel()
	if unknown {
		if _, readErr := c.GetTeamMember(checkCtx, organization, team, name); readErr == nil {
			return nil
		}
	}
	if errors.Is(err, client.ErrNoUser) {
		return account.NoUserError(ctx, c, "member", "user or robot", name, err)
	}
	return err
}

// removeMember removes a member, or revokes all invites of the user.
func removeMember(ctx context.Context, c *client.Client, organization, team, name string, entries int) error {
	for range entries {
		if err := c.RemoveTeamMember(ctx, organization, team, name); err != nil && !errors.Is(err, client.NotFound) {
			return err
		}
	}
	return nil
}

// countByName counts the entries of each member. A user with several invites has several
// entries.
func countByName(members []client.TeamMember) map[string]int {
	counts := map[string]int{}
	for _, member := range members {
		if member.Name != "" { // an invite by e-mail has no name
			counts[member.Name]++
		}
	}
	return counts
}

// memberSet returns the names of members.
func memberSet(members []client.TeamMember) types.Set {
	return envelope.TextSet(slices.Collect(maps.Keys(countByName(members))))
}

// names returns the known texts of a set.
func names(set types.Set) map[string]bool {
	all := map[string]bool{}
	for _, name := range envelope.SetTexts(set) {
		all[name] = true
	}
	return all
}
