package quaytest

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"time"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest/pyjson"
)

// build is the build of a repository's image. It waits for ever, as there is
// nothing that builds.
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

// buildOfPath returns the build that a superuser looks at. Up to 3.16 Quay
// stumbles over a build that no trigger started, and there are no others here.
func (c *call) buildOfPath() (*build, error) {
	if !c.superuser() {
		return nil, c.unauthorized()
	}
	uuid := c.params["build_uuid"]
	if b := c.store.builds[uuid]; b != nil {
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

// getRepoBuildSuperUser alone says 404 of a build that doesn't exist.
func getRepoBuildSuperUser(c *call) (response, error) {
	b, err := c.buildOfPath()
	if c.superuser() && c.store.builds[c.params["build_uuid"]] == nil {
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

// requestRepoBuild starts a build from the address of an archive.
func requestRepoBuild(c *call) (response, error) {
	namespace, name := c.repository()
	if !c.mayRepository(namespace, name, "write") {
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
	c.store.builds[b.uuid] = b

	// Only here does Quay find the settings of the build.
	v := buildView(b)
	v["subdirectory"], v["dockerfile_path"], v["context"] = "/Dockerfile", "/Dockerfile", "/"
	v["tags"] = tags
	v["manual_user"] = c.user.name
	v["trigger_metadata"] = view{}
	v["archive_url"] = archive
	a := jsonResponse(http.StatusCreated, v)
	a.location = c.srv.options.basePath + apiRoot + "/repository/" + c.params["repository"] + "/build/" + b.uuid + "/status"
	return a, nil
}

func cancelRepoBuild(c *call) (response, error) {
	r, err := c.existingRepository("admin")
	if err != nil {
		return response{}, err
	}
	b := c.store.builds[c.params["build_uuid"]]
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
