package quaytest

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest/pyjson"
)

// TeamSyncing is FEATURE_TEAM_SYNCING. With it, Quay synchronizes teams with groups of a
// directory.
const TeamSyncing Feature = "TEAM_SYNCING"

func teamSyncArea() area {
	const path = "/organization/{orgname}/team/{teamname}/syncing"
	return area{
		feature:  TeamSyncing,
		routes:   []*route{post("enableOrganizationTeamSync", path, enableOrganizationTeamSync), del("disableOrganizationTeamSync", path, disableOrganizationTeamSync)},
		newState: func() any { return &teamSyncState{syncs: map[*team]*teamSync{}} },
		counts:   map[string]func(*store) int{"team_syncs": func(st *store) int { return len(state[teamSyncState](st).syncs) }},
		onDelete: func(st *store, object any) {
			if t, ok := object.(*team); ok {
				delete(state[teamSyncState](st).syncs, t)
			}
		},
		extendView: extendSyncedTeam,
	}
}

type teamSyncState struct{ syncs map[*team]*teamSync }

// teamSync is the synchronization of a team with a group.
type teamSync struct {
	config  any // as a client has set it, such as {"group_dn": "cn=devs,ou=groups"}
	updated time.Time
}

// sync returns the synchronization of a team, or nil.
func (st *store) sync(t *team) *teamSync { return state[teamSyncState](st).syncs[t] }

// service is Quay's name of the directory.
func (d *directoryState) service() string { return strings.ToLower(string(d.source)) }

// extendSyncedTeam adds the synchronization to the views of a team and of its members.
func extendSyncedTeam(c *call, object any, v view) {
	d := state[directoryState](c.store)
	if !c.store.external() {
		return
	}
	switch object := object.(type) {
	case *team:
		v["is_synced"] = c.store.sync(object) != nil
	case teamMembers:
		if c.setsUpSync(object.organization.name) {
			can := view{"service": d.service()}
			if d.source == LDAPUsers {
				can["base_dn"] = LDAPBase
			} else {
				can["issuer_domain"] = "idp.example.com"
			}
			v["can_sync"] = can
		}
		if s := c.store.sync(object.team); s != nil {
			synced := view{"service": d.service()}
			if c.superuser() {
				synced["last_updated"] = nil
				if !s.updated.IsZero() {
					synced["last_updated"] = formatDate(s.updated)
				}
				synced["config"] = s.config
			}
			v["synced"] = synced
		}
	}
}

// setsUpSync reports whether the user may synchronize the teams of an organization. Up to
// 3.12, full access does not include this right.
func (c *call) setsUpSync(organization string) bool {
	return c.superuser() && (c.hasNamespaceRole(organization, "admin") || c.fullAccess() && !c.before(Quay3_16))
}

// teamToSync returns the team of the path to a user who may synchronize it.
func (c *call) teamToSync() (*team, error) {
	if !c.setsUpSync(c.params["orgname"]) {
		return nil, c.unauthorized()
	}
	if t := c.store.team(c.params["orgname"], c.params["teamname"]); t != nil {
		return t, nil
	}
	return nil, notFound()
}

func enableOrganizationTeamSync(c *call) (response, error) {
	t, err := c.teamToSync()
	if err != nil {
		return response{}, err
	}
	body, err := c.decode(pyjson.Schema{})
	if err != nil {
		return response{}, err
	}
	if err := c.checkGroup(body); err != nil {
		return response{}, err
	}
	if c.store.sync(t) != nil {
		return response{}, errInternal
	}
	state[teamSyncState](c.store).syncs[t] = &teamSync{config: json.RawMessage(c.body)}
	c.log("enable_team_sync", t.organization, view{"team": t.name})
	if state[directoryState](c.store).source == OIDCUsers {
		t.members = slices.DeleteFunc(t.members, func(m *account) bool { return m.kind == user })
	}
	return ok(c.teamView(t, false))
}

// checkGroup returns an error if Quay cannot synchronize a team with the group of a body. Quay
// checks only groups of LDAP.
func (c *call) checkGroup(body pyjson.Object) error {
	switch state[directoryState](c.store).source {
	case DatabaseUsers:
		return invalidRequest("Could not sync to group: Not supported")
	case OIDCUsers:
		if c.before(Quay3_12) {
			return invalidRequest("Could not sync to group: Not supported")
		}
		return nil
	case LDAPUsers:
	}
	switch dn, _ := body.Get("group_dn"); dn := dn.(type) {
	case nil:
		return invalidRequest("Could not sync to group: Missing group_dn")
	case string:
		if dn == "" {
			return invalidRequest("Could not sync to group: Missing group_dn")
		}
		if len(c.store.peopleIn(dn)) == 0 {
			return invalidRequest("Could not sync to group: Group does not exist or is empty")
		}
		return nil
	}
	return errInternal
}

// peopleIn returns the names of the people in a group.
func (st *store) peopleIn(dn string) []string {
	var names []string
	for name, p := range state[directoryState](st).people {
		if slices.Contains(p.groups, dn) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func disableOrganizationTeamSync(c *call) (response, error) {
	t, err := c.teamToSync()
	if err != nil {
		return response{}, err
	}
	delete(state[teamSyncState](c.store).syncs, t)
	c.log("disable_team_sync", t.organization, view{"team": t.name})
	return ok(c.teamView(t, false))
}

// checkNotSynced returns an error if a team is synchronized and the member is not a
// robot.
func (c *call) checkNotSynced(member string) error {
	t := c.store.team(c.params["orgname"], c.params["teamname"])
	if t == nil || !c.srv.has(TeamSyncing) || !c.store.external() || c.store.sync(t) == nil || strings.Contains(member, "+") {
		return nil
	}
	return invalidRequest("Cannot call this method on an auth-synced team")
}

// SyncTeams makes the people of LDAP groups the people of the synchronized teams. Quay's
// worker does this from time to time.
func (s *Server) SyncTeams() {
	s.change(func(st *store) {
		d := state[directoryState](st)
		for t, sync := range state[teamSyncState](st).syncs {
			if d.source != LDAPUsers {
				continue
			}
			var config struct {
				GroupDN string `json:"group_dn"`
			}
			_ = json.Unmarshal(sync.config.(json.RawMessage), &config)
			t.members = slices.DeleteFunc(t.members, func(m *account) bool { return m.kind == user && !slices.Contains(st.peopleIn(config.GroupDN), m.name) })
			for _, name := range st.peopleIn(config.GroupDN) {
				if m := st.link(d.people[name]); !slices.Contains(t.members, m) {
					t.members = append(t.members, m)
				}
			}
			sync.updated = st.now()
		}
	})
}
