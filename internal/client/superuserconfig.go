package client

import (
	"context"
	"encoding/json"
	"maps"
	"strings"
)

// If FEATURE_SUPERUSER_CONFIGDUMP is off, Quay has the call and answers 403. Quay has no
// operation name for the call.
var superUserDumpConfig = superuser("superUserDumpConfig", "GET", "/config").needs("FEATURE_SUPERUSER_CONFIGDUMP").from("3.15")

// getRegistryCapabilities takes no token.
var getRegistryCapabilities = Operation{
	Name: "getRegistryCapabilities", Method: "GET", Path: "/registry/capabilities", Since: "3.17", Repeat: Idempotent,
}

var superuserConfigArea = area{operations: []Operation{superUserDumpConfig, getRegistryCapabilities}}

// ImageCapabilities are the capabilities of a registry for images.
type ImageCapabilities struct {
	SparseManifests struct {
		// Supported tells whether an image for several architectures can lack some of them.
		Supported bool `json:"supported"`
	} `json:"sparse_manifests"`
	// MirrorArchitectures are the architectures to which a mirror can be limited.
	MirrorArchitectures []string `json:"mirror_architectures"`
}

// GetImageCapabilities reads the registry's capabilities for images, by GET
// /registry/capabilities (getRegistryCapabilities).
func (c *Client) GetImageCapabilities(ctx context.Context) (*ImageCapabilities, error) {
	return fetch[ImageCapabilities](ctx, c, request{operation: getRegistryCapabilities})
}

// SuperuserConfig is the configuration of the registry, without secrets.
type SuperuserConfig struct {
	// Features are the settings whose names begin with FEATURE_.
	Features           map[string]bool
	AuthenticationType string
	RegistryState      string
	Superusers         []string
	// DefaultTagExpiration and TagExpirationOptions are durations such as "2w".
	DefaultTagExpiration string
	TagExpirationOptions []string
}

// GetSuperuserConfig reads the configuration of the registry, by GET /superuser/config. The
// result omits the server's environment and secrets. The error is also [Denied] if
// FEATURE_SUPERUSER_CONFIGDUMP is off.
func (c *Client) GetSuperuserConfig(ctx context.Context) (*SuperuserConfig, error) {
	r := request{operation: superUserDumpConfig}
	answer, err := fetch[struct {
		Config map[string]json.RawMessage `json:"config"`
		// Warning has the settings that Quay's documentation does not describe.
		Warning map[string]json.RawMessage `json:"warning"`
	}](ctx, c, r)
	if err != nil {
		return nil, err
	}
	if answer.Config == nil {
		return nil, r.failed(Unexpected, "the answer has no configuration", nil)
	}
	config := &SuperuserConfig{Features: map[string]bool{}}
	settings := maps.Clone(answer.Warning)
	if settings == nil {
		settings = map[string]json.RawMessage{}
	}
	maps.Copy(settings, answer.Config)
	for name, value := range settings {
		var on bool
		if strings.HasPrefix(name, "FEATURE_") && json.Unmarshal(value, &on) == nil {
			config.Features[name] = on
		}
	}
	for name, target := range map[string]any{
		"AUTHENTICATION_TYPE": &config.AuthenticationType, "REGISTRY_STATE": &config.RegistryState, "SUPER_USERS": &config.Superusers,
		"DEFAULT_TAG_EXPIRATION": &config.DefaultTagExpiration, "TAG_EXPIRATION_OPTIONS": &config.TagExpirationOptions,
	} {
		if value, given := settings[name]; given && json.Unmarshal(value, target) != nil {
			return nil, r.failed(Unexpected, "the setting "+name+" has an unexpected type", nil)
		}
	}
	return config, nil
}
