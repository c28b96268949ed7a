package client

import (
	"context"
	"encoding/json"
)

var buildGone = rule(`^Unable to locate a build by id: `, NotFound, "")

var (
	getRepoBuildStatusSuperUser = superuser("getRepoBuildStatusSuperUser", "GET", "/{build_uuid}/status").refuses(buildGone)
	getRepoBuildSuperUser       = superuser("getRepoBuildSuperUser", "GET", "/{build_uuid}/build")
	getRepoBuildLogsSuperUser   = superuser("getRepoBuildLogsSuperUser", "GET", "/{build_uuid}/logs").refuses(buildGone)
)

var buildsArea = area{operations: []Operation{getRepoBuildStatusSuperUser, getRepoBuildSuperUser, getRepoBuildLogsSuperUser}}

// Build is a build of a repository's image from a Dockerfile.
type Build struct {
	ID             string      `json:"id"`
	Phase          string      `json:"phase"`
	Started        *Time       `json:"started"`
	DisplayName    string      `json:"display_name"`
	Error          string      `json:"error"`
	Subdirectory   string      `json:"subdirectory"`
	DockerfilePath string      `json:"dockerfile_path"`
	Context        string      `json:"context"`
	Tags           []string    `json:"tags"`
	ManualUser     string      `json:"manual_user"`
	IsWriter       bool        `json:"is_writer"`
	ResourceKey    string      `json:"resource_key"`
	ArchiveURL     string      `json:"archive_url"`
	Repository     *Repository `json:"repository"`
	PullRobot      *LogAccount `json:"pull_robot"`
	Trigger        *struct {
		ID      string `json:"id"`
		Service string `json:"service"`
	} `json:"trigger"`
	// Status tells how far the build is, as JSON.
	Status json.RawMessage `json:"status"`
}

// GetBuild reads a build, by GET /superuser/{build_uuid}/build
// (getRepoBuildSuperUser). The error is [NotFound] if there is none.
func (c *Client) GetBuild(ctx context.Context, id string) (*Build, error) {
	return fetch[Build](ctx, c, request{operation: getRepoBuildSuperUser, args: []any{id}})
}

// GetBuildStatus reads a build with its progress, by GET /superuser/{build_uuid}/status
// (getRepoBuildStatusSuperUser). The error is [NotFound] if there is none.
func (c *Client) GetBuildStatus(ctx context.Context, id string) (*Build, error) {
	return fetch[Build](ctx, c, request{operation: getRepoBuildStatusSuperUser, args: []any{id}})
}

// BuildLogs are the logs of a build.
type BuildLogs struct {
	Start int64           `json:"start"`
	Total int64           `json:"total"`
	Logs  []BuildLogEntry `json:"logs"`
	// LogsURL is the address of archived logs. If it is set, the other fields are empty. The
	// address is signed: anyone who has it can read the logs for some time.
	LogsURL string `json:"logs_url"`
}

// BuildLogEntry is a line, or a heading, of a build's logs.
type BuildLogEntry struct {
	// Type is "command", "phase" or "error" for a heading, or empty.
	Type    string `json:"type"`
	Message string `json:"message"`
	// Data is the data of a heading, as JSON.
	Data json.RawMessage `json:"data"`
}

// GetBuildLogs reads the logs of a build, by GET /superuser/{build_uuid}/logs
// (getRepoBuildLogsSuperUser). The error is [NotFound] if there is no such build.
func (c *Client) GetBuildLogs(ctx context.Context, id string) (*BuildLogs, error) {
	return fetch[BuildLogs](ctx, c, request{operation: getRepoBuildLogsSuperUser, args: []any{id}})
}
