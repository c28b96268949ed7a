package quaytest

func frontendArea() area {
	return area{routes: []*route{
		get("config", "/config", frontendConfig).ofWebInterface(),
		get("getRegistryCapabilities", "/registry/capabilities", getRegistryCapabilities).since(Quay3_18),
	}}
}

// getRegistryCapabilities returns the registry's capabilities for images. It needs no token.
func getRegistryCapabilities(*call) (response, error) {
	return ok(view{
		"sparse_manifests":     view{"supported": false, "required_architectures": []string{}, "optional_architectures_allowed": false},
		"mirror_architectures": []string{"amd64", "arm64", "ppc64le", "s390x"},
	})
}

// frontendConfig returns the registry's settings for the web interface. It needs no token.
// Quay's response has more settings and features.
func frontendConfig(c *call) (response, error) {
	features := view{}
	for _, f := range c.srv.features() {
		features[string(f)] = c.srv.has(f)
	}
	v := view{
		"config": view{
			"AUTHENTICATION_TYPE": string(state[directoryState](c.store).source), "SERVER_HOSTNAME": c.srv.hostname(c.request), "PREFERRED_URL_SCHEME": "http",
		},
		"features":              features,
		"oauth":                 view{},
		"external_login":        []any{},
		"registry_state":        "normal",
		"account_recovery_mode": false,
	}
	if !c.before(Quay3_16) {
		v["version_number"] = "Quay v" + c.srv.version.String()
	}
	return ok(v)
}
