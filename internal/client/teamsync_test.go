package client_test

import (
	"errors"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// Cached reads of a team, its members and its synchronization have the values of the last
// write.
func TestTeamSyncAfterWrites(t *testing.T) {
	t.Parallel()
	registry := quaytest.Start(t, quaytest.WithUsersFrom(quaytest.LDAPUsers))
	registry.AddOrganization("acme", "acme@example.com", "admin")
	ctx := t.Context()
	c := newClient(t, registry.URL, func(config *client.Config) { config.Token = registry.Token }).WithListCache()
	group := client.TeamGroup{DN: quaytest.DevsGroup}
	synced := func(want bool) {
		t.Helper()
		team, err := c.GetTeam(ctx, "acme", "devs")
		sync, syncErr := c.GetTeamSync(ctx, "acme", "devs")
		if err = errors.Join(err, syncErr); err != nil {
			t.Fatal(err)
		}
		if team.IsSynced != want || (sync.Group != nil) != want || want && *sync.Group != group {
			t.Errorf("the team is %+v, and its group %v", team, sync.Group)
		}
	}
	if err := c.SetTeam(ctx, "acme", client.Team{Name: "devs", Role: "member"}); err != nil {
		t.Fatal(err)
	}
	synced(false)
	if err := c.EnableTeamSync(ctx, "acme", "devs", group); err != nil {
		t.Fatal(err)
	}
	synced(true)
	if err := c.DisableTeamSync(ctx, "acme", "devs"); err != nil {
		t.Fatal(err)
	}
	synced(false)
}
