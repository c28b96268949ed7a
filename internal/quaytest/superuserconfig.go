package quaytest

import "slices"

// SuperuserConfigDump is FEATURE_SUPERUSER_CONFIGDUMP. With it, superusers can read the
// configuration of the registry.
const SuperuserConfigDump Feature = "SUPERUSER_CONFIGDUMP"

func superuserConfigArea() area {
	return area{routes: []*route{get("superUserDumpConfig", "/superuser/config", superUserDumpConfig).since(Quay3_16).hide()}}
}

// superUserDumpConfig returns the settings of the in-memory server. Quay's response also has
// all other settings, the environment of the server, and a schema.
func superUserDumpConfig(c *call) (response, error) {
	if !c.superuser() || !c.srv.has(SuperuserConfigDump) {
		return response{}, c.unauthorized()
	}
	config := view{
		"AUTHENTICATION_TYPE": string(state[directoryState](c.store).source), "REGISTRY_STATE": "normal", "SUPER_USERS": []string{superuserName}, "GLOBAL_READONLY_SUPER_USERS": []string{},
		"DEFAULT_TAG_EXPIRATION": "2w", "TAG_EXPIRATION_OPTIONS": []string{"0s", "1d", "1w", "2w", "4w"}, "FEATURE_SUPER_USERS": true,
	}
	for _, f := range c.srv.features() {
		config["FEATURE_"+string(f)] = c.srv.has(f)
	}
	return ok(view{"config": config, "warning": view{}, "env": view{"SECRET": c.store.recordSecret(secret(20))}, "schema": view{}})
}

// features returns the features of the registry's version that an option can switch off.
func (s *Server) features() []Feature {
	list := []Feature{SuperusersFullAccess, UserInitialize}
	for _, a := range allAreas() {
		if slices.ContainsFunc(a.routes, func(r *route) bool { return r.oldest <= s.version }) && a.feature != "" && !slices.Contains(list, a.feature) {
			list = append(list, a.feature)
		}
	}
	if !s.before(Quay3_16) {
		list = append(list, SuperuserConfigDump)
	}
	return list
}

// switchable returns the features that an option can switch off.
func switchable() []Feature {
	list := []Feature{SuperusersFullAccess, SuperuserConfigDump, UserInitialize}
	for _, a := range allAreas() {
		if a.feature != "" && !slices.Contains(list, a.feature) {
			list = append(list, a.feature)
		}
	}
	return list
}
