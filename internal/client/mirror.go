package client

import "context"

var getRepoMirrorConfig = repository("getRepoMirrorConfig", "GET", "/mirror", scopeRepoAdmin).needs("FEATURE_REPO_MIRROR")

var mirrorArea = area{operations: []Operation{getRepoMirrorConfig}}

// GetMirrorRobot returns the robot, with its namespace, that mirrors to a repository, by
// GET /repository/{repository}/mirror (getRepoMirrorConfig). The error is [NotFound]
// where the repository is no mirror or does not exist, and where the registry does not
// mirror.
func (c *Client) GetMirrorRobot(ctx context.Context, repository Repository) (robot string, err error) {
	op := getRepoMirrorConfig
	op.Feature = "" // whether the registry mirrors at all does not matter here, so there is nothing to find out
	mirror, err := fetch[struct {
		Robot string `json:"robot_username"`
	}](ctx, c, request{operation: op, args: []any{repository}})
	if err != nil {
		return "", err
	}
	return mirror.Robot, nil
}
