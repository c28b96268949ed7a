package client

import "context"

var (
	getRegistrySize  = superuser("getRegistrySize", "GET", "/registrysize/")
	postRegistrySize = superuser("postRegistrySize", "POST", "/registrysize/").changes() // changes no list
)

var registrySizeArea = area{operations: []Operation{getRegistrySize, postRegistrySize}}

// RegistrySize is the storage that the whole registry uses, as of the last
// time that Quay calculated it.
type RegistrySize struct {
	SizeBytes Bytes `json:"size_bytes"`
	// LastRan is when the calculation ended, in milliseconds since 1970, or
	// nil before the first one.
	LastRan *int64 `json:"last_ran"`
	Running bool   `json:"running"`
	Queued  bool   `json:"queued"`
}

// GetRegistrySize reads the size of the registry, by
// GET /superuser/registrysize/ (getRegistrySize).
func (c *Client) GetRegistrySize(ctx context.Context) (*RegistrySize, error) {
	return fetch[RegistrySize](ctx, c, request{operation: getRegistrySize})
}

// CalculateRegistrySize has Quay calculate the size of the registry anew, by POST
// /superuser/registrysize/ (postRegistrySize). Quay ignores the call if a calculation is
// queued or running.
func (c *Client) CalculateRegistrySize(ctx context.Context) error {
	return c.do(ctx, request{operation: postRegistrySize}, nil)
}
