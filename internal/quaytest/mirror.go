package quaytest

import (
	"net/http"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest/pyjson"
)

// mirrorArea has the configurations with which repositories mirror others. It has only
// the calls that tell which robot writes to a mirror.
func mirrorArea() area {
	return area{
		feature: RepoMirror,
		routes: []*route{
			get("getRepoMirrorConfig", "/repository/{repository}/mirror", getRepoMirrorConfig),
			post("createRepoMirrorConfig", "/repository/{repository}/mirror", createRepoMirrorConfig),
		},
		newState: func() any { return &mirrorState{mirrors: map[*repository]*mirror{}} },
		onDelete: func(st *store, object any) {
			if r, ok := object.(*repository); ok {
				delete(state[mirrorState](st).mirrors, r)
			}
		},
	}
}

type mirrorState struct {
	mirrors map[*repository]*mirror
}

// mirror is the configuration of a mirror.
type mirror struct {
	robot *account
	body  pyjson.Object // of the request that created it
}

func getRepoMirrorConfig(c *call) (response, error) {
	r, err := c.existingRepository("admin")
	if err != nil {
		return response{}, err
	}
	m := state[mirrorState](c.store).mirrors[r]
	if m == nil {
		return response{}, notFound()
	}
	v := view{
		"is_enabled":                 true,
		"mirror_type":                "PULL",
		"external_registry_username": nil,
		"external_registry_config":   pyjson.Object{},
		"sync_expiration_date":       nil,
		"sync_retries_remaining":     3,
		"sync_status":                "NEVER_RUN",
		"robot_username":             m.robot.name,
	}
	fields := []string{"external_reference", "sync_interval", "sync_start_date", "root_rule"}
	if !c.before(Quay3_16) {
		fields = append(fields, "skopeo_timeout_interval")
	}
	if !c.before(Quay3_18) {
		v["architecture_filter"] = []any{}
	}
	for _, field := range fields {
		v[field], _ = m.body.Get(field)
	}
	return ok(v)
}

// createRepoMirrorConfig makes a repository a mirror, which sets its state. Quay gives
// the robot the role write before it looks at the fields, of which it fails for some.
func createRepoMirrorConfig(c *call) (response, error) {
	r, err := c.existingRepository("admin")
	if err != nil {
		return response{}, err
	}
	if state[mirrorState](c.store).mirrors[r] != nil {
		return jsonResponse(http.StatusConflict, view{
			"detail": "Mirror configuration already exits for repository " + r.owner.name + "/" + r.name,
		}), nil
	}
	body, err := c.decode(pyjson.Schema{pyjson.Type("object"), pyjson.Required("external_reference", "sync_interval", "sync_start_date", "root_rule")})
	if err != nil {
		return response{}, err
	}
	a := c.store.account(body.Text("robot_username"), robot)
	if a == nil {
		return response{}, errInternal
	}
	c.store.grant(r, a, "write")
	if body.Has("skopeo_timeout_interval") == c.before(Quay3_16) { // unknown to old versions, needed by new ones
		return response{}, errInternal
	}
	state[mirrorState](c.store).mirrors[r] = &mirror{a, body}
	r.state = "MIRROR"
	return jsonResponse(http.StatusCreated, ""), nil
}
