package quaytest

import "net/http"

func registrySizeArea() area {
	return area{
		routes: []*route{
			get("getRegistrySize", "/superuser/registrysize/", getRegistrySize).hide(),
			post("postRegistrySize", "/superuser/registrysize/", postRegistrySize).hide(),
		},
		newState: func() any { return &registrySizeState{} },
	}
}

// registrySizeState is the size of everything that the registry stores. A call
// queues the calculation, and Quay calculates the size later.
type registrySizeState struct {
	bytes    int64
	finished *int64 // milliseconds since 1970; nil before the first calculation
	queued   bool
}

// FinishRegistrySize finishes a calculation of the registry's size, even if no call
// queued one.
func (s *Server) FinishRegistrySize(bytes int64) {
	s.change(func(st *store) {
		now := st.now().UnixMilli()
		*state[registrySizeState](st) = registrySizeState{bytes: bytes, finished: &now}
	})
}

func getRegistrySize(c *call) (response, error) {
	if !c.superuser() {
		return response{}, c.unauthorized()
	}
	size := state[registrySizeState](c.store)
	return ok(view{
		"size_bytes": size.bytes,
		"last_ran":   size.finished,
		"queued":     size.queued,
		"running":    false,
	})
}

func postRegistrySize(c *call) (response, error) {
	if !c.superuser() {
		return response{}, c.unauthorized()
	}
	size := state[registrySizeState](c.store)
	if size.queued {
		return jsonResponse(http.StatusAccepted, ""), nil
	}
	size.queued = true
	return jsonResponse(http.StatusCreated, ""), nil
}
