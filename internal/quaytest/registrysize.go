package quaytest

import "net/http"

// registrySize is the size of all that the registry stores, which is only
// calculated on request and not at once.
type registrySize struct {
	bytes    int64
	finished *int64 // milliseconds since 1970; nil before the first calculation
	queued   bool
}

// FinishRegistrySize ends the calculation of the registry's size, whether or
// not a call has queued one.
func (s *Server) FinishRegistrySize(bytes int64) {
	s.change(func(st *store) {
		now := st.now().UnixMilli()
		st.size = registrySize{bytes: bytes, finished: &now}
	})
}

func getRegistrySize(c *call) (response, error) {
	if !c.superuser() {
		return response{}, c.unauthorized()
	}
	size := c.store.size
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
	if c.store.size.queued {
		return jsonResponse(http.StatusAccepted, ""), nil
	}
	c.store.size.queued = true
	return jsonResponse(http.StatusCreated, ""), nil
}
