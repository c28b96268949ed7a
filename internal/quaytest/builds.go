package quaytest

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"time"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest/pyjson"
)

func buildsArea() area {
	return area{
		routes: []*route{
			get("getRepoBuildStatusSuperUser", "/superuser/{build_uuid}/status", getRepoBuildStatusSuperUser),
			get("getRepoBuildSuperUser", "/superuser/{build_uuid}/build", getRepoBuildSuperUser),
			get("getRepoBuildLogsSuperUser", "/superuser/{build_uuid}/logs", getRepoBuildLogsSuperUser),
			post("requestRepoBuild", "/repository/{repository}/build/", requestRepoBuild),
			del("cancelRepoBuild", "/repository/{repository}/build/{build_uuid}", cancelRepoBuild),
		},
		newState: func() any { return &buildsState{builds: map[string]*build{}} },
		onDelete: func(st *store, object any) {
			builds := state[buildsState](st).builds
			for uuid, b := range builds {
				if b.repository == object {
					delete(builds, uuid)
				}
			}
		},
	}
}

type buildsState struct {
	builds map[string]*build // by UUID
}

// build is a build of a repository. It never starts, because the registry has no
// builders.
type build struct {
	uuid        string
	repository  *repository
	phase       string
	started     time.Time
	displayName string
}

func buildView(b *build) view {
	return view{
		"id":               b.uuid,
		"phase":            b.phase,
		"started":          formatDate(b.started),
		"display_name":     b.displayName,
		"status":           view{},
		"subdirectory":     "",
		"dockerfile_path":  "",
		"context":          "",
		"tags":             []string{},
		"manual_user":      nil,
		"is_writer":        true,
		"trigger":          nil,
		"trigger_metadata": nil,
		"resource_key":     nil,
		"pull_robot":       nil,
		"repository":       view{"namespace": b.repository.owner.name, "name": b.repository.name},
		"error":            nil,
	}
}

// buildOfPath returns the build of the path to a superuser. Up to 3.16 Quay fails
// on a build without a trigger, and the registry has no triggers.
func (c *call) buildOfPath() (*build, error) {
	if !c.superuser() {
		return nil, c.unauthorized()
	}
	uuid := c.params["build_uuid"]
	if b := state[buildsState](c.store).builds[uuid]; b != nil {
		if c.before(Quay3_18) {
			return nil, errInternal
		}
		return b, nil
	}
	return nil, &problem{
		kind: problemInvalidResponse, status: http.StatusBadRequest,
		message: "Unable to locate a build by id: " + uuid,
	}
}

func getRepoBuildStatusSuperUser(c *call) (response, error) {
	b, err := c.buildOfPath()
	if err != nil {
		return response{}, err
	}
	return ok(buildView(b))
}

// getRepoBuildSuperUser shows a build. Only this call for builds returns 404 if the build does
// not exist.
func getRepoBuildSuperUser(c *call) (response, error) {
	b, err := c.buildOfPath()
	if c.superuser() && state[buildsState](c.store).builds[c.params["build_uuid"]] == nil {
		err = notFound()
	}
	if err != nil {
		return response{}, err
	}
	return ok(buildView(b))
}

func getRepoBuildLogsSuperUser(c *call) (response, error) {
	if _, err := c.buildOfPath(); err != nil {
		return response{}, err
	}
	return ok(view{"start": 0, "total": 0, "logs": []any{}})
}

var buildSchema = pyjson.Schema{
	pyjson.Type("object"),
	pyjson.Properties(
		pyjson.Property("archive_url", pyjson.Type("string")),
		pyjson.Property("docker_tags", pyjson.Type("array")),
	),
}

// requestRepoBuild creates a build of the archive at a URL.
func requestRepoBuild(c *call) (response, error) {
	namespace, name := c.repository()
	if !c.hasRepositoryRole(namespace, name, "write") {
		return response{}, c.unauthorized()
	}
	body, err := c.decode(buildSchema)
	if err != nil {
		return response{}, err
	}
	archive := body.Text("archive_url")
	if archive == "" {
		return response{}, invalidRequest("file_id or archive_url required")
	}
	if u, err := url.Parse(archive); err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return response{}, invalidRequest("Invalid Archive URL: Must be http or https")
	}
	r, err := c.existingRepository("write")
	if err != nil {
		return response{}, err
	}
	tags, given := body.Get("docker_tags")
	if !given {
		tags = []string{"latest"}
	}
	sum := sha256.Sum224([]byte(archive))
	b := &build{
		uuid: newUUID(), repository: r, phase: "waiting", started: c.store.now(),
		displayName: hex.EncodeToString(sum[:])[:7],
	}
	state[buildsState](c.store).builds[b.uuid] = b

	// Only this response has the settings of the build.
	v := buildView(b)
	v["subdirectory"], v["dockerfile_path"], v["context"] = "/Dockerfile", "/Dockerfile", "/"
	v["tags"] = tags
	v["manual_user"] = c.user.name
	v["trigger_metadata"] = view{}
	v["archive_url"] = archive
	resp := jsonResponse(http.StatusCreated, v)
	resp.location = c.srv.basePath + apiRoot + "/repository/" + c.params["repository"] + "/build/" + b.uuid + "/status"
	return resp, nil
}

func cancelRepoBuild(c *call) (response, error) {
	r, err := c.existingRepository("admin")
	if err != nil {
		return response{}, err
	}
	b := state[buildsState](c.store).builds[c.params["build_uuid"]]
	if b == nil || b.repository != r {
		return response{}, notFound()
	}
	if b.phase != "waiting" {
		return response{}, invalidRequest("Build is currently running or has finished")
	}
	b.phase = "cancelled"
	c.log("cancel_build", r.owner, view{"build_uuid": b.uuid})
	return jsonResponse(http.StatusCreated, "Okay"), nil
}
