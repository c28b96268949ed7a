package quaytest

func frontendArea() area {
	return area{routes: []*route{get("config", "/config", frontendConfig).ofWebInterface()}}
}

// frontendConfig returns what the web interface has to know of the registry. It needs
// no token. Quay's answer has more settings and features.
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
