package client

import "context"

var getRepoMirrorConfig = repository("getRepoMirrorConfig", "GET", "/mirror", scopeRepoAdmin).needs("FEATURE_REPO_MIRROR")

var mirrorArea = area{operations: []Operation{getRepoMirrorConfig}}

// Mirror is what a repository mirrors, and how.
type Mirror struct {
	// Robot is the robot, with its namespace, that writes to the repository.
	Robot string `json:"robot_username"`
}

// GetMirror reads the mirror of a repository, by
// GET /repository/{repository}/mirror (getRepoMirrorConfig). The error is [NotFound]
// if the repository has none, and if there is no such repository.
func (c *Client) GetMirror(ctx context.Context, repository Repository) (*Mirror, error) {
	return fetch[Mirror](ctx, c, request{operation: getRepoMirrorConfig, args: []any{repository}})
}
